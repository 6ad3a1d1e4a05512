import { memo } from '../../kv/base/memo';
import { editsOf, notTold, type KeyEdit } from '../../kv/manyKeys/changes';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import { readManyKeys, type ReadText } from '../../kv/manyKeys/readText';
import type { Entry } from '../../kv/model/entry';
import type { Observable } from '../../kv/base/event';
import type { Freshness } from '../../kv/session/bucketFollower';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { sameLineEnds } from '../../kv/values/textForm';
import { placeOf } from '../../views/buckets/rows/productionMark';
import { asOnServer, textOfKeys, withKeysOf, type KeysPlace } from './keysTexts';
import { MadeTexts } from './madeTexts';
import type { KeptTexts } from './manyKeysMemory';
import type { ManyKeysAddress } from './manyKeysUri';
import { serverSide, type ServerSide } from './serverSide';

/** Why the server could not be read. */
interface Unread {
  /** In milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
}

/** A text with what it is made of. */
interface MergedKeys {
  readonly text: string;
  readonly base: KeysAt;
}

/**
 * Owns what is known of one document of keys: what its text was made of, and what the server has; changes
 * only through its methods. A save replaces what the text was made of and nothing else. What that is follows
 * the text of the editor, whoever has read the keys meanwhile.
 */
export class OpenManyKeys {
  /** What the text was made of; undefined where that is not known. */
  base: KeysAt | undefined;
  latest: KeysAt | undefined;
  /** Whether `latest` is all that the server told. */
  isFresh = false;
  /** Whether the bucket takes batches, and whether its server could. */
  atomic: 'on' | 'off' | 'unable' = 'unable';
  /** The text of the editor as far as it was told, and whether it is unsaved. */
  edited: { readonly text: string; readonly isUnsaved: boolean } = { text: '', isUnsaved: false };
  shown = '';
  mtime = 0;
  /** The text that was saved last: its comments, layout and order stay. */
  private own: string | undefined;
  private readonly made = new MadeTexts();
  private unread: Unread | undefined;
  /** Messages of others that were brought into the text: Undo may have taken them out again. */
  private readonly brought = new Set<string>();
  /** A text that the editor is about to get. */
  private coming: string | undefined;
  /** Undo brought a text back of which nobody knows what it was made of. */
  private isAstray = false;
  private readonly read = memo((text: string) => readManyKeys(text));
  private readonly served = memo((latest: KeysAt, own: string | undefined) =>
    own === undefined ? textOfKeys(this.where, latest) : this.asLatest(own, latest),
  );
  private readonly editsBetween = memo((base: KeysAt, text: string) =>
    editsOf(base.entries, this.read(text).keys),
  );

  constructor(
    readonly address: ManyKeysAddress,
    readonly name: string,
    readonly session: ConnectionSession,
    private readonly freshness: Observable<Freshness>,
  ) {}

  /** Since when, and why, what is known may not be what the server has. */
  get stale(): Unread | undefined {
    const { current } = this.freshness;
    return current.kind === 'stale' ? current : this.unread;
  }

  /** What is shown while nothing is unsaved. */
  get serverText(): string {
    return this.latest ? this.served(this.latest, this.own) : '';
  }

  /** The text of the editor with all that the server has, to compare with. */
  get serverSide(): string {
    const { latest, edited } = this;
    return latest ? this.asLatest(edited.text, latest) : '';
  }

  /** What the text of the editor says. */
  get content(): ReadText {
    return this.read(this.edited.text);
  }

  /** What the text of the editor changes. */
  get edits(): readonly KeyEdit[] {
    const { base, edited } = this;
    return base && edited.isUnsaved ? this.editsBetween(base, edited.text) : [];
  }

  /** The revision that the server has of a key, 0 where it has no value. */
  revisionOf(key: string): number {
    return this.latest?.entries.get(key)?.revision ?? 0;
  }

  /** What others did since, beside what the text changes. */
  sideOf(edits: readonly KeyEdit[], base = this.base): ServerSide {
    return serverSide(edits, base, this.latest);
  }

  failed(reason: string): void {
    this.isFresh = false;
    this.unread = { since: this.unread?.since ?? Date.now(), reason };
  }

  learn(latest: KeysAt, atomic: OpenManyKeys['atomic']): void {
    this.latest = latest;
    this.atomic = atomic;
    this.isFresh = true;
    this.unread = undefined;
    const { serverText, edited } = this;
    this.made.remember(serverText, latest);
    if (!edited.isUnsaved && edited.text === serverText) {
      this.isAstray = false;
      this.base = latest;
    }
  }

  /** The editor shows what the server has from now on, as it is written anew. */
  startOver(): void {
    this.own = undefined;
    this.brought.clear();
    this.edited = { text: this.serverText, isUnsaved: false };
    if (this.latest) {
      this.rebase(this.latest);
    }
  }

