import * as vscode from 'vscode';
import type { ValueQuery } from '../../../kv/find/valueQuery';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { queryLabel, queryProblem, queryWays } from './queryText';
import { plainWindow } from '../../../views/shown/plainWindow';

/** Where to look: what rows of the tree stand for. */
export interface FindPlace {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly TreeNode[];
}

export interface FindBoxParts {
  readonly places: readonly FindPlace[];
  /** What was looked for last, to begin with. */
  readonly before: ValueQuery | undefined;
  readonly history: readonly ValueQuery[];
}

/** What the user wants: to look there, or to be asked for another place first. */
export interface FindAnswer {
  readonly query: ValueQuery;
  /** Undefined where another place is to be asked for. */
  readonly place: FindPlace | undefined;
}

type Mode = ValueQuery['kind'];
type Toggle = 'matchCase' | 'wholeWord' | 'regex' | 'jsonPath';

interface FindItem extends vscode.QuickPickItem {
  readonly run?: () => void;
}

/** Asks what to look for in values, and how and where, all in one box. */
export function askFind(parts: FindBoxParts): Promise<FindAnswer | undefined> {
  return new Promise((resolve) => new FindBox(parts, resolve).show());
}

/** Owns one Find in Values that is open; ends when it is hidden. */
class FindBox {
  private readonly pick = plainWindow.createQuickPick<FindItem>();
  private mode: Mode = 'text';
  private matchCase = false;
  private wholeWord = false;
  private place: FindPlace | undefined;
  private answer: FindAnswer | undefined;

  constructor(
    private readonly parts: FindBoxParts,
    done: (answer: FindAnswer | undefined) => void,
  ) {
    const { pick } = this;
    this.place = parts.places[0];
    pick.title = vscode.l10n.t('Find in Values');
    pick.ignoreFocusOut = true;
    // What VS Code would sort stands in its order. (Not in its typings, harmless where it is unknown.)
    (pick as { sortByLabel?: boolean }).sortByLabel = false;
    pick.keepScrollPosition = true;
    if (parts.before) {
      this.take(parts.before);
    }
    pick.onDidChangeValue(() => this.update());
    pick.onDidTriggerButton((button) => this.toggle((button as ToggleButton).toggles));
    pick.onDidAccept(() => (pick.activeItems[0] ?? pick.items[0])?.run?.());
    pick.onDidHide(() => {
      pick.dispose();
      done(this.answer);
    });
  }

  show(): void {
    this.update();
    this.pick.show();
  }

  private get query(): ValueQuery {
    const { mode, matchCase, wholeWord } = this;
    const text = this.pick.value;
    return mode === 'jsonPath'
      ? { kind: mode, text: text.trim() }
      : { kind: mode, text, matchCase, wholeWord };
  }

  private take(query: ValueQuery): void {
    this.pick.value = query.text;
    this.mode = query.kind;
    if (query.kind !== 'jsonPath') {
      this.matchCase = query.matchCase;
      this.wholeWord = query.wholeWord === true;
    }
  }

  private toggle(which: Toggle): void {
    switch (which) {
      case 'matchCase':
      case 'wholeWord':
        this[which] = !this[which];
        break;
      default:
        this.mode = this.mode === which ? 'text' : which;
    }
    this.update();
  }

  private isOn(which: Toggle): boolean {
    return which === 'matchCase' || which === 'wholeWord'
      ? this[which] && this.mode !== 'jsonPath'
      : this.mode === which;
  }

  private find(place: FindPlace | undefined): void {
    const { query } = this;
    if (query.text !== '' && queryProblem(query) === undefined) {
      this.answer = { query, place };
      this.pick.hide();
    }
  }

  private update(): void {
    const { pick } = this;
    pick.placeholder = placeholderOf(this.mode);
    this.showButtons();
    const first = this.findItem();
    pick.items = [
      first,
      separator(vscode.l10n.t('how')),
      ...toggles.map((which) => this.toggleItem(which)),
      separator(vscode.l10n.t('where')),
      ...this.placeItems(),
      ...this.historyItems(),
    ];
    // VS Code may leave no row active when the items change while one types.
    pick.activeItems = [first];
  }

