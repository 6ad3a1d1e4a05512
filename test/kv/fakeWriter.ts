import type { Entry, WriteOutcome } from '../../src/kv/model/entry';
import { KvError } from '../../src/kv/model/errors';
import type { WriteOptions } from '../../src/kv/model/kvConnection';
import type { FakeBucket, FakeWrite } from './fakeBucket';

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
