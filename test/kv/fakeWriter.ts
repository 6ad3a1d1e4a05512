import {
  batchHeaders,
  mostBatchChanges,
  type BatchChange,
  type BatchOutcome,
} from '../../src/kv/model/batch';
import type { Entry, WriteOutcome } from '../../src/kv/model/entry';
import { KvError } from '../../src/kv/model/errors';
import type { BatchOptions, WriteOptions } from '../../src/kv/model/kvConnection';
import type { FakeBucket, FakeWrite } from './fakeBucket';
import { ttlOfPut } from './fakeTtl';

/** Owns which write gets lost; changes only through its methods. Writes as a server lets one. */
export class FakeWriter {
  private lost: 'before' | 'after' | undefined;

  /** `maxPayload` is the largest value in bytes, `now` the clock in milliseconds. */
  constructor(
    private readonly maxPayload: number,
    private readonly now: () => number,
  ) {}

  /** Makes the next write end `unknown`, its message lost `before` or stored `after` all. */
  loseNext(moment: 'before' | 'after'): void {
    this.lost = moment;
  }

  /** `ttlOf` is asked only of a write that is let through. */
  write(
    bucket: FakeBucket,
    write: FakeWrite,
    { expected, bucketCreated }: WriteOptions,
    ttlOf: (bucket: FakeBucket) => Entry['ttl'],
  ): WriteOutcome {
    bucket.refuseOther(bucketCreated);
    this.checkWritable(bucket, write.value.length);
    const ttl = ttlOf(bucket);
    const { lost } = this;
    this.lost = undefined;
    if (lost !== 'before') {
      const base = expected === 'any' ? undefined : expected;
      const outcome = bucket.write({ ...write, ttl }, this.now(), base);
      if (!lost) {
        return outcome;
      }
    }
    return { kind: 'unknown', reason: 'the connection was lost before the server answered' };
  }

  /** All of the changes or none, as the adapter does (batchWriter.ts). */
  writeBatch(
    bucket: FakeBucket,
    changes: readonly BatchChange[],
    { id, bucketCreated }: BatchOptions,
  ): BatchOutcome {
    checkCount(changes);
    bucket.refuseOther(bucketCreated);
    changes.forEach((change) =>
      this.checkWritable(bucket, change.kind === 'put' ? change.value.length : 0),
    );
    if (!bucket.allowAtomic) {
      throw new KvError('unsupported', 'the bucket does not take several keys in one write');
    }
    const writes = changes.map((change, at) => toWrite(bucket, change, id, at));
    const { lost } = this;
    this.lost = undefined;
    const fits = changes.every(
      ({ key, expected }) => expected === (bucket.lastOf(key)?.revision ?? 0),
    );
    const made =
      fits && lost !== 'before' ? writes.map((write) => bucket.write(write, this.now())) : [];
    if (lost) {
      return { kind: 'unknown', reason: 'the connection was lost before the server answered' };
    }
    const [first, last] = [made[0], made.at(-1)];
    return first?.kind === 'saved' && last?.kind === 'saved'
      ? { kind: 'saved', first: first.revision, last: last.revision }
      : { kind: 'conflict' };
  }

  private checkWritable({ config, mirrorOf }: FakeBucket, size: number): void {
    if (mirrorOf !== undefined) {
      throw new KvError('unsupported', `"${config.name}" is a mirror and cannot be written`);
    }
    const limit = Math.min(this.maxPayload, config.maxValueSize ?? Infinity);
    if (size > limit) {
      throw new KvError('tooLarge', `the value has ${size} bytes, the limit is ${limit}`);
    }
  }
}

function checkCount(changes: readonly BatchChange[]): void {
  if (changes.length === 0 || changes.length > mostBatchChanges) {
    throw new KvError('limitReached', `${changes.length} keys cannot be written together`);
  }
  if (new Set(changes.map(({ key }) => key)).size < changes.length) {
    throw new KvError('invalidKey', 'a key can be written only once in one write');
  }
}

function toWrite(bucket: FakeBucket, change: BatchChange, id: string, at: number): FakeWrite {
  const batch = [
    [batchHeaders.id, id],
    [batchHeaders.place, String(at + 1)],
  ] as const;
  const { key, expected } = change;
  if (change.kind === 'delete') {
    return { key, operation: 'DEL', value: new Uint8Array(), ownHeaders: batch };
  }
  const { value, headers = [], ttl: wanted } = change;
  const ttl = wanted === undefined ? {} : { ttl: { kind: 'set', ttl: wanted } as const };
  return {
    key,
    operation: 'PUT',
    // A copy, as on the wire: what the caller does to its bytes later changes nothing here.
    value: value.slice(),
    ownHeaders: [...headers, ...batch],
    ttl: ttlOfPut(bucket, key, { expected, ...ttl }),
  };
}
