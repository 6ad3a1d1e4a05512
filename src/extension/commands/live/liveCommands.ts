import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { LiveFeed, WatchStatus } from '../../../kv/live/liveFeed';
import { changeToJson } from '../../../kv/live/ndjson';
import { formatCount } from '../../../views/format/format';
import type { RowAction } from '../../../views/live/liveProtocol';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { commandIds } from '../../contributions';
import { askStart, askWatches } from './liveSteps';
import type { CommandsOf } from '../register';
import { reportFailure } from '../target';
import { plainWindow } from '../../../views/shown/plainWindow';
import { opening, tellDone } from '../tellDone';

export interface LiveCommandParts {
  readonly connections: Connections;
  readonly feed: LiveFeed;
  /** Brings the Live view to the front. */
  readonly show: () => Thenable<unknown>;
  readonly nameOf: (connectionId: string) => string;
  /** Does something with the change of a row of the view. */
  readonly onRow: (id: number, action: RowAction) => void;
  readonly log: vscode.LogOutputChannel;
}

/** Commands of the Live view. */
export function liveCommands(parts: LiveCommandParts): CommandsOf<'live'> {
  const { connections, feed, show } = parts;
  return {
    [commandIds.liveWatch]: async (node?: TreeNode) => {
      const specs = await askWatches(connections, node);
      specs.forEach((spec) => feed.add(spec));
      if (specs.length > 0) {
        await show();
      }
    },
    [commandIds.livePause]: () => feed.watches.forEach(({ id }) => feed.pause(id)),
    [commandIds.liveResume]: () => feed.watches.forEach(({ id }) => feed.resume(id)),
    [commandIds.liveClear]: () => feed.clear(),
    [commandIds.liveStop]: () => stop(parts),
    [commandIds.liveOptions]: (id?: number) => changeOptions(parts, id),
    [commandIds.liveExport]: () => exportChanges(parts),
    ...rowCommands(parts),
  };
}

/** What the menu of a row tells: see `webview/context` in package.json. */
interface RowContext {
  readonly rowId?: number;
}

function rowCommands({ onRow }: LiveCommandParts) {
  const on = (action: RowAction) => (context?: RowContext) => {
    if (context?.rowId !== undefined) {
      onRow(context.rowId, action);
    }
  };
  return {
    [commandIds.liveOpenKey]: on('openKey'),
    [commandIds.liveOpenRevision]: on('openRevision'),
    [commandIds.liveShowHistory]: on('openHistory'),
    [commandIds.liveReveal]: on('reveal'),
    [commandIds.liveFilterByKey]: on('filterByKey'),
    [commandIds.liveCopyKey]: on('copyKey'),
    [commandIds.liveCopyValue]: on('copyValue'),
    [commandIds.liveCopyChange]: on('copy'),
  };
}

async function stop(parts: LiveCommandParts): Promise<void> {
  const { feed } = parts;
  const title = vscode.l10n.t('Stop Watching');
  const items = feed.watches.map((watch) => ({ ...itemOf(parts, watch), picked: true }));
  const [only] = items;
  const chosen =
    items.length === 1 && only
      ? [only]
      : await plainWindow.showQuickPick(items, { title, canPickMany: true });
  chosen?.forEach(({ id }) => feed.stop(id));
}

async function changeOptions(parts: LiveCommandParts, id: number | undefined): Promise<void> {
  const { feed } = parts;
  const title = vscode.l10n.t('Options of a Watch');
  const items = feed.watches.map((watch) => itemOf(parts, watch));
  const isOnly = items.length === 1;
  const chosen =
    id ?? (isOnly ? items[0]?.id : (await plainWindow.showQuickPick(items, { title }))?.id);
  const watch = feed.watches.find((each) => each.id === chosen);
  const spec = watch && (await askStart(watch.spec));
  if (watch && spec) {
    feed.change(watch.id, spec);
  }
}

function itemOf({ nameOf }: LiveCommandParts, { id, spec }: WatchStatus) {
  return { id, label: spec.bucket, description: `${nameOf(spec.connectionId)} · ${spec.filter}` };
}

/** How long lines are made at a time, so that nothing else has to wait. */
const sliceMs = 15;

async function exportChanges({ feed, nameOf, log }: LiveCommandParts): Promise<void> {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-');
  const uri = await plainWindow.showSaveDialog({
    title: vscode.l10n.t('Export Changes as NDJSON'),
    defaultUri: vscode.Uri.joinPath(exportFolder(), `live-${stamp}.ndjson`),
    filters: { NDJSON: ['ndjson', 'jsonl'] },
  });
  if (!uri) {
    return;
  }
  try {
    const { text, count } = await ndjsonOf(feed, nameOf);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    log.info(`live: exported ${formatCount(count)} changes`);
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    tellDone(
      vscode.l10n.t('Exported {0} changes to {1}.', formatCount(count), name),
      opening(() => vscode.commands.executeCommand('vscode.open', uri)),
    );
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to export'), error);
  }
}

function exportFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}

/** Every change that the filter lets through, a line each. */
async function ndjsonOf(
  feed: LiveFeed,
  nameOf: (connectionId: string) => string,
): Promise<{ text: string; count: number }> {
  const lines: string[] = [];
  let sliceEnd = performance.now() + sliceMs;
  for (const change of [...feed.changes()]) {
    lines.push(`${changeToJson(change, nameOf(change.connectionId))}\n`);
    if (performance.now() > sliceEnd) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceEnd = performance.now() + sliceMs;
    }
  }
  return { text: lines.join(''), count: lines.length };
}
