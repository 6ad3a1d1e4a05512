import type {
  BucketChange,
  BucketConfig,
  BucketStatus,
  CompactCounts,
} from '../../src/kv/model/bucket';
import { type Entry, isLive, type Operation, type WriteOutcome } from '../../src/kv/model/entry';
import { KvError, throwIfCancelled } from '../../src/kv/model/errors';
import { Emitter } from '../../src/kv/base/event';
import type { CompactOptions, TrimOptions } from '../../src/kv/model/kvConnection';
import { toFields } from '../../src/kv/nats/buckets/bucketUpdate';
import { withDoubles } from '../../src/kv/values/exactJson';
import { formatTtl } from '../../src/kv/nats/entries/messageTtl';
import { type StreamConfig, toStreamConfig } from '../../src/kv/nats/buckets/streamConfig';
import { toBucketStatus } from '../../src/kv/nats/buckets/toBucketStatus';

/** What a write leaves behind; the fake gives it its revision and time. */
export interface FakeWrite {
  readonly key: string;
  readonly operation: Operation;
  readonly value: Uint8Array;
  readonly headers?: Entry['headers'];
  /** Stored besides those of the operation, before them. */
  readonly ownHeaders?: Entry['headers'] | undefined;
  readonly ttl?: Entry['ttl'];
}

/** Owns the messages of one fake bucket as its stream would; changes only through its methods. */
export class FakeBucket {
  private readonly stored = new Emitter<Entry>();
  /** Fires for every message that is stored. */
  readonly onDidStore = this.stored.event;
  private readonly removed = new Emitter<void>();
  /** Fires when the bucket is deleted. */
  readonly onDidRemove = this.removed.event;
  private entries: Entry[] = [];
  private lastRevision = 0;
  /** Messages that its stream holds under other subjects, one under each. */
  others = 0;

  private stream: StreamConfig;

  constructor(
    readonly config: BucketConfig,
    readonly created: number,
  ) {
    this.stream = toStreamConfig(config);
  }

  /** Whether several keys can be written in one atomic batch. */
  get allowAtomic(): boolean {
    return (this.stream as object as Record<string, unknown>)['allow_atomic'] === true;
  }

  /** Whether values may have a TTL. The fake stores it; nothing expires by itself. */
  get allowTtl(): boolean {
    return this.stream.allow_msg_ttl ?? false;
  }

  get history(): number {
    return this.stream.max_msgs_per_subject ?? 1;
  }

  get mirrorOf(): string | undefined {
    return this.config.mirror?.bucket;
  }

  /** Every message that the history still holds with at least this revision, oldest first. */
  since(revision: number): Entry[] {
    return this.entries.filter((entry) => entry.revision >= revision);
  }

  /** The last message of every key that matches a subject filter, oldest first. */
  last(filter = '>'): Entry[] {
    const matching = this.entries.filter(({ key }) => matchesFilter(key, filter));
    const latest = new Map(matching.map((entry) => [entry.key, entry]));
    return matching.filter((entry) => latest.get(entry.key) === entry);
  }

  lastOf(key: string): Entry | undefined {
    return this.entries.findLast((entry) => entry.key === key);
  }

  /** Every stored message of a key, oldest first. */
  historyOf(key: string): Entry[] {
    return this.entries.filter((entry) => entry.key === key);
  }

  /** Takes messages in as they are, with their revisions and times. */
  takeOver(entries: readonly Entry[], lastRevision: number): void {
    entries.forEach((entry) => this.append(entry));
    this.lastRevision = Math.max(this.lastRevision, lastRevision);
  }

  /** Stores a message when `expected` is the key's last revision, or always when it is omitted. */
  write(write: FakeWrite, created: number, expected?: number): WriteOutcome {
    const revision = this.lastOf(write.key)?.revision ?? 0;
    if (expected !== undefined && expected !== revision) {
      return { kind: 'conflict', revision };
    }
    const { ownHeaders = [], ...rest } = write;
    const made = [...ownHeaders, ...operationHeaders(write.operation), ...ttlHeaders(write.ttl)];
    const entry: Entry = {
      ...rest,
      headers: write.headers ?? made,
      revision: this.lastRevision + 1,
      created,
      size: write.value.length,
    };
    this.append(entry);
    return { kind: 'saved', revision: entry.revision };
  }

  /** Takes over what the origin holds and will hold, as a mirror does. */
  copyFrom(origin: FakeBucket): void {
    origin.since(1).forEach((entry) => this.append(entry));
    origin.onDidStore((entry) => this.append(entry));
  }

  /** Changes the configuration, as the real one does it. */
  update(change: BucketChange): void {
    this.stream = withDoubles({ ...this.stream, ...toFields(this.stream, change) });
    const { history = this.stream.max_msgs_per_subject ?? 1 } = change;
    this.entries = this.entries.filter(({ key, revision }) =>
      this.entries
        .filter((entry) => entry.key === key)
        .slice(-history)
        .some((entry) => entry.revision === revision),
    );
  }