  /** Inside of the input where VS Code can do that, else in the title. */
  private showButtons(): void {
    const buttons = toggles.map((which): ToggleButton => {
      const { icon: looks, name } = looksOf(which);
      const tooltip = this.isOn(which) ? vscode.l10n.t('{0}: on', name) : name;
      return { iconPath: icon(looks), tooltip, toggles: which };
    });
    const inInput = 3;
    try {
      this.pick.buttons = buttons.map((button) => {
        const checked = this.isOn(button.toggles);
        return { ...button, location: inInput, toggle: { checked } } as vscode.QuickInputButton;
      });
    } catch {
      // An older VS Code takes no places from extensions.
      this.pick.buttons = buttons;
    }
  }

  private findItem(): FindItem {
    const { query } = this;
    if (query.text === '') {
      const label = vscode.l10n.t('Type what to find');
      const description = this.place?.name ?? '';
      return { label, description, iconPath: icon('search'), alwaysShow: true };
    }
    const problem = queryProblem(query);
    if (problem !== undefined) {
      return { label: plain(problem), iconPath: icon('error'), alwaysShow: true };
    }
    return {
      label: vscode.l10n.t('Find {0}', plain(queryLabel(query))),
      iconPath: icon('search'),
      description: [this.place?.name, ...queryWays(query)].filter((fact) => fact).join(' · '),
      alwaysShow: true,
      run: () => this.find(this.place),
    };
  }

  private toggleItem(which: Toggle): FindItem {
    const isOn = this.isOn(which);
    const { name, hint } = looksOf(which);
    const state = isOn ? vscode.l10n.t('on') : vscode.l10n.t('off');
    return {
      label: name,
      iconPath: icon(isOn ? 'check' : 'blank'),
      description: [state, hint].filter((fact) => fact).join(' · '),
      alwaysShow: true,
      run: () => this.toggle(which),
    };
  }

  private placeItems(): FindItem[] {
    const others: FindItem = {
      label: vscode.l10n.t('Another Bucket…'),
      iconPath: icon('blank'),
      alwaysShow: true,
      run: () => this.find(undefined),
    };
    const places = this.parts.places.map((place): FindItem => {
      const isChosen = place === this.place;
      const chosen = isChosen ? [vscode.l10n.t('chosen')] : [];
      return {
        label: plain(place.name),
        iconPath: icon(isChosen ? 'check' : 'blank'),
        description: [...chosen, place.description].join(' · '),
        alwaysShow: true,
        run: () => {
          this.place = place;
          this.update();
        },
      };
    });
    return [...places, others];
  }

  private historyItems(): FindItem[] {
    const items = this.parts.history.map((query): FindItem => {
      return {
        label: plain(queryLabel(query)),
        iconPath: icon('history'),
        description: queryWays(query).join(' · '),
        alwaysShow: true,
        run: () => {
          this.take(query);
          this.update();
        },
      };
    });
    return items.length === 0 ? [] : [separator(vscode.l10n.t('looked for before')), ...items];
  }
}

interface ToggleButton extends vscode.QuickInputButton {
  readonly toggles: Toggle;
}

const toggles: readonly Toggle[] = ['matchCase', 'wholeWord', 'regex', 'jsonPath'];

function looksOf(which: Toggle): { icon: string; name: string; hint?: string } {
  const { t } = vscode.l10n;
  switch (which) {
    case 'matchCase':
      return { icon: 'case-sensitive', name: t('Match Case') };
    case 'wholeWord':
      return { icon: 'whole-word', name: t('Match Whole Word') };
    case 'regex':
      return { icon: 'regex', name: t('Regular Expression') };
    case 'jsonPath':
      return { icon: 'json', name: t('JSON Path'), hint: '$.items[*].sku, $..price == 12' };
  }
}

function placeholderOf(mode: Mode): string {
  switch (mode) {
    case 'text':
      return vscode.l10n.t('Text that values contain');
    case 'regex':
      return vscode.l10n.t('Regular expression of JavaScript; ^ and $ match at every line');
    case 'jsonPath':
      return vscode.l10n.t('Path of JSON values, such as $.status == "new"');
  }
}

function icon(name: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name);
}

function separator(label: string): FindItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** A text as one line. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ');
}
