import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { SyncState } from '../../kv/sync/syncRows';
import { formatCount } from '../../views/format/format';
import { plainText } from '../../views/shown/plainText';
import { placeText } from './pairTexts';
import type { FileState, PairCounts, SyncFollower } from './syncFollower';

const looks: Readonly<Record<SyncState, { readonly badge: string; readonly colour?: string }>> = {
  same: { badge: '=' },
  here: { badge: '↑', colour: 'gitDecoration.modifiedResourceForeground' },
  there: { badge: '↓', colour: 'gitDecoration.submoduleResourceForeground' },
  both: { badge: '⇅', colour: 'gitDecoration.conflictingResourceForeground' },
};

/** Marks the files of synchronised folders by what they are against the bucket. */
export class FileMarks implements vscode.FileDecorationProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<undefined>());
  private registered: vscode.Disposable | undefined;
  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(private readonly follower: SyncFollower) {
    this.store.add(
      follower.onDidChange(() => {
        this.register();
        this.changed.fire(undefined);
      }),
    );
    this.register();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const counts = this.follower.countsOf(uri);
    if (counts) {
      return folderMark(counts);
    }
    const file = this.follower.stateOf(uri);
    return file && markOf(file.state, fileText(file), file.state !== 'same');
  }

  dispose(): void {
    this.registered?.dispose();
    this.store.dispose();
  }

  /** Where nothing is synchronised nobody asks for marks. */
  private register(): void {
    const { isNeeded } = this.follower;
    if (isNeeded !== (this.registered !== undefined)) {
      this.registered?.dispose();
      this.registered = isNeeded ? vscode.window.registerFileDecorationProvider(this) : undefined;
    }
  }
}

function markOf(state: SyncState, text: string, propagate: boolean): vscode.FileDecoration {
  const { badge, colour } = looks[state];
  const mark = new vscode.FileDecoration(
    badge,
    plainText(text),
    colour === undefined ? undefined : new vscode.ThemeColor(colour),
  );
  mark.propagate = propagate;
  return mark;
}

function fileText({ placed, state, row, isLive }: FileState): string {
  const { t } = vscode.l10n;
  const place = placeText(placed);
  const text = {
    same: t('The same as in {0}', place),
    here: t('Changed here, not in {0}: Push', place),
    there: row?.there.isLive
      ? t('Changed in {0} (r{1}): Pull', place, row.there.revision)
      : t('Deleted in {0}: Pull', place),
    both: t('Changed here and in {0}: Merge', place),
  }[state];
  return isLive ? text : t('{0} (when it was last connected)', text);
}

/** Of the keys that have no file too. */
function folderMark({ placed, counts, isLive }: PairCounts): vscode.FileDecoration {
  const { t } = vscode.l10n;
  const { here, there, both } = counts;
  const state = both > 0 ? 'both' : here > 0 && there > 0 ? 'both' : there > 0 ? 'there' : 'here';
  const text = t(
    '{0}: {1} changed here, {2} changed there, {3} changed on both sides',
    placeText(placed),
    ...[here, there, both].map(formatCount),
  );
  const shown = isLive ? text : t('{0} (when it was last connected)', text);
  return here + there + both === 0
    ? markOf('same', t('The same as in {0}', placeText(placed)), false)
    : markOf(state, shown, false);
}
