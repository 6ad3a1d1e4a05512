import { t } from '../../base/l10n';
import type { BucketStatus, UnavailableBucket } from '../../model/bucket';
import { KvError, toKvError } from '../../model/errors';
import type { ListBucketsOptions } from '../../model/kvConnection';
import type { Channel } from '../wire/channel';
import { checked, type JetStreamApi } from '../wire/jetStreamApi';
import { anything, count, list, object, optional, record, text } from '../wire/schema';
import { isNamedAsBucket, whyNoBucket } from './keySubjects';
import { bucketOf, streamOf } from './streamConfig';
import { streamInfo, toBucketStatus } from './toBucketStatus';

interface StreamPage {
  readonly total: number;
  readonly streams?: readonly unknown[];
  /** Streams of a cluster of which nobody answered. */
  readonly missing?: readonly string[];
  /** Streams that this server cannot run, with the reason (server 2.12). */
  readonly offline?: Readonly<Record<string, string>>;
}

const streamPage = object<StreamPage>({
  total: count,
  streams: optional(list(anything)),
  missing: optional(list(text)),
  offline: optional(record(text)),
});

const named = object<{ readonly config: { readonly name: string } }>({
  config: object<{ readonly name: string }>({ name: text }),
});

/** Of 256 streams each: far more than a server can hold. */
const maxPages = 500;

/** The buckets that a server lists, and those that cannot be used. */
export interface ListedBuckets {
  readonly buckets: readonly BucketStatus[];
  readonly unavailable: readonly UnavailableBucket[];
}

/**
 * Reads all streams, page by page. The server's own subject filter is not used: it leaves out mirrors,
 * which have no subjects, and finds any stream that listens below `$KV`.
 */
export async function listStreams(
  api: JetStreamApi,
  channel: Channel,
  options: ListBucketsOptions = {},
): Promise<ListedBuckets> {
  const { signal } = options;
  const found = new FoundStreams();
  for (let offset = 0, pages = 1, more = true; more; pages++) {
    const query = { offset };
    const page = await api.call(channel, 'STREAM.LIST', streamPage, query, { signal, exact: true });
    const told = found.add(page);
    offset += told;
    // Nothing new means that the server would go on for ever.
    more = told > 0 && offset < page.total;
    if (more && pages === maxPages) {
      throw new KvError('server', t('the server lists streams without an end'));
    }
  }
  return found;
}

/** Owns what the pages told; changes only through `add`. A stream counts once. */
class FoundStreams implements ListedBuckets {
  private readonly statuses = new Map<string, BucketStatus>();
  private readonly reasons = new Map<string, string>();
  private readonly names = new Set<string>();

  get buckets(): readonly BucketStatus[] {
    return [...this.statuses.values()].sort(byName);
  }

  get unavailable(): readonly UnavailableBucket[] {
    return [...this.reasons]
      .filter(([name]) => !this.statuses.has(name))
      .map(([name, reason]) => ({ name, reason }))
      .sort(byName);
  }

  /** Gives the number of streams that had not been told before. */
  add({ streams = [], missing = [], offline = {} }: StreamPage): number {
    const before = this.names.size;
    streams.forEach((stream) => this.addStream(stream));
    const noLeader = t('no server answers for it: it has no leader at the moment');
    missing.forEach((name) => this.exclude(name, noLeader));
    Object.entries(offline).forEach(([name, reason]) =>
      this.exclude(name, t('the server cannot run it: {0}', reason)),
    );
    return this.names.size - before;
  }

  private addStream(stream: unknown): void {
    const { name } = checked(stream, named, 'stream').config;
    this.names.add(name);
    if (!isNamedAsBucket(name)) {
      return;
    }
    try {
      const info = checked(stream, streamInfo, 'stream');
      const problem = whyNoBucket(info.config);
      if (problem !== undefined) {
        throw new KvError('unsupported', problem);
      }
      const status = toBucketStatus(info);
      this.statuses.set(status.name, status);
    } catch (error) {
      // One that cannot be read does not hide the others.
      this.exclude(name, toKvError(error).message);
    }
  }

  private exclude(stream: string, reason: string): void {
    this.names.add(stream);
    const bucket = bucketOf(stream);
    if (bucket !== undefined && isNamedAsBucket(streamOf(bucket))) {
      this.reasons.set(bucket, reason);
    }
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
