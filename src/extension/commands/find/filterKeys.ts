import * as vscode from 'vscode';
import { parseKeyFilter } from '../../../kv/find/keyFilter';
import type { BucketName, KeyFilters } from '../../find/keyFilters';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { Background } from '../../../kv/base/background';

interface FilterItem extends vscode.QuickPickItem {
  /** The filter that is set; null for the row that clears it; undefined for one that only tells. */
  readonly text?: string | null;
}

/** Asks for a filter: one that is typed, one used lately or a saved one; or clears the one there is. */
export function askFilter(
  filters: KeyFilters,
  bucket: BucketName,
  inBackground: Background,
): Promise<void> {
  return new Promise((resolve) => {
    const pick = new FilterPick({ filters, bucket, inBackground }, resolve);
    pick.show();
  });
}

/** Owns one Filter Keys that is open; ends when it is hidden. */
class FilterPick {
  private readonly pick = plainWindow.createQuickPick<FilterItem>();
  private readonly save: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('pin'),
    tooltip: vscode.l10n.t('Save Filter'),
  };
  private readonly forget: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('pinned'),
    tooltip: vscode.l10n.t('Remove from Saved'),
  };

  constructor(
    private readonly parts: {
      readonly filters: KeyFilters;
      readonly bucket: BucketName;
      readonly inBackground: Background;
    },
    done: () => void,
  ) {
    const { pick } = this;
    const { bucket, inBackground } = parts;
    pick.title = vscode.l10n.t('Filter Keys of {0}', bucket.bucket);
    pick.placeholder = vscode.l10n.t(
      'orders.*.eu.> with NATS wildcards, or text that keys contain',
    );
    (pick as { sortByLabel?: boolean }).sortByLabel = false;
    pick.onDidChangeValue(() => this.update());
    pick.onDidTriggerItemButton(({ item }) =>
      inBackground('keep the filter', this.toggle(item.text)),
    );
    pick.onDidAccept(() => inBackground('set the filter', this.accept(pick.activeItems[0])));
    pick.onDidHide(() => {
      pick.dispose();
      done();
    });
  }

  show(): void {
    this.update();
    this.pick.show();
  }

  private async toggle(text: string | null | undefined): Promise<void> {
    if (typeof text === 'string') {
      await this.parts.filters.toggleSaved(text);
      this.update();
    }
  }

  private async accept(item: FilterItem | undefined): Promise<void> {
    if (item?.text === undefined) {
      return;
    }
    this.pick.hide();
    const { filters, bucket } = this.parts;
    await (item.text === null ? filters.clear(bucket) : filters.set(bucket, item.text));
  }

  private update(): void {
    const { filters, bucket } = this.parts;
    const typed = this.pick.value;
    const parsed = parseKeyFilter(typed);
    const active = filters.get(bucket);
    const rows: FilterItem[] = [];
    if (parsed.kind === 'filter') {
      rows.push(this.typedItem(parsed.filter.text, parsed.filter.subjectFilter !== undefined));
    } else if (parsed.kind === 'problem') {
      this.offer([problemItem(parsed.reason, parsed.position)]);
      return;
    }
    if (active) {
      const description = active.text;
      rows.push({
        label: vscode.l10n.t('Clear Filter'),
        iconPath: new vscode.ThemeIcon('clear-all'),
        description,
        text: null,
      });
    }
    const others = (texts: readonly string[]) => texts.filter((text) => text !== typed.trim());
    this.offer([
      ...rows,
      ...this.group(vscode.l10n.t('saved'), others(filters.saved), this.forget),
      ...this.group(vscode.l10n.t('recent'), others(filters.recent), this.save),
    ]);
  }

  /** VS Code may leave no row active when the items change while one types. */
  private offer(items: FilterItem[]): void {
    this.pick.items = items;
    const first = items.find(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
    this.pick.activeItems = first ? [first] : [];
  }

  private typedItem(text: string, byServer: boolean): FilterItem {
    const description = byServer
      ? vscode.l10n.t('NATS pattern, matched by the server')
      : vscode.l10n.t('keys that match');
    const buttons = [this.parts.filters.saved.includes(text) ? this.forget : this.save];
    return { label: text, text, description, buttons, alwaysShow: true };
  }

  private group(
    label: string,
    texts: readonly string[],
    button: vscode.QuickInputButton,
  ): FilterItem[] {
    const items = texts.map((text) => ({ label: text, text, buttons: [button] }));
    return items.length === 0
      ? []
      : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
  }
}

/** Accepting it changes nothing. */
function problemItem(reason: string, position: number): FilterItem {
  const label = vscode.l10n.t('Not a filter: {0} (character {1}).', reason, position + 1);
  return { label, iconPath: new vscode.ThemeIcon('error'), alwaysShow: true };
}