  /** What a listing tells: the last messages, or all of them. */
  listed(filter: string, history: boolean): Entry[] {
    return history
      ? this.entries.filter(({ key }) => matchesFilter(key, filter))
      : this.last(filter);
  }

  /** As `KvConnection.trim` does. */
  trimKey(key: string, { before, bucketCreated }: TrimOptions): number {
    this.refuseOther(bucketCreated);
    if (this.mirrorOf !== undefined) {
      throw new KvError('unsupported', `"${this.config.name}" is a mirror and cannot be trimmed`);
    }
    return this.purge(key, before);
  }

  /** Throws `notFound` where another bucket of the name was meant. */
  refuseOther(created: number | undefined): void {
    if (created !== undefined && created !== this.created) {
      throw new KvError('notFound', `"${this.config.name}" was deleted and made again meanwhile`);
    }
  }

  /** Removes the keys that are not live, as `KvConnection.compact` does. */
  compact(now: number, { olderThanMs, onProgress, signal }: CompactOptions): CompactCounts {
    if (this.mirrorOf !== undefined) {
      throw new KvError('unsupported', `"${this.config.name}" is a mirror and cannot be compacted`);
    }
    const tombstones = this.last().filter((entry) => !isLive(entry));
    let counts: CompactCounts = { found: tombstones.length, done: 0, removed: 0 };
    for (const { key, revision, created } of tombstones) {
      throwIfCancelled(signal);
      const end = created <= now - olderThanMs ? revision + 1 : revision;
      const removed = this.purge(key, end);
      counts = { ...counts, done: counts.done + 1, removed: counts.removed + removed };
      onProgress?.(counts);
    }
    return counts;
  }

  /** Loses messages without a word to anybody, as an expiry without a marker does. */
  lose(isLost: (entry: Entry) => boolean): void {
    this.entries = this.entries.filter((entry) => !isLost(entry));
  }

  /** Tells who watches that the bucket was deleted. */
  remove(): void {
    this.removed.fire();
  }

  /** `now`: the time of the server. */
  status(now: number): BucketStatus {
    const last = this.entries.at(-1);
    const first = this.entries.at(0);
    return toBucketStatus({
      config: this.stream,
      created: new Date(this.created).toISOString(),
      ts: new Date(now).toISOString(),
      state: {
        messages: this.entries.length + this.others,
        bytes: this.entries.reduce((sum, entry) => sum + entry.key.length + entry.size, 0),
        last_seq: this.lastRevision,
        last_ts: last ? new Date(last.created).toISOString() : '0001-01-01T00:00:00Z',
        first_seq: first?.revision ?? this.lastRevision + 1,
        first_ts: first ? new Date(first.created).toISOString() : '0001-01-01T00:00:00Z',
        num_subjects: this.last().length + this.others,
      },
      cluster: { leader: 'fake' },
    });
  }

  /** Removes the messages of a key before a revision. Returns how many there were. */
  private purge(key: string, before: number): number {
    const kept = this.entries.filter((entry) => entry.key !== key || entry.revision >= before);
    const removed = this.entries.length - kept.length;
    this.entries = kept;
    return removed;
  }

  private append(entry: Entry): void {
    this.lastRevision = entry.revision;
    this.entries.push(entry);
    this.trim(entry);
    this.stored.fire(entry);
  }

  /** Keeps the newest revisions of the key; purges and server markers roll the older ones up. */
  private trim(added: Entry): void {
    const rollsUp = added.operation === 'PURGE' || added.operation === 'EXPIRED';
    const keep = rollsUp ? 1 : (this.stream.max_msgs_per_subject ?? 1);
    const kept = this.entries.filter((entry) => entry.key === added.key).slice(-keep);
    this.entries = this.entries.filter((entry) => entry.key !== added.key || kept.includes(entry));
  }
}

function ttlHeaders(ttl: Entry['ttl']): Entry['headers'] {
  return ttl === undefined ? [] : [['Nats-TTL', formatTtl(ttl)]];
}

function operationHeaders(operation: Operation): Entry['headers'] {
  switch (operation) {
    case 'PUT':
      return [];
    case 'DEL':
      return [['KV-Operation', 'DEL']];
    case 'PURGE':
      return [
        ['KV-Operation', 'PURGE'],
        ['Nats-Rollup', 'sub'],
      ];
    case 'EXPIRED':
      return [['Nats-Marker-Reason', 'MaxAge']];
  }
}

/** Whether a key matches a subject filter such as `orders.*.items` or `orders.>`. */
export function matchesFilter(key: string, filter: string): boolean {
  const tokens = key.split('.');
  const pattern = filter.split('.');
  const matches = pattern.every((token, at) =>
    token === '>' ? tokens.length > at : token === '*' || token === tokens[at],
  );
  return matches && (pattern.at(-1) === '>' || tokens.length === pattern.length);
}
