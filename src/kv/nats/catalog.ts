import type { BucketStatus } from '../bucket';
import type { CallOptions } from '../kvConnection';
import { isKvError, KvError } from '../errors';
import { bucketNameProblem, keyProblem } from '../key';
import type { Channel } from './channel';
import { bucketNotFound } from './errorMapping';
import type { JetStreamApi } from './jetStreamApi';
import { streamOf, type StreamInfo, toBucketStatus } from './streamConfig';

/** What a request to a bucket must know of it. */
export interface BucketFacts {
  readonly stream: string;
  /** The bucket whose subjects the messages carry: another one for a mirror. */
  readonly origin: string;
  readonly mirrorOf: string | undefined;
  readonly allowDirect: boolean;
  readonly maxValueSize: number;
  /** Undefined when this account may not ask. */
  readonly created: number | undefined;
  readonly lastRevision: number;
}

/** Owns what is known of buckets; changes only through `learn`, `forget` and its own look-ups. */
export class Catalog {
  private readonly known = new Map<string, BucketFacts>();

  constructor(private readonly api: JetStreamApi) {}

  /** What is already known, without a request. */
  peek(bucket: string): BucketFacts | undefined {
    return this.known.get(bucket);
  }

  learn(status: BucketStatus): void {
    this.known.set(status.name, toFacts(status));
  }

  /** Forgets one bucket, or all of them. */
  forget(bucket?: string): void {
    if (bucket === undefined) {
      this.known.clear();
    } else {
      this.known.delete(bucket);
    }
  }

  /** What is known, looked up when it is not. Throws `invalidBucket`, `notFound`. */
  async facts(channel: Channel, bucket: string, options?: CallOptions): Promise<BucketFacts> {
    return this.known.get(bucket) ?? this.lookUp(channel, bucket, options);
  }

  /**
   * Asks the server anew. An account that may read keys but not the stream's configuration gets
   * the facts of an ordinary bucket.
   */
  async lookUp(channel: Channel, bucket: string, options?: CallOptions): Promise<BucketFacts> {
    try {
      return toFacts(await this.status(channel, bucket, options));
    } catch (error) {
      if (isKvError(error, 'denied')) {
        const assumed = ordinaryBucket(bucket);
        this.known.set(bucket, assumed);
        return assumed;
      }
      throw error;
    }
  }

  /** The status of a bucket, in one request. */
  async status(channel: Channel, bucket: string, options?: CallOptions): Promise<BucketStatus> {
    checkBucketName(bucket);
    this.forget(bucket);
    const subject = `STREAM.INFO.${streamOf(bucket)}`;
    const info = await this.api.call<StreamInfo>(channel, subject, undefined, {
      ...options,
      bucket,
    });
    if (!isStreamInfo(info)) {
      throw bucketNotFound(bucket, info);
    }
    const status = toBucketStatus(info);
    this.learn(status);
    return status;
  }
}

/** Throws `invalidBucket` before the name can become part of a subject. */
export function checkBucketName(bucket: string): void {
  const problem = bucketNameProblem(bucket);
  if (problem !== undefined) {
    throw new KvError('invalidBucket', problem);
  }
}

/** Throws `invalidBucket` or `invalidKey` before the names can become part of a subject. */
export function checkKey(bucket: string, key: string): void {
  checkBucketName(bucket);
  const problem = keyProblem(key);
  if (problem) {
    throw new KvError('invalidKey', problem.reason);
  }
}

export function isStreamInfo(info: Partial<StreamInfo>): info is StreamInfo {
  return info.config !== undefined && info.state !== undefined && info.created !== undefined;
}

function toFacts(status: BucketStatus): BucketFacts {
  const { name, mirrorOf, allowDirect, maxValueSize, created, lastRevision } = status;
  const origin = mirrorOf ?? name;
  return {
    stream: streamOf(name),
    origin,
    mirrorOf,
    allowDirect,
    maxValueSize,
    created,
    lastRevision,
  };
}

function ordinaryBucket(name: string): BucketFacts {
  return {
    stream: streamOf(name),
    origin: name,
    mirrorOf: undefined,
    allowDirect: true,
    maxValueSize: -1,
    created: undefined,
    lastRevision: 0,
  };
}
