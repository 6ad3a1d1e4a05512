import type { BucketConfig, BucketStatus } from '../../src/kv/bucket';
import type { Entry, Operation, WriteOutcome } from '../../src/kv/entry';
import { Emitter } from '../../src/kv/event';

/** What a write leaves behind; the fake gives it its revision and time. */
export interface FakeWrite {
  readonly key: string;
  readonly operation: Operation;
  readonly value: Uint8Array;
  readonly headers?: Entry['headers'];
}

/** Owns the messages of one fake bucket as its stream would; changes only through its methods. */
export class FakeBucket {
  private readonly stored = new Emitter<Entry>();
  /** Fires for every message that is stored. */
  readonly onDidStore = this.stored.event;
  private entries: Entry[] = [];
  private lastRevision = 0;

  constructor(
    readonly config: BucketConfig,
    readonly created: number,
    readonly mirrorOf?: string,
  ) {}

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

  /** Stores a message when `expected` is the key's last revision, or always when it is omitted. */
  write(write: FakeWrite, created: number, expected?: number): WriteOutcome {
    const revision = this.lastOf(write.key)?.revision ?? 0;
    if (expected !== undefined && expected !== revision) {
      return { kind: 'conflict', revision };
    }
    const entry: Entry = {
      ...write,
      headers: write.headers ?? operationHeaders(write.operation),
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

  status(): BucketStatus {
    const { name, description, history, ttl, storage, replicas } = this.config;
    return {
      name,
      description: description ?? '',
      created: this.created,
      size: this.entries.reduce((sum, entry) => sum + entry.key.length + entry.size, 0),
      values: this.entries.length,
      subjects: this.last().length,
      lastUpdate: this.entries.at(-1)?.created,
      lastRevision: this.lastRevision,
      history: history ?? 1,
      ttl: ttl ?? 0,
      storage: storage ?? 'file',
      replicas: replicas ?? 1,
      maxBytes: this.config.maxBytes ?? -1,
      maxValueSize: this.config.maxValueSize ?? -1,
      compressed: false,
      mirrorOf: this.mirrorOf,
      allowDirect: true,
    };
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
    const keep = rollsUp ? 1 : (this.config.history ?? 1);
    const kept = this.entries.filter((entry) => entry.key === added.key).slice(-keep);
    this.entries = this.entries.filter((entry) => entry.key !== added.key || kept.includes(entry));
  }
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
function matchesFilter(key: string, filter: string): boolean {
  const tokens = key.split('.');
  const pattern = filter.split('.');
  const matches = pattern.every((token, at) =>
    token === '>' ? tokens.length > at : token === '*' || token === tokens[at],
  );
  return matches && (pattern.at(-1) === '>' || tokens.length === pattern.length);
}
