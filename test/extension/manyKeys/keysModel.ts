import { contentOf } from '../../../src/kv/manyKeys/keyContent';
import type { KeyContent } from '../../../src/kv/manyKeys/manyKeys';
import { readManyKeys } from '../../../src/kv/manyKeys/readText';
import { isLive, type Entry } from '../../../src/kv/model/entry';
import { ownHeaders } from '../../../src/kv/model/headers';
import type { How, TextState } from './simulatedVscode';

/** What stands for a key that has no value. */
export const none = 'none';

/** What keys hold, each in words that are the same for what is the same; `none` is left out. */
export type Contents = ReadonlyMap<string, string>;

/** What a text says; undefined for one that cannot be read. */
export function contentsOf(text: string): Contents | undefined {
  const { keys, problems } = readManyKeys(text);
  return problems.length > 0
    ? undefined
    : new Map(
        keys.map(
          ({ key, content, headers, ttl }) => [key, inWords(content, headers, ttl)] as const,
        ),
      );
}

export function contentOfEntry(entry: Entry | undefined): string {
  return entry && isLive(entry)
    ? inWords(contentOf(entry.value), ownHeaders(entry), entry.ttl)
    : none;
}

function inWords(content: KeyContent, headers: Entry['headers'], ttl: Entry['ttl']): string {
  const value =
    content.kind === 'json'
      ? content.compact
      : content.kind === 'text'
        ? JSON.stringify(content.text)
        : Buffer.from(content.bytes).toString('hex');
  return [content.kind, value, JSON.stringify(headers), `${ttl}`].join(' ');
}

/** What the user of a text has changed in it, and over what. */
interface Known {
  readonly contents: Map<string, string>;
  /** Keys that the user has changed in this text. */
  readonly touched: Set<string>;
  /** What each key held that the user has seen, or was told of, before it was changed; `none` where it is not there. */
  readonly base: Map<string, Set<string>>;
}

/** Owns what is expected of the texts of one document; changes only through its methods. */
export class KeysModel {
  private readonly known = new Map<TextState, Known>();
  /** Keys that the user has the document take as the server has them. */
  taking: readonly string[] = [];

  constructor(private readonly fail: (problem: string) => void) {}

  contents(state: TextState): Contents {
    return this.of(state).contents;
  }

  content(state: TextState, key: string): string {
    return this.of(state).contents.get(key) ?? none;
  }

  isTouched(state: TextState, key: string): boolean {
    return this.of(state).touched.has(key);
  }

  /** Whether what a text says of a key is another thing than what the user has seen of the server. */
  isMine(state: TextState, key: string): boolean {
    const content = this.content(state, key);
    return this.isTouched(state, key) && !this.hasSeen(state, key, content);
  }

  hasSeen(state: TextState, key: string, content: string): boolean {
    return (this.of(state).base.get(key) ?? new Set([none])).has(content);
  }

  keys(...more: Contents[]): string[] {
    return [...new Set(more.flatMap((each) => [...each.keys()]))];
  }

  /** A text has come into the editor. */
  add(state: TextState, how: How, before: TextState | undefined): void {
    if (how === 'restored') {
      return;
    }
    const old = before && this.of(before);
    const contents = new Map(contentsOf(state.text) ?? old?.contents ?? []);
    if (how === 'read' || !old || !before) {
      const base = new Map([...contents].map(([key, content]) => [key, new Set([content])]));
      this.known.set(state, { contents, touched: new Set(), base });
      return;
    }
    const made: Known = {
      contents,
      touched: new Set(old.touched),
      base: new Map([...old.base].map(([key, seen]) => [key, new Set(seen)])),
    };
    const isOther = (key: string): boolean => contents.get(key) !== old.contents.get(key);
    for (const key of this.keys(contents, old.contents).filter(isOther)) {
      if (how === 'typed') {
        made.touched.add(key);
        continue;
      }
      if (this.isMine(before, key) && !this.taking.includes(key)) {
        this.fail(`a merge has replaced ${key}, which the user had changed`);
      }
      made.base.set(key, new Set([contents.get(key) ?? none]));
      made.touched.delete(key);
    }
    this.known.set(state, made);
    if (how === 'merged') {
      this.checkComments(state, before);
    }
  }

  /** A text comes back with the window as it was. */
  restore(state: TextState, before: TextState): void {
    this.known.set(state, this.of(before));
  }

  /** The user stands by a key, knowing what the server has. */
  keep(state: TextState, key: string, content: string): void {
    this.of(state).touched.add(key);
    this.see(key, content);
  }

  /** A save has stored keys: that is what all texts are made of from now on. */
  written(keys: Contents): void {
    for (const { contents, touched, base } of this.known.values()) {
      for (const [key, content] of keys) {
        base.set(key, new Set([content]));
        if ((contents.get(key) ?? none) === content) {
          touched.delete(key);
        } else {
          touched.add(key);
        }
      }
    }
  }

  /** The text and the server say the same of a key, and both know it. */
  agree(state: TextState, key: string): void {
    const { touched, base } = this.of(state);
    touched.delete(key);
    base.set(key, (base.get(key) ?? new Set([none])).add(this.content(state, key)));
  }

  /** A text is saved: nothing in it is changed any more. */
  cleaned(state: TextState): void {
    this.of(state).touched.clear();
  }

  private see(key: string, content: string): void {
    this.known.forEach(({ base }) =>
      base.set(key, (base.get(key) ?? new Set([none])).add(content)),
    );
  }

  private of(state: TextState): Known {
    const known = this.known.get(state);
    if (!known) {
      throw new Error('a text came into the editor that nobody was told of');
    }
    return known;
  }

  /** Merges keep every comment. */
  private checkComments(state: TextState, before: TextState): void {
    const lost = commentsOf(before.text).filter((each) => !state.text.includes(each));
    if (lost.length > 0 && contentsOf(before.text)) {
      this.fail(`${lost.join(', ')} was lost of the text`);
    }
  }
}

/** The comments that the user has typed. */
export function commentsOf(text: string): string[] {
  return text.match(/\/\* note \d+ \*\//g) ?? [];
}
