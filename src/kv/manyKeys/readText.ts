import { parseTree, stripComments, type Node, type ParseError } from 'jsonc-parser';
import { t } from '../base/l10n';
import { parseDuration } from '../base/duration';
import type { Entry, Ttl } from '../model/entry';
import { headerNameProblem } from '../model/headers';
import { keyProblem } from '../model/key';
import { fromBase64 } from '../values/base64';
import { compactJson, isMarked } from './keyContent';
import { marks, mostKeys, type KeyContent, type KeyText } from './manyKeys';

/** Why a document cannot be saved, and where; a clause. */
interface TextProblem {
  readonly message: string;
  /** In UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

export interface ReadText {
  readonly keys: readonly KeyText[];
  readonly problems: readonly TextProblem[];
}

/** Reads what `manyKeysText` writes, flat and nested alike, and what people make of it. Never throws. */
export function readManyKeys(text: string): ReadText {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first || root?.type !== 'object') {
    const place = first ?? { offset: root?.offset ?? 0, length: root?.length ?? 0 };
    const message = first ? t('the text is not JSON') : t('the text is not a JSON object of keys');
    return { keys: [], problems: [problemAt(place, message)] };
  }
  return new Reader(text).read(root);
}

/** Owns what is read of one text; changes only through `read`. */
class Reader {
  private readonly keys = new Map<string, KeyText>();
  private readonly problems: TextProblem[] = [];

  constructor(private readonly text: string) {}

  read(root: Node): ReadText {
    this.folder(root, '');
    const extra = [...this.keys.values()][mostKeys];
    if (extra) {
      this.problems.push(problemAt(extra, t('a document holds at most {0} keys', mostKeys)));
    }
    return { keys: [...this.keys.values()], problems: this.problems };
  }

  private folder(node: Node, prefix: string): void {
    for (const member of node.children ?? []) {
      const [name, value] = member.children ?? [];
      if (!name || !value) {
        continue;
      }
      const full = `${prefix}${String(name.value)}`;
      if (!full.endsWith('.')) {
        this.key(name, value, full);
      } else if (value.type === 'object') {
        this.folder(value, full);
      } else {
        this.problems.push(problemAt(name, t('a name that ends with a dot is a folder of keys')));
      }
    }
  }

  private key(name: Node, value: Node, key: string): void {
    const problem = this.keys.has(key) ? t('the key is there twice') : keyProblem(key)?.reason;
    if (problem !== undefined) {
      this.problems.push(problemAt(name, problem));
      return;
    }
    const read = this.value(value);
    if (typeof read === 'string') {
      this.problems.push(problemAt(value, read));
    } else {
      this.keys.set(key, { key, offset: name.offset, length: name.length, ...read });
    }
  }

  private value(node: Node): Omit<KeyText, 'key' | 'offset' | 'length'> | string {
    const members = membersOf(node);
    if (!isMarked([...members.keys()])) {
      const content = this.plain(node);
      return typeof content === 'string' ? content : { content, headers: [], ttl: undefined };
    }
    const known = new Set<string>(Object.values(marks));
    const unknown = [...members.keys()].find((each) => !known.has(each));
    if (unknown !== undefined) {
      return t(
        '"{0}" cannot stand beside a value; a value that is such an object goes into "{1}"',
        unknown,
        marks.json,
      );
    }
    const content = this.marked(members);
    const headers = headersOf(members.get(marks.headers));
    const ttl = ttlOf(members.get(marks.ttl));
    if (typeof content === 'string' || typeof headers === 'string') {
      return typeof content === 'string' ? content : String(headers);
    }
    return ttl === 'problem'
      ? t('"{0}" is "never" or a time such as "1h30m", at least "1s"', marks.ttl)
      : { content, headers, ttl };
  }

  private marked(members: ReadonlyMap<string, Node>): KeyContent | string {
    const [value, json, base64] = [marks.value, marks.json, marks.base64].map((each) =>
      members.get(each),
    );
    if ([value, json, base64].filter((each) => each).length !== 1) {
      return t(
        'one of "{0}", "{1}" and "{2}" is a value, not several',
        marks.value,
        marks.json,
        marks.base64,
      );
    }
    if (value) {
      const inner = membersOf(value);
      return isMarked([...inner.keys()]) ? this.marked(inner) : this.plain(value);
    }
    if (json) {
      return this.json(json);
    }
    const found = base64?.type === 'string' ? fromBase64(String(base64.value)) : undefined;
    if (base64?.value === '') {
      return { kind: 'bytes', bytes: new Uint8Array() };
    }
    return found ? { kind: 'bytes', bytes: found.bytes } : t('"{0}" is not base64', marks.base64);
  }

  private plain(node: Node): KeyContent | string {
    return node.type === 'string' ? { kind: 'text', text: String(node.value) } : this.json(node);
  }

  private json({ offset, length }: Node): KeyContent | string {
    const compact = compactJson(stripComments(this.text.slice(offset, offset + length)));
    return compact === undefined
      ? t('the value is not JSON: only the document itself may have commas at the end')
      : { kind: 'json', compact };
  }
}

function membersOf(node: Node): Map<string, Node> {
  const members = node.type === 'object' ? (node.children ?? []) : [];
  return new Map(
    members.flatMap(({ children: [name, value] = [] }) =>
      name && value ? [[String(name.value), value] as const] : [],
    ),
  );
}

/** By their names, or as pairs. A text says what is wrong. */
function headersOf(node: Node | undefined): Entry['headers'] | string {
  const wrong = t('"{0}" holds names with texts', marks.headers);
  if (!node) {
    return [];
  }
  const pairs =
    node.type === 'object'
      ? [...membersOf(node)].map(([name, value]) => [name, value.value as unknown])
      : node.type === 'array'
        ? (node.children ?? []).map(({ children = [] }) =>
            children.map((each) => each.value as unknown),
          )
        : [[undefined]];
  const isPair = (pair: readonly unknown[]): pair is [string, string] =>
    pair.length === 2 && pair.every((part) => typeof part === 'string');
  if (!pairs.every(isPair)) {
    return wrong;
  }
  const bad = pairs.find(([name, value]) => headerNameProblem(name) ?? /[\r\n]/.test(value));
  return bad ? t('the header "{0}" cannot be stored', bad[0]) : pairs;
}

function ttlOf(node: Node | undefined): Ttl | undefined | 'problem' {
  if (!node) {
    return undefined;
  }
  if (node.value === 'never') {
    return 'never';
  }
  const ttl = node.type === 'string' ? parseDuration(String(node.value)) : undefined;
  return ttl !== undefined && ttl >= 1_000 ? ttl : 'problem';
}

function problemAt(place: { offset: number; length: number }, message: string): TextProblem {
  return { message, offset: place.offset, length: Math.max(1, place.length) };
}
