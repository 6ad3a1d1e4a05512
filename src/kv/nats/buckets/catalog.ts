import { t } from '../../base/l10n';
import { takesBatches } from '../../model/batch';
import type { BucketStatus } from '../../model/bucket';
import type { CallOptions } from '../../model/kvConnection';
import { isKvError, KvError } from '../../model/errors';
import { bucketNameProblem, keyProblem } from '../../model/key';
import type { Channel } from '../wire/channel';
import type { JetStreamApi } from '../wire/jetStreamApi';
import { isBucket, keepsSubjects, keyPrefixOf } from './keySubjects';
import { type StreamConfig, streamOf } from './streamConfig';
import { streamInfo, toBucketStatus } from './toBucketStatus';

/** What a request to a bucket must know of it. */
export interface StreamFacts {
  readonly stream: string;
  /** What stands before the key in the subjects of messages: `$KV.<bucket>.`, of another one for a mirror. */
  readonly prefix: string;
  /** The subjects that the stream listens to; undefined when this account may not ask. */
  readonly subjects: readonly string[] | undefined;
  /** Whether a mirror has the subjects of its origin. */
  readonly keepsSubjects: boolean;
  readonly mirrorOf: string | undefined;
  /** Whether a mirror's origin is in another domain or account, so that it cannot be asked. */
  readonly isOriginElsewhere: boolean;
  readonly allowDirect: boolean;
  /** Whether messages may have a TTL. */
  readonly allowTtl: boolean;
  /** Whether several keys can be written in one atomic batch; false when this account may not ask. */
  readonly allowAtomic: boolean;
  /** Revisions kept of a key; -1 for all of them, or when this account may not ask. */
  readonly history: number;
  readonly maxValueSize: number;
  /** Undefined when this account may not ask. */
  readonly created: number | undefined;
  readonly lastRevision: number;
}

/** Mirrors of mirrors that are followed to the first origin. */
const maxHops = 8;
/** How long it is believed that a bucket is there. */
const confirmedMs = 2_000;

/** Owns what is known of buckets; changes only through `learn`, `forget` and its own look-ups. */
export class Catalog {
  private readonly known = new Map<string, StreamFacts>();
  private readonly confirmations = new Map<string, number>();

  constructor(private readonly api: JetStreamApi) {}

  /** What is already known, without a request. */
  peek(bucket: string): StreamFacts | undefined {
    return this.known.get(bucket);
  }

  learn(status: BucketStatus): void {
    this.known.set(status.name, toFacts(status));
  }

  /** Forgets one bucket, or all of them. */
  forget(bucket?: string): void {
    if (bucket === undefined) {
      this.known.clear();
      this.confirmations.clear();
    } else {
      this.known.delete(bucket);
      this.confirmations.delete(bucket);
    }
  }

  /** What is known, looked up when it is not. Throws `invalidBucket`, `notFound`. */
  async facts(channel: Channel, bucket: string, options?: CallOptions): Promise<StreamFacts> {
    const facts = this.known.get(bucket) ?? (await this.ownFacts(channel, bucket, options));
    return this.withOrigin(channel, facts, options);
  }

  /** What the server said a moment ago, asked anew when that is longer. Throws `notFound`. */
  async confirmed(channel: Channel, bucket: string, options?: CallOptions): Promise<StreamFacts> {
    const now = performance.now();
    if (now - (this.confirmations.get(bucket) ?? -Infinity) > confirmedMs) {
      await this.lookUp(channel, bucket, options);
      this.confirmations.set(bucket, now);
    }
    return this.facts(channel, bucket, options);
  }

  /** Asks the server anew. */
  async lookUp(channel: Channel, bucket: string, options?: CallOptions): Promise<StreamFacts> {
    const facts = await this.ownFacts(channel, bucket, options);
    return this.withOrigin(channel, facts, options);
  }

  /**
   * An account that may read keys but not the stream's configuration gets the facts of an ordinary
   * bucket.
   */
  private async ownFacts(
    channel: Channel,
    bucket: string,
    options?: CallOptions,
  ): Promise<StreamFacts> {
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

  /** A mirror of a mirror holds the subjects of the first origin, which only the next one tells. */
  private async withOrigin(
    channel: Channel,
    facts: StreamFacts,
    options?: CallOptions,
  ): Promise<StreamFacts> {
    let next = facts;
    for (let hops = 0; hops < maxHops && next.mirrorOf !== undefined; hops++) {
      const isKnown = next.keepsSubjects && !next.isOriginElsewhere;
      const origin = isKnown && (await this.factsOrNone(channel, next.mirrorOf, options));
      if (!origin) {
        break;
      }
      next = origin;
    }
    return next === facts ? facts : { ...facts, prefix: next.prefix };
  }

  /** Undefined for an origin that is gone: its mirror goes on without it. */
  private async factsOrNone(
    channel: Channel,
    bucket: string,
    options?: CallOptions,
  ): Promise<StreamFacts | undefined> {
    try {
      return this.known.get(bucket) ?? (await this.ownFacts(channel, bucket, options));
    } catch (error) {
      if (isKvError(error, 'notFound') || isKvError(error, 'invalidBucket')) {
        return undefined;
      }
      throw error;
    }
  }

  /** The status of a bucket, in one request. A stream that is no bucket counts as not found. */
  async status(channel: Channel, bucket: string, options?: CallOptions): Promise<BucketStatus> {
    checkBucketName(bucket);
    this.forget(bucket);
    const subject = `STREAM.INFO.${streamOf(bucket)}`;
    const info = await this.api.call(channel, subject, streamInfo, undefined, {
      ...options,
      bucket,
      exact: true,
    });
    if (info.config.name !== streamOf(bucket)) {
      throw new KvError(
        'server',
        t('the server answered with another stream than it was asked for'),
      );
    }
    if (!isBucket(info.config)) {
      const message = t(
        'there is no bucket named "{0}": the stream {1} holds other subjects',
        bucket,
        streamOf(bucket),
      );
      throw new KvError('notFound', message);
    }
    const status = toBucketStatus(info);
    this.learn(status);
    return status;
  }
}

/** Throws `notFound` for a bucket that is not the one that was created then, as far as both are known. */
export function refuseOther(
  bucket: string,
  { created }: StreamFacts,
  wanted: number | undefined,
): void {
  if (created !== undefined && wanted !== undefined && created !== wanted) {
    throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
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

function toFacts(status: BucketStatus): StreamFacts {
  const { name, mirrorOf, allowDirect, allowTtl, history } = status;
  const { maxValueSize, created, lastRevision } = status;
  const config = status.streamConfig as unknown as StreamConfig;
  return {
    stream: streamOf(name),
    prefix: keyPrefixOf(config),
    subjects: config.subjects ?? [],
    keepsSubjects: keepsSubjects(config),
    mirrorOf,
    isOriginElsewhere: status.mirror?.apiPrefix !== undefined,
    allowDirect,
    allowTtl,
    allowAtomic: takesBatches(status),
    history,
    maxValueSize,
    created,
    lastRevision,
  };
}

function ordinaryBucket(name: string): StreamFacts {
  return {
    stream: streamOf(name),
    prefix: `$KV.${name}.`,
    subjects: undefined,
    keepsSubjects: false,
    mirrorOf: undefined,
    isOriginElsewhere: false,
    allowDirect: true,
    allowTtl: true,
    allowAtomic: false,
    history: -1,
    maxValueSize: -1,
    created: undefined,
    lastRevision: 0,
  };
}
