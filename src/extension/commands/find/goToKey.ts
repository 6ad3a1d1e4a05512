import * as vscode from 'vscode';
import { DisposableStore } from '../../../kv/base/event';
import { KeyFinder, type FinderState, type FoundKey } from '../../../kv/find/keyFinder';
import { formatCount } from '../../../views/format/format';
import type { Connections } from '../../../kv/session/connections';
import { isProduction } from '../../../kv/model/connectionConfig';
import { environmentLabel, placeIcon } from '../../../views/buckets/rows/productionMark';
import { KeyPreview } from './keyPreview';
import { isSameFound, KeysAtHand, type AtHandParts } from './keysAtHand';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { Background } from '../../../kv/base/background';

/** What can be done with a key that was found. */
export interface GoToActions {
  readonly open: (found: FoundKey) => Promise<void>;
  readonly reveal: (found: FoundKey) => Promise<void>;
  /** It was closed without a key. */
  readonly gaveUp?: () => void;
  readonly inBackground: Background;
}

interface KeyItem extends vscode.QuickPickItem {
  readonly found?: FoundKey;
}

/** Where keys are looked for, and what is at hand before anything is typed. */
export interface GoToPlaces extends Omit<AtHandParts, 'inBackground'> {
  readonly connections: Connections;
}

/** Shows one pick over the keys of all connections in use; searches as one types. */
export function goToKey(places: GoToPlaces, actions: GoToActions): void {
  // What is known of a connection that is down for now is searched too.
  const used = places.connections.all.filter(({ state }) => state.current.kind !== 'idle');
  const pick = new GoToKeyPick(new KeyFinder(used), actions, places);
  pick.show(used.length === 0);
}

/** Asks for one key, in the way of Go to Key; undefined when the user gave up. */
export function pickKey(
  connections: Connections,
  inBackground: Background,
): Promise<FoundKey | undefined> {
  return new Promise((resolve) => {
    const take = (found: FoundKey): Promise<void> => Promise.resolve(resolve(found));
    goToKey(
      { connections },
      { open: take, reveal: take, gaveUp: () => resolve(undefined), inBackground },
    );
  });
}

