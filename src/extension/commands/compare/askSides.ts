import * as vscode from 'vscode';
import { startOfKeys } from '../../../kv/keys/folderKeys';
import type { CompareBy } from '../../../kv/compare/compareRules';
import type { Connections } from '../../../kv/session/connections';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { partText } from '../../../views/compare/compareItems';
import type { ComparedPart } from '../../../views/compare/compareNodes';
import { plainWindow } from '../../../views/shown/plainWindow';
import { askMoment } from '../asOf/askMoment';
import { askText, runSteps } from '../quickSteps';
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
): Promise<ComparedPart | undefined> {
  const place = await pickBucket(connections, node);
  if (!place) {
    return undefined;
  }
  const folder = node?.kind === 'folder' ? node : undefined;
  return {
    ...place,
    connectionId: place.session.id,
    // Of a folder whose keys go on in several ways all that begins like it.
    prefix: !folder ? '' : folder.separator === 'mixed' ? folder.prefix : startOfKeys(folder),
  };
}

interface Way extends vscode.QuickPickItem {
  readonly way: 'bucket' | 'moment' | 'prefix';
}

/** With what the left side is compared. */
async function askRight(
  connections: Connections,
  left: ComparedPart,
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
  ];
  const title = t('Compare {0}', partText(left));
  const chosen = await plainWindow.showQuickPick(ways, { title, placeHolder: t('With what') });
  switch (chosen?.way) {
    case undefined:
      return undefined;
    case 'moment':
      return asOfMoment(left, title);
    case 'bucket':
    case 'prefix': {
      const place = await pickBucket(connections, undefined);
      const prefix = !place
        ? undefined
        : chosen.way === 'bucket'
          ? left.prefix
          : await askPrefix(title, left.prefix);
      return place && prefix !== undefined
        ? { ...place, connectionId: place.session.id, prefix }
        : undefined;
    }
  }
}

async function asOfMoment(left: ComparedPart, title: string): Promise<ComparedPart | undefined> {
  const status = await (await left.session.connect()).bucketStatus(left.bucket);
  const moment = await askMoment(title, status);
  return moment && { ...left, moment };
}

async function askPrefix(title: string, prefix: string): Promise<string | undefined> {
  const answers = await runSteps<[string]>(title, [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('What the keys of the right side begin with, such as orders.us.'),
        value: prefix,
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
