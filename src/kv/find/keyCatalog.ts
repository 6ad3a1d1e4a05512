import type { BucketStatus } from '../model/bucket';
import type { ConnectionSession } from '../session/connectionSession';
import { toKvError, type KvError } from '../model/errors';
import { ObservableValue, type Disposable, type Observable } from '../base/event';
import { until } from '../base/until';
import type { KeyIndex } from '../session/keyIndex';
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
 * `fill`. Indexes that are complete are read from memory, other buckets are listed. Keys that come or
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
    const inMemory = queue.filter(({ index }) => index !== undefined);
    const jobs = [...inMemory, ...queue.filter(({ index }) => index === undefined)];
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
      const index = session.index(status.name);
      const isReady = index?.state.current.kind === 'ready';
      return { session, status, index: isReady ? index : undefined };
    });
    // Of a connection that is down only what is in memory can be searched.
    const possible = isUp ? jobs : jobs.filter(({ index }) => index !== undefined);
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
      if (job.index) {
        await this.takeIndex(source, job.index);
      } else if (status.subjects <= namedAtOnce) {
        await this.takeNames(source, session, status.name);
      } else {
        await this.takeIndex(source, await listedIndex(session, status.name, this.abort.signal));
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

  private async takeIndex(source: number, index: KeyIndex): Promise<void> {
    let cursor: number | undefined = 0;
    while (cursor !== undefined && !this.abort.signal.aborted) {
      const { keys, next } = index.keysFrom(cursor, blockSize);
      cursor = next;
      await this.take(source, keys);
    }
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

interface BucketJob {
  readonly session: ConnectionSession;
  readonly status: BucketStatus;
  /** There when it is complete. */
  readonly index: KeyIndex | undefined;
}

/** The index of a bucket once its listing has ended; throws what it failed with. */
async function listedIndex(
  session: ConnectionSession,
  bucket: string,
  signal: AbortSignal,
): Promise<KeyIndex> {
  await session.connect();
  const index = session.index(bucket);
  if (!index) {
    throw toKvError(new Error('the connection was closed meanwhile'));
  }
  index.open();
  const isListed = () => ['ready', 'partial', 'failed'].includes(index.state.current.kind);
  await until(isListed, [index.state.onDidChange], { signal });
  const { current } = index.state;
  if (current.kind === 'failed') {
    throw current.error;
  }
  return index;
}
