import type { BucketStatus } from '../model/bucket';
import type { ConnectionSession } from '../session/connectionSession';
import { toKvError, type KvError } from '../model/errors';
import { ObservableValue, type Disposable, type Observable } from '../base/event';
import { until } from '../base/until';
import type { KeyIndex } from '../session/keyIndex';
import type { KeyBatch } from '../model/keyBatch';
import { KeyTrees } from '../keys/tree/keyTrees';
import { blockSize, KeyCorpus } from './keyCorpus';
import { Pace } from '../base/pace';

/** A bucket whose keys are in a catalog; its place among the sources is what the corpus names it by. */
export interface KeySource {
  readonly session: ConnectionSession;
  readonly bucket: string;
}

export interface CatalogFailure {
  readonly session: ConnectionSession;
  /** Undefined when the buckets could not be listed. */
  readonly bucket: string | undefined;
  readonly error: KvError;
}

export interface CatalogProgress {
  /** Buckets that are to be taken in, as far as they are known. */
  readonly buckets: number;
  readonly taken: number;
  readonly keys: number;
  readonly failures: readonly CatalogFailure[];
  /** Connections that are down and of which not every bucket is known. */
  readonly leftOut: readonly ConnectionSession[];
  readonly complete: boolean;
}

/** Up to here the server names all keys in one answer; a larger bucket is listed by its index. */
const namedAtOnce = 100_000;
const bucketsAtOnce = 3;

/**
 * Owns the keys of all buckets of some connections, for a search over all of them; changes only through
 * `fill`. Indexes that are complete are read from memory, other buckets are listed for this search alone. Keys that come or
 * go afterwards are not followed.
 */
export class KeyCatalog implements Disposable {
  readonly corpus = new KeyCorpus();
  private readonly known: KeySource[] = [];
  private readonly abort = new AbortController();
  private readonly pace = new Pace();
  private readonly progressValue = new ObservableValue<CatalogProgress>({
    buckets: 0,
    taken: 0,
    keys: 0,
    failures: [],
    leftOut: [],
    complete: false,
  });

  readonly progress: Observable<CatalogProgress> = this.progressValue;

  constructor(private readonly sessions: readonly ConnectionSession[]) {}

  source(number: number): KeySource {
    const source = this.known[number];
    if (!source) {
      throw new RangeError(`there is no source ${number}`);
    }
    return source;
  }

  /** Takes in what is in memory first, then what has to be listed, some buckets at a time. */
  async fill(): Promise<void> {
    const queue = (await Promise.all(this.sessions.map((each) => this.bucketsOf(each)))).flat();
    const jobs = [...queue.filter(isReady), ...queue.filter((job) => !isReady(job))];
    const work = async (): Promise<void> => {
      for (let job = jobs.shift(); job && !this.abort.signal.aborted; job = jobs.shift()) {
        await this.takeBucket(job);
      }
    };
    await Promise.all(Array.from({ length: bucketsAtOnce }, work));
    this.report({ complete: true });
  }

  dispose(): void {
    this.abort.abort();
    this.progressValue.dispose();
  }

  private async bucketsOf(session: ConnectionSession): Promise<BucketJob[]> {
    const { kind } = session.state.current;
    const isUp = kind === 'connected' || kind === 'idle';
    if (session.buckets.current.kind !== 'loaded' && isUp) {
      await session.loadBuckets();
    }
    const { current } = session.buckets;
    if (current.kind !== 'loaded') {
      const { error } = current.kind === 'failed' ? current : { error: undefined };
      this.fail(error && { session, bucket: undefined, error });
      if (!error) {
        this.report({ leftOut: [...this.progressValue.current.leftOut, session] });
      }
      return [];
    }
    const jobs = current.buckets.map((status) => {
      const index = session.knownIndex(status.name);
      const isUsed = ['ready', 'listing'].includes(index?.state.current.kind ?? 'idle');
      return { session, status, index: isUsed ? index : undefined };
    });
    // Of a connection that is down only what is in memory can be searched.
    const possible = isUp ? jobs : jobs.filter(isReady);
    const { buckets, leftOut } = this.progressValue.current;
    this.report({
      buckets: buckets + possible.length,
      leftOut: [...leftOut, ...(possible.length < jobs.length ? [session] : [])],
    });
    return possible;
  }

  private async takeBucket(job: BucketJob): Promise<void> {
    const { session, status } = job;
    const source = this.known.push({ session, bucket: status.name }) - 1;
    try {
      if (job.index?.state.current.kind === 'ready') {
        await this.takeParts(source, job.index);
      } else if (status.subjects <= namedAtOnce) {
        await this.takeNames(source, session, status.name);
      } else {
        await this.takeParts(source, await this.keysOf(job));
      }
    } catch (error) {
      this.fail({ session, bucket: status.name, error: toKvError(error) });
    }
    this.report({ taken: this.progressValue.current.taken + 1 });
  }

  private async takeNames(
    source: number,
    session: ConnectionSession,
    bucket: string,
  ): Promise<void> {
    const { signal } = this.abort;
    const connection = await session.connect();
    const names = await connection.listNames(bucket, { signal });
    for (let at = 0; at < names.length; at += blockSize) {
      await this.take(source, names.slice(at, at + blockSize));
    }
  }

  private async takeParts(source: number, all: KeysInParts): Promise<void> {
    let cursor: number | undefined = 0;
    while (cursor !== undefined && !this.abort.signal.aborted) {
      const { keys, next } = all.keysFrom(cursor, blockSize);
      cursor = next;
      await this.take(source, keys);
    }
  }

  /**
   * The keys of a large bucket: those of an index that somebody else is listing already, or listed for
   * this search alone. Looking makes no index, which would then be followed and kept.
   */
  private async keysOf({ session, status, index }: BucketJob): Promise<KeysInParts> {
    const { signal } = this.abort;
    if (index) {
      const isListed = () => index.state.current.kind !== 'listing';
      await until(isListed, [index.state.onDidChange, session.onDidReplaceLink], { signal });
      if (index.state.current.kind === 'ready') {
        return index;
      }
    }
    const connection = await session.connect();
    const { present } = await listedTrees(connection.list(status.name, { signal }));
    return present;
  }

  private async take(source: number, keys: readonly string[]): Promise<void> {
    if (this.abort.signal.aborted) {
      return;
    }
    this.corpus.add(source, keys);
    this.report({ keys: this.corpus.size });
    if (this.pace.isOver) {
      await this.pace.rest();
    }
  }

  private fail(failure: CatalogFailure | undefined): void {
    if (failure && !this.abort.signal.aborted) {
      const { failures } = this.progressValue.current;
      this.report({ failures: [...failures, failure] });
    }
  }

  private report(change: Partial<CatalogProgress>): void {
    if (!this.abort.signal.aborted) {
      this.progressValue.set({ ...this.progressValue.current, ...change });
    }
  }
}

/** Keys that are given a part at a time. */
type KeysInParts = Pick<KeyIndex, 'keysFrom'>;

interface BucketJob {
  readonly session: ConnectionSession;
  readonly status: BucketStatus;
  /** There when it is complete or being listed. */
  readonly index: KeyIndex | undefined;
}

function isReady({ index }: BucketJob): boolean {
  return index?.state.current.kind === 'ready';
}

/** A key may be told again while it is listed: the trees take each once, and need the least memory. */
async function listedTrees(listing: AsyncIterable<KeyBatch>): Promise<KeyTrees> {
  const trees = new KeyTrees({ slash: false, deleted: false });
  for await (const batch of listing) {
    trees.applyAll(batch);
  }
  trees.settle();
  return trees;
}