/** Owns one Go to Key that is open: its pick, the search behind it and the preview; ends when it is hidden. */
class GoToKeyPick {
  private readonly store = new DisposableStore();
  private readonly pick = this.store.add(plainWindow.createQuickPick<KeyItem>());
  private readonly preview: KeyPreview;
  private readonly atHand: KeysAtHand;
  private readonly revealButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('list-tree'),
    tooltip: vscode.l10n.t('Reveal in Tree'),
  };
  private shownFor: string | undefined;
  private isTaken = false;

  constructor(
    private readonly finder: KeyFinder,
    private readonly actions: GoToActions,
    private readonly places: GoToPlaces,
  ) {
    this.store.add(finder);
    const { inBackground } = actions;
    this.atHand = this.store.add(new KeysAtHand({ ...places, inBackground }));
    this.store.add(this.atHand.onDidChange(() => this.update(finder.state.current)));
    this.preview = this.store.add(new KeyPreview(actions.inBackground));
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
    pick.onDidTriggerItemButton(({ item, button }) =>
      button === this.revealButton
        ? this.take(item.found, actions.reveal)
        : void this.togglePin(item.found),
    );
    pick.onDidTriggerButton(() => this.take(this.chosen, actions.reveal));
    pick.onDidHide(() => {
      this.store.dispose();
      if (!this.isTaken) {
        actions.gaveUp?.();
      }
    });
  }

  show(isOffline: boolean): void {
    if (isOffline) {
      this.pick.placeholder = vscode.l10n.t('Nothing is connected: expand a connection first');
    }
    this.updateTitle();
    this.pick.show();
    this.finder.open();
    this.atHand.look();
  }

  /** The active row; the first one where VS Code has made none active yet. */
  private get chosen(): FoundKey | undefined {
    const { activeItems, items } = this.pick;
    return (activeItems[0] ?? items.find(({ found }) => found))?.found;
  }

  private take(found: FoundKey | undefined, action: GoToActions['open']): void {
    if (found) {
      this.isTaken = true;
      this.pick.hide();
      this.actions.inBackground(`go to ${found.key}`, action(found));
    }
  }

  /** The active row stays the active one while more of the same search comes in. */
  private update(state: FinderState): void {
    const { pick } = this;
    const active = this.shownFor === state.typed ? pick.activeItems[0]?.found : undefined;
    const isFirst = isSameFound(active, pick.items.find(({ found }) => found)?.found);
    this.shownFor = state.typed;
    pick.busy = state.busy;
    pick.items = this.itemsOf(state);
    const again = isFirst ? undefined : pick.items.find(({ found }) => isSameFound(found, active));
    const next = again?.found ? again : pick.items.find(({ found }) => found);
    // VS Code may leave no row active when the items change while one types.
    pick.activeItems = next ? [next] : [];
    this.updateTitle();
  }

  /** Before anything is typed the keys that are pinned and those opened lately stand first. */
  private itemsOf(state: FinderState): KeyItem[] {
    const atHand = state.typed.trim() === '' ? this.itemsAtHand() : [];
    const isNew = (found: FoundKey): boolean =>
      !atHand.some((item) => item.found && isSameFound(item.found, found));
    return [...atHand, ...foundItems(state, isNew, (found) => this.itemOf(found))];
  }

  private itemsAtHand(): KeyItem[] {
    const group = (label: string, keys: readonly FoundKey[]): KeyItem[] =>
      keys.length === 0
        ? []
        : [
            { label, kind: vscode.QuickPickItemKind.Separator },
            ...keys.map((found) => this.itemOf(found)),
          ];
    const { pinned, lately } = this.atHand;
    return [
      ...group(vscode.l10n.t('pinned'), pinned),
      ...group(vscode.l10n.t('opened lately'), lately),
    ];
  }

  private itemOf(found: FoundKey): KeyItem {
    const { session, bucket, key } = found;
    const isPinned = this.places.pins?.has(session.id, { bucket, filter: key });
    const pin: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon(isPinned ? 'pinned' : 'pin'),
      tooltip: isPinned ? vscode.l10n.t('Unpin') : vscode.l10n.t('Pin'),
    };
    return {
      found,
      // A dollar sign before a parenthesis would begin an icon.
      label: key.replaceAll('$(', '\\$('),
      description: [
        bucket,
        session.name,
        environmentLabel(session.config),
        this.atHand.isGone(found) ? vscode.l10n.t('not there any more') : undefined,
      ]
        .filter((part) => part)
        .join(' · '),
      iconPath: placeIcon(isProduction(session.config) ? 'warning' : 'key', session.config),
      alwaysShow: true,
      buttons: this.places.pins ? [pin, this.revealButton] : [this.revealButton],
    };
  }

  private async togglePin(found: FoundKey | undefined): Promise<void> {
    const { pins } = this.places;
    if (found && pins) {
      const pin = { bucket: found.bucket, filter: found.key };
      const { id } = found.session;
      await (pins.has(id, pin) ? pins.remove(id, pin) : pins.add(id, pin));
      this.update(this.finder.state.current);
    }
  }

  private updateTitle(): void {
    const facts = [vscode.l10n.t('Go to Key'), this.preview.text.current];
    this.pick.title = facts.filter((fact) => fact).join(' · ');
  }
}

/** Those that stand above already are not told again. */
function foundItems(
  state: FinderState,
  isNew: (found: FoundKey) => boolean,
  toItem: (found: FoundKey) => KeyItem,
): KeyItem[] {
  const label = countText(state);
  if (state.best.length === 0) {
    const icon = state.busy ? { iconPath: new vscode.ThemeIcon('loading~spin') } : {};
    return [{ label: nothingText(state), description: label, alwaysShow: true, ...icon }];
  }
  return [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...state.best.filter(isNew).map(toItem),
  ];
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
  return [counts, ...knownBuckets(progress)].join(' · ');
}

/** How far the listing is, and what could not be listed. */
function knownBuckets({
  complete,
  taken,
  buckets,
  failures,
  leftOut,
}: FinderState['progress']): string[] {
  const listing = complete
    ? []
    : [vscode.l10n.t('listing, {0} of {1} buckets done', taken, buckets)];
  const [first] = failures;
  const failed = first
    ? [vscode.l10n.t('not listed: {0}', first.bucket ?? first.session.name)]
    : [];
  const names = leftOut.map(({ name }) => name).join(', ');
  const missing =
    names === '' ? [] : [vscode.l10n.t('not connected, in part or not searched: {0}', names)];
  return [...listing, ...failed, ...missing];
}
