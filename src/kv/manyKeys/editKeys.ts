import { parseTree, type Node } from 'jsonc-parser';
import type { Entry } from '../model/entry';
import { commentsOf, containerOf, joinParts, type Part, type PartEdit } from './containerParts';
import { editValue, indentAt, innerIndent, laidOut, type TextLayout } from './editValue';
import { entryText, memberTexts } from './writeText';

/** What becomes of keys of a document: an entry, or undefined for a key that goes. */
export type KeyChanges = ReadonlyMap<string, Entry | undefined>;

/**
 * A document of keys with some keys as they are wanted, in the place of what it says of them. Everything else
 * stays as it stands there: order, layout, folders, and all comments, those of keys that go as well. New keys
 * come behind the key that is before them in order. `nested`: how they are written where the text has no
 * folders to tell. For texts that `readManyKeys` finds no problem in.
 */
export function editKeys(text: string, changes: KeyChanges, nested: boolean): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root?.type !== 'object' || changes.size === 0) {
    return text;
  }
  const edited = new KeysEdit(text, root, changes, nested).folder(root, '', added(root, changes));
  return `${text.slice(0, root.offset)}${edited.text}${text.slice(root.offset + root.length)}`;
}

/** A member of a folder by its whole name, which ends with a dot for a folder. */
interface Named {
  readonly name: string;
  readonly edit: PartEdit;
}

interface EditedFolder {
  readonly text: string;
  readonly isEmpty: boolean;
}

/** Owns nothing; rewrites folders that changes are in. */
class KeysEdit {
  private readonly layout: TextLayout;
  private readonly isNested: boolean;

  constructor(
    private readonly text: string,
    root: Node,
    private readonly changes: KeyChanges,
    nested: boolean,
  ) {
    const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    const [first] = root.children ?? [];
    const unit = first
      ? indentAt(text, first.offset).slice(indentAt(text, root.offset).length)
      : '';
    this.layout = { lineEnd, unit: unit || '  ' };
    const names = (root.children ?? []).flatMap(({ children: [name] = [] }) =>
      name ? [String(name.value)] : [],
    );
    const hasFolders = names.some((name) => name.endsWith('.'));
    this.isNested = hasFolders || (nested && !names.some((name) => name.includes('.')));
  }

  /** `come`: the keys below the folder that it does not have yet. */
  folder(node: Node, prefix: string, come: readonly Entry[]): EditedFolder {
    const container = containerOf(this.text, node);
    const indent = innerIndent(this.text, node, container.parts, this.layout);
    const left = new Set(come);
    const members = container.parts.map((part) => this.member(part, prefix, left));
    for (const [name, lines] of memberTexts([...left], prefix, this.isNested)) {
      const text = laidOut(
        `${JSON.stringify(name.slice(prefix.length))}: ${lines}`,
        indent,
        this.layout,
      );
      members.splice(placeFor(members, name), 0, { name, edit: { kind: 'new', text } });
    }
    const edits = members.map(({ edit }) => edit);
    const outer = indentAt(this.text, node.offset);
    const layout = { lineEnd: this.layout.lineEnd, indent, outer };
    return {
      text: joinParts(container, edits, layout),
      isEmpty: edits.every(({ kind }) => kind === 'gone') && edits.length > 0,
    };
  }

  private member(part: Part, prefix: string, left: Set<Entry>): Named {
    const { node } = part;
    const [key, value] = node.children ?? [];
    const name = `${prefix}${String(key?.value)}`;
    const before = this.text.slice(node.offset, value?.offset);
    const keep = (text: string, lost: readonly string[] = []): Named => ({
      name,
      edit: { kind: 'kept', part, text: `${before}${text}`, lost },
    });
    const gone = (): Named => ({ name, edit: { kind: 'gone', lost: commentsOf(this.text, part) } });
    if (!value) {
      return keep('');
    }
    if (name.endsWith('.')) {
      const below = [...left].filter((entry) => entry.key.startsWith(name));
      below.forEach((entry) => left.delete(entry));
      const { text, isEmpty } = this.folder(value, name, below);
      return isEmpty ? gone() : keep(text);
    }
    if (!this.changes.has(name)) {
      return keep(this.text.slice(value.offset, value.offset + value.length));
    }
    const entry = this.changes.get(name);
    if (!entry) {
      return gone();
    }
    const { text, lost } = editValue(this.text, value, entryText(entry), this.layout);
    return keep(text, lost);
  }
}

/** Behind the member that is before it in order; before all where there is none. */
function placeFor(members: readonly Named[], name: string): number {
  const before = members.filter((each) => each.name < name).map((each) => each.name);
  const last = before.reduce((a, b) => (a > b ? a : b), '');
  return last === '' ? 0 : members.findLastIndex((each) => each.name === last) + 1;
}

/** The entries whose keys a text does not have, in order. */
function added(root: Node, changes: KeyChanges): Entry[] {
  const there = new Set<string>();
  const walk = (node: Node, prefix: string): void => {
    for (const { children: [key, value] = [] } of node.children ?? []) {
      const name = `${prefix}${String(key?.value)}`;
      there.add(name);
      if (name.endsWith('.') && value) {
        walk(value, name);
      }
    }
  };
  walk(root, '');
  return [...changes]
    .flatMap(([key, entry]) => (entry && !there.has(key) ? [entry] : []))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
