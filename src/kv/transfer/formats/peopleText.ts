import { stringify as csvLine } from 'csv-stringify/sync';
import { parseTree } from 'jsonc-parser';
import { stringify as toYaml } from 'yaml';
import type { JsonPath } from '../../find/jsonPath';
import { valuesAt } from '../../find/jsonPathMatch';
import { formatJson } from '../../values/jsonStyle';
import { type ExportNotes, TallyOf } from '../exportWriter';
import { losslessValue, type PeopleValue } from './jsonText';

type PlainValue = Exclude<PeopleValue, { readonly kind: 'binary' }>;

/** A form that people read: sorted by key, without what it cannot hold, which is told. */
export type PeopleForm =
  | { readonly kind: 'json' | 'yaml'; readonly nested: boolean }
  | { readonly kind: 'csv'; readonly columns: readonly CsvColumn[] };

/** A column of a table; `path` undefined for the whole value. */
export interface CsvColumn {
  readonly title: string;
  readonly path: JsonPath | undefined;
}

/** Owns what could not be held; changes only by what is added to its tallies. */
export class Notes {
  readonly binary = new TallyOf();
  readonly respaced = new TallyOf();
  readonly unnested = new TallyOf();
  readonly bare = new TallyOf();
  readonly asText = new TallyOf();

  told(): ExportNotes {
    const { binary, respaced, unnested, bare, asText } = this;
    const all = Object.entries({ binary, respaced, unnested, bare, asText });
    return Object.fromEntries(all.filter(([, { count }]) => count > 0));
  }
}

/** What a key holds, or undefined when it is no text. */
export type Readable = (key: string) => PlainValue | undefined;

/** The pieces of a whole text. */
export function* rowsOf(
  form: PeopleForm,
  keys: readonly string[],
  readable: Readable,
  notes: Notes,
): Generator<string> {
  if (form.kind === 'csv') {
    yield csvLine([['key', ...form.columns.map(({ title }) => title)]]);
    for (const key of keys) {
      const value = readable(key);
      if (value) {
        yield csvLine([[key, ...form.columns.map(({ path }) => cellOf(value, path))]]);
      }
    }
    return;
  }
  const toText = form.kind === 'json' ? jsonLines : yamlLines;
  if (!form.nested) {
    const leaves = function* (): Generator<Leaf> {
      for (const key of keys) {
        const value = readable(key);
        if (value) {
          yield { key, name: key, value };
        }
      }
    };
    yield* toText(leaves(), notes);
    return;
  }
  yield* toText(nest(keys, readable, notes), notes);
}

interface Leaf {
  readonly key: string;
  readonly name: string;
  readonly value: PlainValue;
}

interface Branch {
  readonly name: string;
  readonly children: Map<string, Node>;
}

type Node = Leaf | Branch;

/** A tree by tokens. What is a key and the start of others cannot be both: it is left out. */
function nest(keys: readonly string[], readable: Readable, notes: Notes): Iterable<Node> {
  const root: Branch = { name: '', children: new Map() };
  for (const key of keys) {
    const tokens = key.split('.');
    const name = tokens.pop() ?? '';
    let at: Branch | undefined = root;
    for (const token of tokens) {
      const next: Node = at.children.get(token) ?? { name: token, children: new Map() };
      if ('key' in next) {
        at = undefined;
        break;
      }
      at.children.set(token, next);
      at = next;
    }
    const value = at && !at.children.has(name) ? readable(key) : undefined;
    if (at && value) {
      at.children.set(name, { key, name, value });
    } else if (!at || at.children.has(name)) {
      notes.unnested.add(key);
    }
  }
  return root.children.values();
}

function* jsonLines(nodes: Iterable<Node>, notes: Notes): Generator<string> {
  let isFirst = true;
  yield '{';
  for (const node of nodes) {
    yield `${isFirst ? '' : ','}\n  ${JSON.stringify(node.name)}: ${jsonOf(node, '  ', notes)}`;
    isFirst = false;
  }
  yield isFirst ? '}\n' : '\n}\n';
}

function jsonOf(node: Node, indent: string, notes: Notes): string {
  if ('children' in node) {
    const inner = `${indent}  `;
    const lines = [...node.children.values()].map(
      (child) => `${inner}${JSON.stringify(child.name)}: ${jsonOf(child, inner, notes)}`,
    );
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  const { key, value } = node;
  if (value.kind === 'text') {
    return JSON.stringify(value.text);
  }
  if (value.minified !== value.tokens.text) {
    notes.respaced.add(key);
  }
  const formatted = formatJson(value.tokens) ?? value.minified;
  return formatted.trimEnd().replaceAll('\n', `\n${indent}`);
}

function* yamlLines(nodes: Iterable<Node>, notes: Notes): Generator<string> {
  let isEmpty = true;
  for (const node of nodes) {
    isEmpty = false;
    yield toYaml(new Map([[node.name, yamlOf(node, notes)]]), {
      lineWidth: 0,
      aliasDuplicateObjects: false,
    });
  }
  if (isEmpty) {
    yield '{}\n';
  }
}

function yamlOf(node: Node, notes: Notes): unknown {
  if ('children' in node) {
    return new Map(
      [...node.children.values()].map((child) => [child.name, yamlOf(child, notes)] as const),
    );
  }
  const { key, value } = node;
  if (value.kind === 'text') {
    return value.text;
  }
  const lossless = losslessValue(value.tokens);
  if (!lossless) {
    notes.asText.add(key);
    return value.tokens.text;
  }
  if (value.minified !== value.tokens.text) {
    notes.respaced.add(key);
  }
  return lossless.value;
}

function cellOf(value: PlainValue, path: JsonPath | undefined): string {
  if (!path) {
    return value.kind === 'text' ? value.text : value.tokens.text;
  }
  if (value.kind === 'text') {
    return '';
  }
  const { text } = value.tokens;
  const root = parseTree(text);
  const found = root ? valuesAt(root, path) : [];
  return found
    .map(({ type, value: own, offset, length }) =>
      type === 'string' ? String(own) : text.slice(offset, offset + length),
    )
    .join('; ');
}
