import * as vscode from 'vscode';
import { startOfKeys } from '../../../kv/keys/folderKeys';
import type { CompareBy } from '../../../kv/compare/compareRules';
import { prefixProblem } from '../../../kv/model/key';
import type { Connections } from '../../../kv/session/connections';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { partText } from '../../../views/compare/compareItems';
import type {
  ComparedBucket,
  ComparedFile,
  ComparedPart,
} from '../../../views/compare/compareNodes';
import { plainWindow } from '../../../views/shown/plainWindow';
import { commandIds } from '../../contributions';
import { askMoment } from '../asOf/askMoment';
import { askText, runSteps, sentence } from '../quickSteps';
import { pickBucket } from '../target';

/** The sides of a comparison, and how values are compared. */
export interface AskedComparison {
  readonly parts: readonly [ComparedPart, ComparedPart];
  readonly by: CompareBy;
}

/**
 * Asks what is compared with what: a row, or two rows that are selected, else what is picked. Undefined
 * when the user gave up.
 */
export async function askSides(
  connections: Connections,
  node: TreeNode | undefined,
  rows: readonly TreeNode[],
): Promise<AskedComparison | undefined> {
  const [first, second] = rows.filter(isPart);
  const left = await partOf(connections, first ?? node);
  if (!left) {
    return undefined;
  }
  const right =
    first && second ? await partOf(connections, second) : await askRight(connections, left);
  const by = right && (await askBy(left, right));
  return right && by ? { parts: [left, right], by } : undefined;
}

function isPart({ kind }: TreeNode): boolean {
  return kind === 'bucket' || kind === 'folder';
}

async function partOf(
  connections: Connections,
  node: TreeNode | undefined,
): Promise<ComparedBucket | undefined> {
  const place = await pickBucket(connections, node);
  if (!place) {
    return undefined;
  }
  const folder = node?.kind === 'folder' ? node : undefined;
  return {
    ...place,
    kind: 'bucket',
    connectionId: place.session.id,
    // Of a folder whose keys go on in several ways all that begins like it.
    prefix: !folder ? '' : folder.separator === 'mixed' ? folder.prefix : startOfKeys(folder),
  };
}

interface Way extends vscode.QuickPickItem {
  readonly way: 'bucket' | 'moment' | 'prefix' | 'file' | 'folder' | 'backup';
}

/** With what the left side is compared. */
async function askRight(
  connections: Connections,
  left: ComparedBucket,
): Promise<ComparedPart | undefined> {
  const { t } = vscode.l10n;
  const ways: Way[] = [
    {
      way: 'bucket',
      label: t('Another Bucket…'),
      detail: t('Of this or another connection, with the same keys'),
    },
    {
      way: 'moment',
      label: t('The Same as of a Moment…'),
      detail: t('At a time or a revision: what has changed since'),
    },
    {
      way: 'prefix',
      label: t('Another Prefix…'),
      detail: t('Keys that begin otherwise, in this or another bucket'),
    },
    {
      way: 'file',
      label: t('An Export or Another File…'),
      detail: t('NDJSON, JSON, YAML, CSV or .env'),
    },
    {
      way: 'folder',
      label: t('A Folder of Files…'),
      detail: t('A file for each key, as Export… writes it or as it is kept in git'),
    },
    {
      way: 'backup',
      label: t('A Backup…'),
      detail: t('It has to be restored to a server first, and is compared as a bucket then'),
    },
  ];
  const title = t('Compare {0}', partText(left));
  const chosen = await plainWindow.showQuickPick(ways, { title, placeHolder: t('With what') });
  switch (chosen?.way) {
    case undefined:
      return undefined;
    case 'moment':
      return asOfMoment(left, title);
    case 'file':
    case 'folder':
      return askFile(title, chosen.way, left.prefix);
    case 'backup':
      await offerRestore();
      return undefined;
    case 'bucket':
    case 'prefix': {
      const place = await pickBucket(connections, undefined);
      const prefix = !place
        ? undefined
        : chosen.way === 'bucket'
          ? left.prefix
          : await askPrefix(title, left.prefix);
      return place && prefix !== undefined
        ? { ...place, kind: 'bucket', connectionId: place.session.id, prefix }
        : undefined;
    }
  }
}

async function asOfMoment(
  left: ComparedBucket,
  title: string,
): Promise<ComparedBucket | undefined> {
  const status = await (await left.session.connect()).bucketStatus(left.bucket);
  const moment = await askMoment(title, status);
  return moment && { ...left, moment };
}

/** A file or a folder as the right side: its keys are taken for those of the left side. */
async function askFile(
  title: string,
  kind: 'file' | 'folder',
  leftPrefix: string,
): Promise<ComparedFile | undefined> {
  const [{ chooseSource, sourceAt }, { askKeyNames }] = await Promise.all([
    import('../transfer/sources'),
    import('../transfer/importSteps'),
  ]);
  const chosen = await chooseSource(title, kind, vscode.l10n.t('Compare'));
  if (!chosen) {
    return undefined;
  }
  const { uri, form, name } = chosen;
  if (kind === 'folder' && (await isBackup(uri))) {
    await offerRestore();
    return undefined;
  }
  const mapping = form === 'dotenv' ? await askKeyNames(title) : {};
  // Where the left side is a whole bucket, all of the file is meant.
  const prefix = mapping && (leftPrefix === '' ? '' : await askPrefix(title, leftPrefix));
  return mapping && prefix !== undefined
    ? {
        ...{ kind: 'file', id: uri.toString(), isFolder: kind === 'folder', name, prefix, mapping },
        source: () => sourceAt(uri, form),
      }
    : undefined;
}

async function isBackup(folder: vscode.Uri): Promise<boolean> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries.some(([name]) => name === 'backup.json');
}

/** A backup is compared by restoring it: only a server reads what is in its archive. */
async function offerRestore(): Promise<void> {
  const { t } = vscode.l10n;
  const restore = t('Restore Bucket…');
  const message = t('A backup is compared by restoring it.');
  const detail = t(
    'Its archive has the form in which a server keeps a bucket, which only a server reads. Restore it to another connection, such as a local server, and compare with the bucket that is there then.',
  );
  const options = { modal: true, detail };
  if ((await plainWindow.showInformationMessage(message, options, restore)) === restore) {
    await vscode.commands.executeCommand(commandIds.bucketRestore);
  }
}

async function askPrefix(title: string, prefix: string): Promise<string | undefined> {
  const answers = await runSteps<[string]>(title, [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('What the keys of the right side begin with, such as orders.us.'),
        value: prefix,
        problem: (text) => {
          const reason = prefixProblem(text)?.reason;
          return reason && sentence(reason);
        },
      }),
  ]);
  return answers?.[0];
}

interface ByItem extends vscode.QuickPickItem {
  readonly by: CompareBy;
}

async function askBy(left: ComparedPart, right: ComparedPart): Promise<CompareBy | undefined> {
  const { t } = vscode.l10n;
  const items: ByItem[] = [
    {
      by: 'meaning',
      label: t('Values, JSON by Meaning'),
      detail: t('Spaces, the order of names and how a number is written do not count'),
    },
    {
      by: 'bytes',
      label: t('Values Byte by Byte'),
      detail: t('Values are read where their sizes agree'),
    },
    {
      by: 'size',
      label: t('Sizes Only'),
      detail: t('Fast, and reads no value: values of one size may differ'),
    },
  ];
  const title = t('Compare {0} with {1}', partText(left), partText(right));
  return (await plainWindow.showQuickPick(items, { title, placeHolder: t('What is compared') }))
    ?.by;
}
