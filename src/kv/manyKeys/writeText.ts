import { durationText } from '../base/duration';
import type { Entry } from '../model/entry';
import { ownHeaders } from '../model/headers';
import { contentOf, contentText } from './keyContent';
import { marks } from './manyKeys';

export interface TextStyle {
  /** Lines above the keys, without the marks of comments. */
  readonly heading: readonly string[];
  /** Keys by their tokens, as folders whose names end with a dot. */
  readonly nested: boolean;
}

const indent = '  ';

/** The document of keys: JSON with comments, keys as names in their order. */
export function manyKeysText(entries: Iterable<Entry>, { heading, nested }: TextStyle): string {
  const all = [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));
  const root: Folder = { members: new Map() };
  all.forEach((entry) => put(root, entry, nested ? entry.key.split('.') : [entry.key]));
  const comments = heading.map((line) => `// ${line}\n`).join('');
  return `${comments}${folderText(root, 0)}\n`;
}

/**
 * The members that entries are in the folder with this prefix, by their whole names, which end with a dot
 * for a folder, with what they hold in lines of two spaces a level.
 */
export function memberTexts(
  entries: readonly Entry[],
  prefix: string,
  nested: boolean,
): [name: string, text: string][] {
  const root: Folder = { members: new Map() };
  entries.forEach((entry) => {
    const name = entry.key.slice(prefix.length);
    put(root, entry, nested ? name.split('.') : [name]);
  });
  return [...root.members].map(([name, member]) => [
    `${prefix}${name}`,
    'members' in member ? folderText(member, 0) : entryText(member),
  ]);
}

/** A key's value as it stands in the document, with what stands beside it. */
export function entryText(entry: Entry, depth = 0): string {
  const content = contentText(contentOf(entry.value));
  const headers = ownHeaders(entry);
  const { ttl } = entry;
  const text =
    headers.length === 0 && ttl === undefined
      ? content
      : objectText([
          [marks.value, content],
          ...(headers.length > 0 ? [[marks.headers, headersText(headers)] as const] : []),
          ...(ttl !== undefined
            ? [[marks.ttl, JSON.stringify(ttl === 'never' ? ttl : durationText(ttl))] as const]
            : []),
        ]);
  return text.replaceAll('\n', `\n${indent.repeat(depth)}`);
}

interface Folder {
  readonly members: Map<string, Folder | Entry>;
}

function put(folder: Folder, entry: Entry, [token = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    folder.members.set(token, entry);
    return;
  }
  const name = `${token}.`;
  const found = folder.members.get(name);
  const below: Folder = found && 'members' in found ? found : { members: new Map() };
  folder.members.set(name, below);
  put(below, entry, rest);
}

function folderText({ members }: Folder, depth: number): string {
  if (members.size === 0) {
    return '{}';
  }
  const inner = indent.repeat(depth + 1);
  const lines = [...members].map(([name, member]) => {
    const text = 'members' in member ? folderText(member, depth + 1) : entryText(member, depth + 1);
    return `${inner}${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n${indent.repeat(depth)}}`;
}

function objectText(members: readonly (readonly [name: string, text: string])[]): string {
  const lines = members.map(
    ([name, text]) => `${indent}${JSON.stringify(name)}: ${text.replaceAll('\n', `\n${indent}`)}`,
  );
  return `{\n${lines.join(',\n')}\n}`;
}

/** By their names where each is there once, else as pairs. */
function headersText(headers: Entry['headers']): string {
  const isPlain = new Set(headers.map(([name]) => name)).size === headers.length;
  return isPlain
    ? `{ ${headers.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(', ')} }`
    : `[${headers.map((pair) => `[${pair.map((part) => JSON.stringify(part)).join(', ')}]`).join(', ')}]`;
}