  /**
   * Says what text the editor has. A text from before, brought back by Undo, by a merge, or by reading it
   * anew, is made of what it was made of; one that was typed is made of what the text before it was, whatever
   * it is like. Of what Undo brings back and nobody knows, it is not known any more. True when what is known
   * of it has changed.
   */
  has(text: string, isUnsaved: boolean, isUndone = false): boolean {
    const plain = sameLineEnds(text);
    const isKnown = isUndone || !isUnsaved || plain === this.coming;
    const found = isKnown ? this.made.find(plain) : undefined;
    const isOther = plain !== this.edited.text || isUnsaved !== this.edited.isUnsaved;
    // Undo may bring back what was typed, after what it is made of has changed.
    if (this.base && this.edited.isUnsaved && plain !== this.edited.text) {
      this.made.remember(this.edited.text, this.base);
    }
    this.edited = { text: plain, isUnsaved };
    this.isAstray = !found && (isUndone || this.isAstray);
    const base = this.isAstray ? undefined : (found ?? this.base);
    if (base !== this.base) {
      this.base = base;
      return true;
    }
    return isOther;
  }

  /**
   * Goes on after a restart by what is kept of texts: `text` is the one that was there then. True where it is
   * known what the text is made of that is there now.
   */
  resume(kept: readonly KeptTexts[], text: string): boolean {
    for (const { prints, base } of kept.toReversed()) {
      prints.toReversed().forEach((print) => this.made.rememberPrint(print, base));
    }
    const { edited, isAstray } = this;
    // What was typed meanwhile is made of the same.
    const base = this.made.find(edited.text) ?? (isAstray ? undefined : this.made.find(text));
    if (!edited.isUnsaved || this.base || !base) {
      return false;
    }
    this.rebase(base);
    return true;
  }

  /**
   * What a text is made of that is about to be saved; undefined where that is not known. VS Code hands over
   * the text that it has taken, when another may have come into the editor already.
   */
  madeOf(text: string): KeysAt | undefined {
    const { edited, base } = this;
    const isBefore = edited.isUnsaved && sameLineEnds(text) !== edited.text;
    return isBefore ? (this.made.find(text) ?? base) : base;
  }

  /** The text of the editor with other entries in it. Undefined for one that has problems. */
  textWith(entries: KeysAt['entries']): string | undefined {
    const revision = this.base?.revision ?? 0;
    return withKeysOf(this.where, this.edited.text, entries.keys(), { entries, revision });
  }

  /** The text of the editor is made of something else from now on. */
  rebase(base: KeysAt): void {
    this.base = base;
    this.isAstray = false;
    this.made.remember(this.edited.text, base);
  }

  /** The text of the editor with some keys as the server has them; undefined where it cannot be read. */
  merged(keys: readonly string[]): MergedKeys | undefined {
    const { latest, edited } = this;
    const base = this.baseWith(keys);
    const text = base && latest && withKeysOf(this.where, edited.text, keys, latest);
    return text === undefined || !base ? undefined : { text, base };
  }

  /** What others changed elsewhere and was not in this text yet; nothing while it is not certain where it belongs. */
  newFromOthers(): readonly string[] {
    const { theirs, remade } = this.sideOf(this.edits);
    return remade || this.content.problems.length > 0
      ? []
      : theirs.filter((key) => !this.brought.has(this.messageOf(key)));
  }

  haveMerged(keys: readonly string[]): void {
    keys.forEach((key) => this.brought.add(this.messageOf(key)));
  }

  /** The editor is about to get this text. The one before it may come back by Undo. */
  expect({ text, base }: MergedKeys): void {
    if (this.base) {
      this.made.remember(this.edited.text, this.base);
    }
    this.coming = text;
    this.made.remember(text, base);
  }

  /** A save has stored `text`, undefined where not all of it: what it has changed is what all texts are made of now. */
  saved(text: string | undefined, change: (base: KeysAt) => KeysAt): void {
    if (text !== undefined) {
      this.own = sameLineEnds(text);
      this.brought.clear();
    }
    this.made.written(change);
    if (this.base) {
      this.rebase(change(this.base));
    }
  }

  /** What the text was made of, with some keys as the server has them now. */
  baseWith(keys: Iterable<string>): KeysAt | undefined {
    const { base, latest } = this;
    if (!base || !latest) {
      return base;
    }
    const entries = new Map(base.entries);
    for (const key of keys) {
      const entry = latest.entries.get(key);
      if (entry) {
        entries.set(key, entry);
      } else {
        entries.delete(key);
      }
    }
    return { ...base, entries, revision: Math.max(base.revision, latest.revision) };
  }

  /** VS Code is given another text; its time rises with each. */
  show(text: string): void {
    if (text !== this.shown || this.mtime === 0) {
      this.shown = text;
      this.mtime = Math.max(Date.now(), this.mtime + 1);
    }
  }

  private messageOf(key: string): string {
    const entry = this.latest?.entries.get(key);
    return entry ? `${key} ${entry.revision}` : `${key} gone`;
  }

  private get where(): KeysPlace {
    const { name, session } = this;
    return { name, bucket: this.address.bucket, place: placeOf(session.config) };
  }

  private asLatest(text: string, latest: KeysAt): string {
    return asOnServer(this.where, text, latest) ?? textOfKeys(this.where, latest);
  }
}

/** An entry that an edit would leave, to show it; undefined for one that is deleted. */
export function entryOf({ change }: KeyEdit, revision = 0): Entry | undefined {
  if (change.kind === 'delete') {
    return undefined;
  }
  const { key, value, headers = [], ttl } = change;
  const size = value.length;
  return { key, revision, operation: 'PUT', created: notTold, size, value, headers, ttl };
}
