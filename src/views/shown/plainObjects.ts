import type * as vscode from 'vscode';
import { displayText } from '../../kv/values/displayText';
import { plainLines, plainSentences, plainText } from './plainText';

/** An object of VS Code on which the named properties take texts from outside as they are. */
export function withPlainTexts<T extends object>(target: T, names: readonly string[]): T {
  return withSetters(target, Object.fromEntries(names.map((name) => [name, plainValue])));
}

/** The same for what is set in another way: a function for each property, of what is set. */
export function withSetters<T extends object>(
  target: T,
  setters: Readonly<Record<string, (value: unknown) => unknown>>,
): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (_, name, value: unknown) => {
      const setter = typeof name === 'string' ? setters[name] : undefined;
      return Reflect.set(target, name, setter ? setter(value) : value, target);
    },
  });
}

/** A text as it is; of an object with a message (of an input box) that message. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return plainSentences(value);
  }
  const isMessage = typeof value === 'object' && value !== null && 'message' in value;
  return isMessage && typeof value.message === 'string'
    ? { ...value, message: plainSentences(value.message) }
    : value;
}

const pickTexts = ['label', 'description', 'detail'] as const;

/** A row of a pick with its texts as they are; the row itself where they are that already. */
export function plainPickItem<T extends vscode.QuickPickItem>(item: T): T {
  const changed = pickTexts
    .map((name) => [name, item[name], item[name] && plainText(item[name])] as const)
    .filter(([, text, plain]) => text !== plain);
  return changed.length === 0
    ? item
    : { ...item, ...Object.fromEntries(changed.map(([name, , plain]) => [name, plain])) };
}

/** A row of a tree, whose texts VS Code takes for no markup, with all of them visible. */
export function plainRow(item: vscode.TreeItem): vscode.TreeItem {
  if (item.label !== undefined) {
    item.label = typeof item.label === 'string' ? displayText(item.label) : plainLabel(item.label);
  }
  if (typeof item.description === 'string') {
    item.description = displayText(item.description);
  }
  if (item.accessibilityInformation) {
    const { label } = item.accessibilityInformation;
    item.accessibilityInformation = { ...item.accessibilityInformation, label: displayText(label) };
  }
  return plainTooltip(item);
}

export function plainTooltip(item: vscode.TreeItem): vscode.TreeItem {
  if (typeof item.tooltip === 'string') {
    item.tooltip = plainLines(item.tooltip);
  }
  return item;
}

/** What is highlighted stays so where escapes move it. */
function plainLabel({ label, highlights }: vscode.TreeItemLabel): vscode.TreeItemLabel {
  const at = (offset: number): number => displayText(label.slice(0, offset)).length;
  return {
    label: displayText(label),
    ...(highlights && { highlights: highlights.map(([start, end]) => [at(start), at(end)]) }),
  };
}
