import type { BucketConfig, BucketStatus } from '../bucket';
import type { CallOptions } from '../kvConnection';
import { isKvError, KvError } from '../errors';
import { type Catalog, checkBucketName, isStreamInfo } from './catalog';
import type { Channel } from './channel';
import type { JetStreamApi } from './jetStreamApi';
import type { Link } from './link';
import {
  bucketOf,
  changedFields,
  streamOf,
  type StreamInfo,
  toBucketStatus,
  toStreamConfig,
} from './streamConfig';

interface StreamPage {
  readonly total: number;
  readonly streams: readonly StreamInfo[] | null;
}

/** Lists, creates and deletes buckets, which are streams named `KV_<bucket>`. */
export class Buckets {
  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
    private readonly catalog: Catalog,
  ) {}

  /**
   * All buckets, page by page. The server's own subject filter is not used: it leaves out mirrors,
   * which have no subjects, and finds any stream that listens below `$KV`.
   */
  async list(options?: CallOptions): Promise<BucketStatus[]> {
    const channel = this.link.current;
    const found = new Map<string, BucketStatus>();
    for (let offset = 0, more = true; more;) {
      const page = await this.api.call<StreamPage>(channel, 'STREAM.LIST', { offset }, options);
      const streams = page.streams ?? [];
      streams
        .filter((info) => bucketOf(info.config.name) !== undefined)
        .map(toBucketStatus)
        .forEach((status) => found.set(status.name, status));
      offset += streams.length;
      more = streams.length > 0 && offset < (page.total ?? 0);
    }
    found.forEach((status) => this.catalog.learn(status));
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async status(bucket: string, options?: CallOptions): Promise<BucketStatus> {
    return this.catalog.status(this.link.current, bucket, options);
  }

  /** Creates a bucket and compares what the server made of it with what was asked. */
  async create(config: BucketConfig, options?: CallOptions): Promise<BucketStatus> {
    const asked = toStreamConfig(config);
    const channel = this.link.current;
    await this.refuseExisting(channel, config.name, options);
    const info = await this.api.call<StreamInfo>(channel, `STREAM.CREATE.${asked.name}`, asked, {
      ...options,
      bucket: config.name,
      configuring: true,
    });
    if (!isStreamInfo(info)) {
      throw new KvError('server', 'the server did not tell what it created');
    }
    const changed = changedFields(asked, info.config);
    if (changed.length > 0) {
      const fields = changed.join(', ');
      throw new KvError(
        'invalidConfig',
        `the bucket was created, but the server set ${fields} otherwise than asked`,
      );
    }
    const status = toBucketStatus(info);
    this.catalog.learn(status);
    return status;
  }

  async delete(bucket: string, options?: CallOptions): Promise<void> {
    checkBucketName(bucket);
    const subject = `STREAM.DELETE.${streamOf(bucket)}`;
    this.catalog.forget(bucket);
    await this.api.call(this.link.current, subject, undefined, { ...options, bucket });
  }

  /** To create a stream again with the same configuration succeeds, so the server cannot be asked. */
  private async refuseExisting(
    channel: Channel,
    bucket: string,
    options?: CallOptions,
  ): Promise<void> {
    try {
      await this.catalog.status(channel, bucket, options);
    } catch (error) {
      if (isKvError(error, 'notFound') || isKvError(error, 'denied')) {
        return;
      }
      throw error;
    }
    throw new KvError('alreadyExists', `a bucket named "${bucket}" already exists`);
  }
}
