import { t } from '../base/l10n';
import { listAsOf, stateAt } from '../asOf/listAsOf';
import type { BucketStatus } from '../model/bucket';
import type { Entry, KeyInfo } from '../model/entry';
import { KvError } from '../model/errors';
import type { KeyBatch } from '../model/keyBatch';
import type { KvConnection, ReadManyOptions } from '../model/kvConnection';
import type { Moment } from '../model/moment';
import type { Watch } from '../model/watch';
import { whyNotWritten } from '../operations/bucketActions';
import type { CompareSide, CompareTarget } from './compareSide';

/** Which keys of which bucket, and when. */
export interface BucketPart {
  /** Names the connection among others. */
  readonly connectionId: string;
  readonly bucket: string;
  /** What the keys begin with, their separator included; `''` for all. */
  readonly prefix: string;
  /** Now when omitted. */
  readonly moment?: Moment | undefined;
}

/** The subject filter that lets all keys of a prefix through, and maybe more. */
function filterOfPrefix(prefix: string): string {
  const dot = prefix.lastIndexOf('.');
  return dot < 0 ? '>' : `${prefix.slice(0, dot)}.>`;
}

/** Whether that filter lets nothing else through; a wildcard in a prefix is none to whoever wrote it. */
function isExact(prefix: string): boolean {
  return prefix === '' || (prefix.endsWith('.') && !/[*>]/.test(prefix));
}

/** A bucket as one side, looked up now. Throws `notFound`. */
export async function bucketSide(
  connection: KvConnection,
  part: BucketPart,
  signal: AbortSignal,
): Promise<CompareSide> {
  const status = await connection.bucketStatus(part.bucket, { signal });
  return part.moment === undefined
    ? new PresentSide(connection, part, status)
    : new PastSide(connection, part, status, part.moment);
}

/** What a message weighs on average where bringing all values costs less than asking for them, in bytes. */
const smallValue = 4096;

type ListingOptions = Parameters<CompareSide['list']>[0];

class PresentSide implements CompareSide {
  readonly prefix: string;
  readonly origin: string;
  readonly link: object;
  readonly bringsValues: boolean;
  readonly target: CompareTarget | undefined;

  constructor(
    private readonly connection: KvConnection,
    private readonly part: BucketPart,
    private readonly status: BucketStatus,
  ) {
    const { bucket, connectionId, prefix } = part;
    const { created } = status;
    this.prefix = prefix;
    this.origin = `${connectionId}/${bucket}/${created}`;
    const isWritable = whyNotWritten(status) === undefined;
    this.link = connection;
    const average = status.size / Math.max(1, status.values);
    this.bringsValues = average <= smallValue && isExact(prefix);
    this.target = isWritable ? { connection, bucket, created } : undefined;
  }

  async *list({ signal, values }: ListingOptions): AsyncIterable<KeyBatch> {
    const { bucket } = this.part;
    const filter = filterOfPrefix(this.prefix);
    for await (const batch of this.connection.list(bucket, { filter, values, signal })) {
      yield this.own(batch);
    }
    await this.check(signal);
  }

  check = (signal: AbortSignal): Promise<void> => refuseOther(this.connection, this.status, signal);

  read(keys: readonly string[], options: ReadManyOptions): Promise<(Entry | undefined)[]> {
    return this.connection.getMany(this.part.bucket, keys, options);
  }

  readLatest(key: string, signal: AbortSignal): Promise<Entry | undefined> {
    return this.connection.get(this.part.bucket, key, { consistent: true, signal });
  }

  watch = (): Watch<KeyInfo> => {
    const filters = [filterOfPrefix(this.prefix)];
    // The listing may end before what was stored since it began: it is told twice rather than never.
    return this.connection.watch(this.part.bucket, {
      from: this.status.lastRevision + 1,
      filters,
    });
  };

  has(key: string): boolean {
    return key.length > this.prefix.length && key.startsWith(this.prefix);
  }

  /** What the filter lets through besides is no part of it. */
  private own(batch: KeyBatch): KeyBatch {
    return isExact(this.prefix) ? batch : [...batch].filter(({ key }) => this.has(key));
  }
}

/** Throws `notFound` where a bucket is gone, or was made again since it was looked at. */
async function refuseOther(
  connection: KvConnection,
  { name, created }: BucketStatus,
  signal: AbortSignal,
): Promise<void> {
  const now = await connection.bucketStatus(name, { signal });
  if (now.created !== created) {
    throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', name));
  }
}

const batchSize = 1_000;

/** As of a moment: it stands still, and nothing is written to it. */
class PastSide implements CompareSide {
  readonly prefix: string;
  readonly origin: string;
  readonly link: object;
  readonly bringsValues = false;
  readonly target = undefined;
  private readonly unknown = new Set<string>();

  constructor(
    private readonly connection: KvConnection,
    private readonly part: BucketPart,
    private readonly status: BucketStatus,
    private readonly moment: Moment,
  ) {
    this.prefix = part.prefix;
    this.link = connection;
    this.origin = `${part.connectionId}/${part.bucket}/${status.created}`;
  }

  async *list({ signal }: ListingOptions): AsyncIterable<KeyBatch> {
    const { prefix, moment } = this;
    const filter = filterOfPrefix(prefix);
    const matches = (key: string): boolean => this.has(key);
    const query = { moment, filter, matches };
    const listing = await listAsOf(this.connection, this.part.bucket, query, { signal });
    await this.check(signal);
    const { rows } = listing;
    let batch: KeyInfo[] = [];
    for (let at = 0; at < rows.count; at++) {
      const { key, then } = rows.at(at);
      if (then) {
        batch.push({ key, ...then });
      } else if (stateAt(listing, at) === 'unknown') {
        this.unknown.add(key);
      }
      if (batch.length === batchSize) {
        yield batch;
        batch = [];
      }
    }
    yield batch;
  }

  read(keys: readonly string[], options: ReadManyOptions): Promise<(Entry | undefined)[]> {
    return this.connection.getMany(this.part.bucket, keys, { ...options, asOf: this.moment });
  }

  async readLatest(key: string, signal: AbortSignal): Promise<Entry | undefined> {
    const [entry] = await this.read([key], { signal });
    return entry;
  }

  check = (signal: AbortSignal): Promise<void> => refuseOther(this.connection, this.status, signal);

  get isUnknown(): CompareSide['isUnknown'] {
    return this.unknown.size === 0 ? undefined : (key) => this.unknown.has(key);
  }

  has(key: string): boolean {
    return key.length > this.prefix.length && key.startsWith(this.prefix);
  }
}
