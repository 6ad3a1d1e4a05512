import * as vscode from 'vscode';
import { DisposableStore } from '../../../kv/base/event';
import { KeyFinder, type FinderState, type FoundKey } from '../../../kv/find/keyFinder';
import { formatCount } from '../../../views/format/format';
import type { Connections } from '../../../kv/session/connections';
import { KeyPreview } from './keyPreview';
import { plainWindow } from '../../../views/shown/plainWindow';

/** What can be done with a key that was found. */
export interface GoToActions {
  readonly open: (found: FoundKey) => Promise<void>;
  readonly reveal: (found: FoundKey) => Promise<void>;
}

interface KeyItem extends vscode.QuickPickItem {
  readonly found?: FoundKey;
}

/** Shows one pick over the keys of all connected servers; searches as one types. */
export function goToKey(connections: Connections, actions: GoToActions): void {
  const connected = connections.all.filter(({ state }) => state.current.kind === 'connected');
  const pick = new GoToKeyPick(new KeyFinder(connected), actions);
  pick.show(connected.length === 0);
}

/** Owns one Go to Key that is open: its pick, the search behind it and the preview; ends when it is hidden. */
class GoToKeyPick {
  private readonly store = new DisposableStore();
  private readonly pick = this.store.add(plainWindow.createQuickPick<KeyItem>());
  private readonly preview: KeyPreview;
  private readonly revealButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('list-tree'),
    tooltip: vscode.l10n.t('Reveal in Tree'),
  };
  private shownFor: string | undefined;

  constructor(
    private readonly finder: KeyFinder,
    actions: GoToActions,
  ) {
    this.store.add(finder);
    this.preview = this.store.add(new KeyPreview());
    this.store.add(finder.state.onDidChange((state) => this.update(state)));
    this.store.add(this.preview.text.onDidChange(() => this.updateTitle()));
    const { pick } = this;
    // What VS Code would sort is ranked already. (Not in its typings, and harmless where it is unknown.)
    (pick as { sortByLabel?: boolean }).sortByLabel = false;
    pick.keepScrollPosition = true;
    pick.buttons = [this.revealButton];
    pick.placeholder = vscode.l10n.t('Letters of a key in order; several words must all match');
    pick.onDidChangeValue((typed) => this.finder.type(typed));
    pick.onDidChangeActive(([active]) => this.preview.of(active?.found));
    pick.onDidAccept(() => this.take(this.chosen, actions.open));
    pick.onDidTriggerItemButton(({ item }) => this.take(item.found, actions.reveal));
    pick.onDidTriggerButton(() => this.take(this.chosen, actions.reveal));
    pick.onDidHide(() => this.store.dispose());
  }

  show(isOffline: boolean): void {
    if (isOffline) {
      this.pick.placeholder = vscode.l10n.t('Nothing is connected: expand a connection first');
    }
    this.updateTitle();
    this.pick.show();
    this.finder.open();
  }

  /** The active row; the first one where VS Code has made none active yet. */
  private get chosen(): FoundKey | undefined {
    const { activeItems, items } = this.pick;
    return (activeItems[0] ?? items.find(({ found }) => found))?.found;
  }

  private take(found: FoundKey | undefined, action: GoToActions['open']): void {
    if (found) {
      this.pick.hide();
      void action(found);
    }
  }

  /** The active row stays the active one while more of the same search comes in. */
  private update(state: FinderState): void {
    const { pick } = this;
    const active = this.shownFor === state.typed ? pick.activeItems[0]?.found : undefined;
    const isFirst = isSame(active, pick.items.find(({ found }) => found)?.found);
    this.shownFor = state.typed;
    pick.busy = state.busy;
    pick.items = itemsOf(state, this.revealButton);
    const again = isFirst ? undefined : pick.items.find(({ found }) => isSame(found, active));
    const next = again?.found ? again : pick.items.find(({ found }) => found);
    // VS Code may leave no row active when the items change while one types.
    pick.activeItems = next ? [next] : [];
    this.updateTitle();
  }

  private updateTitle(): void {
    const facts = [vscode.l10n.t('Go to Key'), this.preview.text.current];
    this.pick.title = facts.filter((fact) => fact).join(' · ');
  }
}

function itemsOf(state: FinderState, button: vscode.QuickInputButton): KeyItem[] {
  const label = countText(state);
  if (state.best.length === 0) {
    const icon = state.busy ? { iconPath: new vscode.ThemeIcon('loading~spin') } : {};
    return [{ label: nothingText(state), description: label, alwaysShow: true, ...icon }];
  }
  const rows = state.best.map((found): KeyItem => ({
    found,
    label: found.key,
    description: `${found.bucket} · ${found.session.name}`,
    alwaysShow: true,
    buttons: [button],
  }));
  return [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows];
}

function nothingText({ busy, typed }: FinderState): string {
  if (busy) {
    return vscode.l10n.t('Looking…');
  }
  return typed.trim() === '' ? vscode.l10n.t('No keys.') : vscode.l10n.t('No key matches.');
}

function countText({ best, total, progress }: FinderState): string {
  const all = formatCount(progress.keys);
  const counts =
    total > best.length
      ? vscode.l10n.t('first {0} of {1} that match', best.length, formatCount(total))
      : vscode.l10n.t('{0} of {1} keys', formatCount(total), all);
  return [counts, ...bucketFacts(progress)].join(' · ');
}

/** How far the listing is, and what could not be listed. */
function bucketFacts({ complete, taken, buckets, failures }: FinderState['progress']): string[] {
  const listing = complete
    ? []
    : [vscode.l10n.t('listing, {0} of {1} buckets done', taken, buckets)];
  const [first] = failures;
  return first
    ? [...listing, vscode.l10n.t('not listed: {0}', first.bucket ?? first.session.name)]
    : listing;
}

function isSame(a: FoundKey | undefined, b: FoundKey | undefined): boolean {
  return a?.key === b?.key && a?.bucket === b?.bucket && a?.session === b?.session;
}
