import { t } from '../../base/l10n';
import type { BucketChange, BucketConfig, BucketStatus, UpdateOutcome } from '../../model/bucket';
import type {
  CallOptions,
  DeleteBucketOptions,
  ListBucketsOptions,
  UpdateOptions,
} from '../../model/kvConnection';
import { isKvError, KvError } from '../../model/errors';
import type { WriteGuard } from '../../session/writeLock';
import { checkChange, toFields } from './bucketUpdate';
import { type Catalog, checkBucketName, refuseOther } from './catalog';
import { changedFields, differingFields } from './changedFields';
import type { Channel } from '../wire/channel';
import { withDoubles } from '../../values/exactJson';
import type { Features } from './features';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { type StreamConfig, streamOf, toStreamConfig } from './streamConfig';
import { listStreams } from './streamList';
import { anything, flag, object } from '../wire/schema';
import { streamInfo, toBucketStatus } from './toBucketStatus';

const stepDownResponse = object<{ readonly success: boolean }>({ success: flag });

/** Lists, creates, changes and deletes buckets, which are streams named `KV_<bucket>`. */
export class Buckets {
  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
    private readonly catalog: Catalog,
    private readonly features: Features,
    private readonly lock: WriteGuard,
  ) {}

  /** All buckets; those that cannot be used are told apart. */
  async list(options: ListBucketsOptions = {}): Promise<BucketStatus[]> {
    const { buckets, unavailable } = await listStreams(this.api, this.link.current, options);
    buckets.forEach((status) => this.catalog.learn(status));
    unavailable.forEach((bucket) => options.onUnavailable?.(bucket));
    return [...buckets];
  }

  async status(bucket: string, options?: CallOptions): Promise<BucketStatus> {
    return this.catalog.status(this.link.current, bucket, options);
  }

  /** Creates a bucket and compares what the server made of it with what was asked. */
  async create(config: BucketConfig, options?: CallOptions): Promise<BucketStatus> {
    const asked = toStreamConfig(config);
    this.lock.check();
    const channel = this.link.current;
    await this.refuseMarkers(channel, config, options);
    await this.refuseExisting(channel, config.name, options);
    const status = await this.send(channel, `STREAM.CREATE.${asked.name}`, asked, options);
    refuseChanged('created', changedFields(present(asked), status.streamConfig));
    return status;
  }

  /** Changes a bucket: all that the server told of it goes back, but for the changed fields. */
  async update(
    bucket: string,
    change: BucketChange,
    options: UpdateOptions = {},
  ): Promise<UpdateOutcome> {
    const { expected, created, ...callOptions } = options;
    checkBucketName(bucket);
    checkChange(change);
    this.lock.check();
    const channel = this.link.current;
    await this.refuseMarkers(channel, change, callOptions);
    // The protocol has no compare-and-swap for a configuration: what another client changes between
    // this answer and the update is lost, since the update carries every field, and the reply is the
    // same as if nobody had. One round trip is as short as that gap can be made.
    const now = await this.catalog.status(channel, bucket, callOptions);
    const fields = expected ? differingFields(expected, now.streamConfig) : [];
    if (fields.length > 0 || (created !== undefined && created !== now.created)) {
      return { kind: 'conflict', status: now, fields };
    }
    const current = withDoubles(now.streamConfig) as unknown as StreamConfig;
    // Stringified, fields that are undefined are left out: that is how they are removed.
    const asked = { ...now.streamConfig, ...toFields(current, change) };
    const subject = `STREAM.UPDATE.${streamOf(bucket)}`;
    const status = await this.send(channel, subject, asked, callOptions);
    refuseChanged('changed', changedFields(present(asked), status.streamConfig));
    return { kind: 'saved', status };
  }

  /** Has the leader of the stream hand over. Throws `unsupported` where there is no cluster. */
  async stepDown(bucket: string, options?: CallOptions): Promise<void> {
    checkBucketName(bucket);
    this.lock.check();
    const channel = this.link.current;
    await this.catalog.lookUp(channel, bucket, options);
    this.lock.check();
    const subject = `STREAM.LEADER.STEPDOWN.${streamOf(bucket)}`;
    const { success } = await this.api.call(channel, subject, stepDownResponse, undefined, {
      ...options,
      bucket,
    });
    if (!success) {
      throw new KvError('server', t('the server did not say that the leader stepped down'));
    }
  }

  /** Deletes a bucket; a stream that merely bears the name of one is not touched. */
  async delete(bucket: string, options?: DeleteBucketOptions): Promise<void> {
    checkBucketName(bucket);
    this.lock.check();
    const channel = this.link.current;
    const facts = await this.catalog.lookUp(channel, bucket, options);
    refuseOther(bucket, facts, options?.bucketCreated);
    this.lock.check();
    this.catalog.forget(bucket);
    const subject = `STREAM.DELETE.${streamOf(bucket)}`;
    await this.api.call(channel, subject, anything, undefined, { ...options, bucket });
  }

  private async send(
    channel: Channel,
    subject: string,
    config: object,
    options?: CallOptions,
  ): Promise<BucketStatus> {
    const bucket = subject.slice(subject.indexOf('KV_') + 'KV_'.length);
    // The look-ups before took time, in which the lock may have closed.
    this.lock.check();
    const info = await this.api.call(channel, subject, streamInfo, config, {
      ...options,
      bucket,
      configuring: true,
      exact: true,
    });
    const status = toBucketStatus(info);
    this.catalog.learn(status);
    return status;
  }

  /** Servers before 2.11 drop the fields in silence and keep no markers. */
  private async refuseMarkers(
    channel: Channel,
    { markerTtl = 0 }: Pick<BucketConfig, 'markerTtl'>,
    options?: CallOptions,
  ): Promise<void> {
    if (markerTtl > 0 && (await this.features.level(channel, options)) === 0) {
      const message = t('the server keeps no markers of expired keys; that takes server 2.11');
      throw new KvError('unsupported', message);
    }
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
    throw new KvError('alreadyExists', t('a bucket named "{0}" already exists', bucket));
  }
}

/** Without what is not to be there: the server may have its own for that. */
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function refuseChanged(what: 'created' | 'changed', fields: readonly string[]): void {
  if (fields.length > 0) {
    const names = fields.join(', ');
    const message =
      what === 'created'
        ? t('the bucket was created, but the server set {0} otherwise than asked', names)
        : t('the bucket was changed, but the server set {0} otherwise than asked', names);
    throw new KvError('invalidConfig', message);
  }
}
