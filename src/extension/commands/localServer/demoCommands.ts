import * as vscode from 'vscode';
import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { Background } from '../../../kv/base/background';
import { bucketNode } from '../../../views/buckets/rows/nodes';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import { commandIds, keyScheme } from '../../contributions';
import { parseKeyUri } from '../../documents/address/keyUri';
import type { LocalServerStore } from '../../localServer/localServerStore';
import { inform } from '../../report';
import { tellDone } from '../tellDone';

export interface DemoParts {
  readonly server: Pick<LocalServerStore, 'config'>;
  readonly connections: Connections;
  readonly view: Pick<BucketsView, 'reveal'>;
  readonly inBackground: Background;
}

/** Commands on demo data, which only the local server gets, in buckets of their own. */
export function demoCommands(parts: DemoParts) {
  return {
    [commandIds.localServerAddDemo]: () => addDemo(parts),
    [commandIds.localServerChangeDemo]: () => changeDemo(parts),
  };
}

/** Asks whether a local server that has no bucket yet is to get demo data. Nothing is waited for. */
export function offerDemo(parts: DemoParts): void {
  parts.inBackground('look for buckets of the local server', offerWhenEmpty(parts));
}

async function offerWhenEmpty(parts: DemoParts): Promise<void> {
  const session = sessionOf(parts);
  await session?.loadBuckets();
  const buckets = session?.buckets.current;
  if (buckets?.kind === 'loaded' && buckets.buckets.length === 0) {
    tellDone(vscode.l10n.t('The local NATS server has no buckets yet.'), {
      label: vscode.l10n.t('Add Demo Bucket'),
      run: () => vscode.commands.executeCommand(commandIds.localServerAddDemo),
    });
  }
}

async function addDemo(parts: DemoParts): Promise<void> {
  const session = sessionOf(parts);
  if (!session) {
    tellNotRunning();
    return;
  }
  const { addDemoBucket } = await import('../../localServer/demoBucket');
  const bucket = await addDemoBucket(await session.connect());
  await session.loadBuckets();
  await parts.view.reveal(bucketNode(session, bucket));
}

/** Changes the demo key that is open, one with unsaved text first, and shows it: its text may be in conflict now. */
async function changeDemo(parts: DemoParts): Promise<void> {
  const session = sessionOf(parts);
  if (!session) {
    tellNotRunning();
    return;
  }
  const open = vscode.workspace.textDocuments
    .filter(({ uri, isClosed }) => uri.scheme === keyScheme && !isClosed)
    .filter(({ uri }) => parseKeyUri(uri)?.connectionId === session.id)
    .toSorted((a, b) => Number(b.isDirty) - Number(a.isDirty))[0];
  const address = open && parseKeyUri(open.uri);
  if (!address) {
    inform(vscode.l10n.t('Open a key of the demo bucket and type something first.'));
    return;
  }
  const { changeDemoKey } = await import('../../localServer/demoBucket');
  await changeDemoKey(await session.connect(), address.bucket, address.key);
  await vscode.window.showTextDocument(open);
}

function sessionOf({ server, connections }: DemoParts): ConnectionSession | undefined {
  const id = server.config?.id;
  return id === undefined ? undefined : connections.get(id);
}

function tellNotRunning(): void {
  tellDone(vscode.l10n.t('The demo is for the local NATS server, which is not running.'), {
    label: vscode.l10n.t('Start'),
    run: () => vscode.commands.executeCommand(commandIds.localServerStart),
  });
}
