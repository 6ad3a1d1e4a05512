import type { BucketStatus } from './bucket';
import type { Entry, ExpectedRevision, Ttl } from './entry';

/** What is to become of one key of several that are written together, by compare-and-swap. */
export type BatchChange =
  | {
      readonly kind: 'put';
      readonly key: string;
      readonly value: Uint8Array;
      /** The only revision that is replaced: 0 for a key that has none, a marker's where it has one. */
      readonly expected: ExpectedRevision;
      /** Stored with the value; those of NATS itself are not for callers to set. */
      readonly headers?: Entry['headers'];
      /** See `PutOptions.ttl`; none when omitted. */
      readonly ttl?: Ttl | undefined;
    }
  | { readonly kind: 'delete'; readonly key: string; readonly expected: ExpectedRevision };

/** More a server does not take in one batch (ADR-50). */
export const mostBatchChanges = 1_000;

/** Whether a bucket takes several keys in one atomic batch (`allow_atomic`, server 2.12), as the server told. */
export function takesBatches({ streamConfig }: Pick<BucketStatus, 'streamConfig'>): boolean {
  return streamConfig['allow_atomic'] === true;
}

/**
 * How one atomic batch ended. `saved`: all of it is stored, the change at `i` under `first + i`. `conflict`:
 * nothing is, some key's last revision was not the expected one; the server does not tell which. `unknown`:
 * the link broke after the last message was sent, so that all of it is stored or nothing.
 */
export type BatchOutcome =
  | { readonly kind: 'saved'; readonly first: number; readonly last: number }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The batch that a message was written in, and its place there from 1 on; undefined for one that was in none. */
export function batchOf({
  headers,
}: Pick<Entry, 'headers'>): { readonly id: string; readonly place: number } | undefined {
  const find = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  const [id, place] = [find(batchHeaders.id), Number(find(batchHeaders.place))];
  return id !== undefined && Number.isSafeInteger(place) && place > 0 ? { id, place } : undefined;
}

/** What the messages of a batch carry (ADR-50). */
export const batchHeaders = {
  id: 'Nats-Batch-Id',
  place: 'Nats-Batch-Sequence',
  commit: 'Nats-Batch-Commit',
} as const;
