import { t } from '../base/l10n';
import type { Entry, KeyInfo } from '../model/entry';
import { KvError, throwIfCancelled } from '../model/errors';
import { KeyColumns, type KeyBatch } from '../model/keyBatch';
import type { ReadManyOptions } from '../model/kvConnection';
import { mappedKey, type KeyMapping } from '../transfer/keyMapping';
import {
  isProblem,
  type FileSource,
  type SourceEntry,
  type SourceItem,
  type SourceProblem,
} from '../transfer/source';
import type { CompareSide } from './compareSide';
import { SourceFacts } from './sourceFacts';

/** How the entries of a source are meant as a side. */
export interface SourceSideOptions {
  /** What the source is called in messages: `orders.ndjson`. */
  readonly name: string;
  /** What the keys that count begin with, as `mapping` leaves them; `''`, or omitted, for all. */
  readonly prefix?: string;
  /** How its keys are called as keys of a bucket; as they are when omitted. */
  readonly mapping?: KeyMapping;
}

const mostProblems = 100;
const encoder = new TextEncoder();

/**
 * An export, a folder of files, a map or an `.env` file as one side, which stands still and is not
 * written. Of a key that comes again the last entry counts; where a source has each key once, one that
 * comes twice is not known. A revision is the number of the entry in the source, from 1. It keeps no
 * values: they are read again when they are asked for, and one that is another by now is told as
 * unreadable. It is listed once; a new side is made to compare anew.
 */
export class SourceSide implements CompareSide {
  readonly prefix: string;
  readonly origin = undefined;
  readonly bringsValues = true;
  readonly link = this;
  readonly target = undefined;
  readonly countsTtlAnew = true;
  private readonly facts = new SourceFacts();
  private readonly noted: SourceProblem[] = [];
  private hidesAny = false;
  private fingerprint: string | undefined;
  /** What in the source is no entry. */
  problemCount = 0;

  constructor(
    private readonly source: FileSource,
    private readonly options: SourceSideOptions,
  ) {
    this.prefix = options.prefix ?? '';
  }

  /** The first of what is no entry, 100 at most. */
  get problems(): readonly SourceProblem[] {
    return this.noted;
  }

  /** Throws `invalidConfig` for a source that is not of its form, or that was changed meanwhile. */
  async *list({ signal }: { readonly signal: AbortSignal }): AsyncIterable<KeyBatch> {
    this.fingerprint = await this.source.fingerprint();
    for await (const items of this.source.read(signal)) {
      throwIfCancelled(signal);
      yield this.batchOf(items);
    }
    if (await this.hasChanged()) {
      throw this.changed(t('{0} was changed while it was read; compare again', this.options.name));
    }
  }

  /** Throws `invalidConfig` where `hasChanged`: a key that had no value may have one by now. */
  async check(): Promise<void> {
    if (await this.hasChanged()) {
      throw this.changed();
    }
  }

  /**
   * Whether files came, went or, where the source is one file, were changed since it was listed. A
   * value of a folder that is another by now is told when it is read.
   */
  async hasChanged(): Promise<boolean> {
    return (await this.source.fingerprint()) !== this.fingerprint;
  }

  async read(
    keys: readonly string[],
    { signal = new AbortController().signal, onUnreadable }: ReadManyOptions,
  ): Promise<(Entry | undefined)[]> {
    const numbers = keys.map((key) => this.facts.numberOf(key));
    const wanted = [...keys.keys()].filter((at) => (numbers[at] ?? 0) > 0);
    const places = wanted.map((at) => this.facts.placeOf(numbers[at] ?? 0));
    const items = places.length === 0 ? [] : await this.source.readAgain(places, signal);
    const found = new Map(wanted.map((at, index) => [at, items[index]]));
    return keys.map((key, at) => {
      const number = numbers[at] ?? 0;
      const entry = this.facts.isHidden(key)
        ? this.unreadable(key)
        : number === 0
          ? undefined
          : this.entryOf(key, number, found.get(at));
      if (!(entry instanceof KvError)) {
        return entry;
      }
      if (!onUnreadable) {
        throw entry;
      }
      onUnreadable(key, entry);
      return undefined;
    });
  }

  async readLatest(key: string, signal: AbortSignal): Promise<Entry | undefined> {
    const [entry] = await this.read([key], { signal });
    return entry;
  }

  get isUnknown(): CompareSide['isUnknown'] {
    const { facts, hidesAny } = this;
    return this.problemCount === 0
      ? undefined
      : (key) => facts.isHidden(key) || (hidesAny && !facts.has(key));
  }

  has(key: string): boolean {
    return key.length > this.prefix.length && key.startsWith(this.prefix);
  }

  private batchOf(items: readonly SourceItem[]): KeyBatch {
    const batch = new KeyColumns(items.length);
    for (const item of items) {
      const key = this.keyOf(item.key);
      if (isProblem(item)) {
        this.note(item, key);
      }
      if (key === undefined) {
        continue;
      }
      const isTwice = !this.source.repeats && !isProblem(item) && this.facts.has(key);
      const number = isProblem(item) ? this.facts.numberOf(key) : this.facts.add(key, item);
      if (isTwice) {
        this.note({ problem: t('the key is there twice'), key, line: item.line }, key);
      }
      const { value, ...info } = infoOf(number, item);
      batch.add(encoder.encode(key), 0, info);
      if (value) {
        batch.addValue(value);
      }
    }
    return batch;
  }

  private note(problem: SourceProblem, key: string | undefined): void {
    this.problemCount++;
    if (this.noted.length < mostProblems) {
      this.noted.push(problem);
    }
    if (key !== undefined) {
      this.facts.hide(key);
    } else if (problem.key === undefined) {
      this.hidesAny = true;
    }
  }

  /** What a key of the source is called on this side; undefined where it is not of it. */
  private keyOf(key: string | undefined): string | undefined {
    const { mapping } = this.options;
    const name = key === undefined || !mapping ? key : mappedKey(key, mapping);
    return name !== undefined && this.has(name) ? name : undefined;
  }

  private entryOf(
    key: string,
    number: number,
    item: SourceItem | undefined,
  ): Entry | KvError | undefined {
    if (!item || isProblem(item) || this.keyOf(item.key) !== key) {
      return this.changed();
    }
    if (!this.facts.isSame(number, item)) {
      return this.changed();
    }
    const { value, ...info } = infoOf(number, item);
    return { key, ...info, value: value ?? new Uint8Array(), headers: item.headers };
  }

  private unreadable(key: string): KvError {
    const known = this.noted.find((problem) => this.keyOf(problem.key) === key);
    const reason = known ? known.problem : t('it cannot be read');
    return new KvError('invalidConfig', t('"{0}" of {1}: {2}', key, this.options.name, reason));
  }

  private changed(
    message = t('{0} was changed since it was compared; compare again', this.options.name),
  ): KvError {
    return new KvError('invalidConfig', message);
  }
}

/** What is not known counts as a value of no size, so that its key is there. */
function infoOf(
  revision: number,
  item: SourceItem,
): Omit<KeyInfo, 'key'> & { readonly value: SourceEntry['value'] | undefined } {
  if (isProblem(item)) {
    return { revision, operation: 'PUT', created: 0, size: 0, value: undefined };
  }
  const { operation, created = 0, ttl, value } = item;
  const isPut = operation === 'PUT';
  return {
    revision,
    operation,
    created,
    size: value.length,
    value: isPut ? value : undefined,
    ttl,
  };
}
