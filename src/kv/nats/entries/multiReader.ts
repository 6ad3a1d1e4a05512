import type { Entry } from '../../model/entry';
import { isKvError, throwIfCancelled, toKvError } from '../../model/errors';
import { keyProblem } from '../../model/key';
import type { ReadManyOptions } from '../../model/kvConnection';
import { isStoredBy, type Moment } from '../../model/moment';
import { batchGet, type BatchPage, type BatchSource, isUnanswered } from './batchGet';
import { type Catalog, checkBucketName, checkKey, type StreamFacts } from '../buckets/catalog';
import type { EntryReader } from './entryReader';
import type { Features } from '../buckets/features';
import type { HistoryReader } from './historyReader';
import { inParallel } from '../../base/inParallel';
import type { Channel } from '../wire/channel';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';

export interface MultiReaderParts {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly catalog: Catalog;
  readonly features: Features;
  readonly reader: EntryReader;
  readonly histories: HistoryReader;
}

interface ManySource extends BatchSource {
  readonly options: ReadManyOptions | undefined;
}

/** Subjects that the server matches in one batch get, whatever the size of its pages. */
const maxBatchKeys = 1024;
const maxSingleGets = 128;
/** Each takes a consumer. */
const maxHistories = 16;
const statusNothingFound = 404;
const statusEnd = 204;
const statusTooMany = 413;

/** Reads the last messages of many keys. Stateless. */
export class MultiReader {
  constructor(private readonly parts: MultiReaderParts) {}

  async getMany(
    bucket: string,
    keys: readonly string[],
    options?: ReadManyOptions,
  ): Promise<(Entry | undefined)[]> {
    const { link, api } = this.parts;
    checkBucketName(bucket);
    const isReadable = (key: string) => keyProblem(key) === undefined;
    if (!options?.onUnreadable) {
      keys.forEach((key) => checkKey(bucket, key));
    }
    throwIfCancelled(options?.signal);
    const channel = link.current;
    const facts = await this.factsFor(channel, bucket, options);
    const { prefix: apiPrefix, timeoutMs } = api;
    const source = { channel, facts, apiPrefix, timeoutMs, options };
    const found = new Map<string, Entry>();
    const distinct = [...new Set(keys.filter(isReadable))];
    const left = (await this.takesBatches(source, distinct.length))
      ? await this.readBatches(bucket, source, distinct, found)
      : distinct;
    // By itself each of the others says why it cannot be read.
    const others = keys.filter((key) => !isReadable(key));
    await this.readSingly(bucket, [...left, ...others], found, options);
    return keys.map((key) => found.get(key));
  }

  /** Up to a revision that the server has not come to it finds nothing: then it is asked where it is. */
  private async factsFor(
    channel: Channel,
    bucket: string,
    options?: ReadManyOptions,
  ): Promise<StreamFacts> {
    const { catalog } = this.parts;
    const facts = await catalog.facts(channel, bucket, options);
    const asOf = options?.asOf;
    return asOf?.kind === 'revision' && facts.lastRevision < asOf.revision
      ? catalog.lookUp(channel, bucket, options)
      : facts;
  }

  private async takesBatches(source: BatchSource, count: number): Promise<boolean> {
    if (!source.facts.allowDirect || count < 2) {
      return false;
    }
    return ((await this.parts.features.level(source.channel)) ?? 0) >= 1;
  }

  /** Returns the keys that must be read one by one. */
  private async readBatches(
    bucket: string,
    source: ManySource,
    keys: readonly string[],
    found: Map<string, Entry>,
  ): Promise<string[]> {
    const left: string[] = [];
    for (const batch of cut(keys, maxRequestBytes(source))) {
      try {
        left.push(...(await readBatch(source, batch, found, source.options?.asOf)));
      } catch (error) {
        const { catalog } = this.parts;
        const isDirect = async () =>
          (await catalog.lookUp(source.channel, bucket, source.options)).allowDirect;
        if (!isUnanswered(error) || (await isDirect())) {
          throw error;
        }
        return keys.filter((key) => !found.has(key));
      }
    }
    return left;
  }

  private readSingly(
    bucket: string,
    keys: readonly string[],
    found: Map<string, Entry>,
    options?: ReadManyOptions,
  ): Promise<void> {
    const asOf = options?.asOf;
    return inParallel(keys, asOf ? maxHistories : maxSingleGets, async (key) => {
      try {
        const entry = await (asOf
          ? this.readAsOf(bucket, key, asOf, options)
          : this.parts.reader.get(bucket, key, options));
        if (entry) {
          found.set(key, entry);
        }
      } catch (error) {
        if (!options?.onUnreadable || !isAboutTheKey(error)) {
          throw error;
        }
        options.onUnreadable(key, toKvError(error));
      }
    });
  }

  private async readAsOf(
    bucket: string,
    key: string,
    moment: Moment,
    options?: ReadManyOptions,
  ): Promise<Entry | undefined> {
    const { histories, reader } = this.parts;
    const infos = await histories.readInfo(bucket, key, options);
    const then = infos.findLast((info) => isStoredBy(moment, info));
    return then && reader.getRevision(bucket, key, then.revision, { ...options, consistent: true });
  }
}

/** Whether a read failed for what one key has, so that others may well be read. */
function isAboutTheKey(error: unknown): boolean {
  return (['server', 'unsupported', 'invalidKey', 'tooLarge', 'denied'] as const).some((kind) =>
    isKvError(error, kind),
  );
}

/**
 * Asks again for what a page left out, until one has nothing new: a page may end early for its size,
 * and how many messages are left is told one too low by server 2.11. Returns the keys that must be
 * read one by one.
 */
async function readBatch(
  source: BatchSource,
  keys: readonly string[],
  found: Map<string, Entry>,
  asOf: Moment | undefined,
): Promise<readonly string[]> {
  let left = keys;
  while (left.length > 0) {
    const page: BatchPage = await batchGet(source, left, asOf);
    page.entries.forEach((entry) => found.set(entry.key, entry));
    const rest = left.filter((key) => !found.has(key));
    if (page.status === statusNothingFound) {
      return [];
    }
    if (page.status === statusTooMany && left.length > 1) {
      const half = Math.ceil(left.length / 2);
      const first = await readBatch(source, left.slice(0, half), found, asOf);
      return [...first, ...(await readBatch(source, left.slice(half), found, asOf))];
    }
    if (page.status !== statusEnd) {
      return rest;
    }
    // Most keys may have nothing at a moment: to ask for all of them twice would be twice the requests.
    const isWhole = asOf !== undefined && !page.isCut;
    if (isWhole || rest.length === left.length) {
      return page.others > 0 ? rest : [];
    }
    left = rest;
  }
  return [];
}

/** Cuts keys in batches that the server takes: by their number, and by the size of the request. */
function* cut(keys: readonly string[], maxBytes: number): Iterable<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    const size = JSON.stringify(key).length * 3;
    if (batch.length === maxBatchKeys || (batch.length > 0 && bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(key);
    bytes += size;
  }
  if (batch.length > 0) {
    yield batch;
  }
}

/** Half of what the server takes: each key comes with the bucket's prefix, quotes and a comma. */
function maxRequestBytes({ channel }: BatchSource): number {
  return (channel.server?.maxPayload ?? 1024 * 1024) / 2;
}
