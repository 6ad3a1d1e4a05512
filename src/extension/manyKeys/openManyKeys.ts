import * as vscode from 'vscode';
import { changedElsewhere, comesTo, editsOf, type KeyEdit } from '../../kv/manyKeys/changes';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import { readManyKeys } from '../../kv/manyKeys/readText';
import { manyKeysText } from '../../kv/manyKeys/writeText';
import type { Entry } from '../../kv/model/entry';
import { placeOf } from '../../views/buckets/rows/productionMark';
import { keysText } from '../../views/format/format';
import { settingIds } from '../contributions';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { sameLineEnds } from '../../kv/values/textForm';
import type { ManyKeysAddress } from './manyKeysUri';

/** What the server has beside a text that is not saved. */
export interface ServerSide {
  /** Changed, made or removed by others, and not by the text. */
  readonly theirs: readonly string[];
  /** Changed by both, to something else. */
  readonly conflicts: readonly string[];
  /** The bucket was deleted and made again. */
  readonly remade: boolean;
}

interface MadeText {
  readonly text: string;
  readonly base: KeysAt;
}

/** Texts that are remembered with what they were made of: Undo may bring them back. */
const rememberedTexts = 8;

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
  private made: readonly MadeText[] = [];

  constructor(
    readonly address: ManyKeysAddress,
    readonly name: string,
    readonly session: ConnectionSession,
  ) {}

  /** The document of what the server has. */
  get serverText(): string {
    return this.latest ? this.textOf(this.latest) : '';
  }

  /** What the text of the editor changes. */
  get edits(): readonly KeyEdit[] {
    const { base, edited } = this;
    return base && edited.isUnsaved
      ? editsOf(base.entries, readManyKeys(edited.text).keys, () => 0)
      : [];
  }

  /** What others did since, beside what the text changes. */
  sideOf(edits: readonly KeyEdit[]): ServerSide {
    const { base, latest } = this;
    if (!base || !latest) {
      return { theirs: [], conflicts: [], remade: false };
    }
    const changed = changedElsewhere(base.entries, latest.entries);
    const mine = new Map(edits.map((edit) => [edit.change.key, edit]));
    const theirs = [...changed].filter((key) => !mine.has(key));
    const conflicts = [...changed].filter((key) => {
      const edit = mine.get(key);
      return edit && !comesTo(edit, latest.entries.get(key));
    });
    return { theirs, conflicts, remade: base.bucketCreated !== latest.bucketCreated };
  }

  learn(latest: KeysAt, atomic: OpenManyKeys['atomic']): void {
    this.latest = latest;
    this.atomic = atomic;
    this.isFresh = true;
    this.remember(this.serverText, latest);
  }

  /** Says what a text is made of that the editor has, or may have soon. */
  remember(text: string, base: KeysAt): void {
    const plain = sameLineEnds(text);
    const others = this.made.filter((each) => each.text !== plain);
    this.made = [{ text: plain, base }, ...others].slice(0, rememberedTexts);
  }

  forgetTexts(): void {
    this.made = [];
  }

  /** Says what text the editor has. True when what is known of it has changed. */
  has(text: string, isUnsaved: boolean): boolean {
    const plain = sameLineEnds(text);
    const found = this.made.find((each) => each.text === plain);
    const isOther = plain !== this.edited.text || isUnsaved !== this.edited.isUnsaved;
    this.edited = { text: plain, isUnsaved };
    if (found && found.base !== this.base) {
      this.base = found.base;
      return true;
    }
    return isOther;
  }

  /** The text of the editor is made of something else from now on. */
  rebase(base: KeysAt): void {
    this.base = base;
    this.remember(this.edited.text, base);
  }

  /** What the text was made of, with some keys as the server has them now. */
  baseWith(keys: Iterable<string>, from = this.latest): KeysAt | undefined {
    const { base } = this;
    if (!base || !from) {
      return base;
    }
    const entries = new Map(base.entries);
    for (const key of keys) {
      const entry = from.entries.get(key);
      if (entry) {
        entries.set(key, entry);
      } else {
        entries.delete(key);
      }
    }
    return { ...base, entries, revision: Math.max(base.revision, from.revision) };
  }

  /** The document of some entries, in the layout of the settings. */
  textOf({ entries, revision }: Pick<KeysAt, 'entries' | 'revision'>): string {
    const { t } = vscode.l10n;
    const { bucket } = this.address;
    const place = placeOf(this.session.config);
    const nested =
      vscode.workspace.getConfiguration().get<string>(settingIds.manyKeysLayout) === 'nested';
    const heading = [
      t('{0} · {1} on {2}: {3}, r{4}', this.name, bucket, place, keysText(entries.size), revision),
      t('JSON is JSON, text is a string, other bytes are { "$base64": "…" }.'),
      ...(nested ? [t('A name that ends with a dot is a folder of keys.')] : []),
    ];
    return manyKeysText(entries.values(), { heading: heading.map(inOneLine), nested });
  }

  /** VS Code is given another text; its time rises with each. */
  show(text: string): void {
    if (text !== this.shown || this.mtime === 0) {
      this.shown = text;
      this.mtime = Math.max(Date.now(), this.mtime + 1);
    }
  }
}

/** An entry that an edit would leave, to show it; undefined for one that is deleted. */
export function entryOf({ change, before }: KeyEdit, revision = 0): Entry | undefined {
  if (change.kind === 'delete') {
    return undefined;
  }
  const { key, value, headers = [], ttl } = change;
  const created = before?.created ?? 0;
  return { key, revision, operation: 'PUT', created, size: value.length, value, headers, ttl };
}

function inOneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]/g, ' ');
}
