import { expect } from 'vitest';
import type { BucketConfig } from '../../../src/kv/model/bucket';
import type { KeyInfo } from '../../../src/kv/model/entry';
import { isKvError, type KvErrorKind } from '../../../src/kv/model/errors';
import type { KvConnection, ListOptions } from '../../../src/kv/model/kvConnection';
import type { Watch } from '../../../src/kv/model/watch';
import type { WriteGuard } from '../../../src/kv/session/writeLock';
import { eventually } from '../../support/poll';

/** Another client of the same system. */
export interface ForeignClient {
  /** Returns the revision. */
  put(bucket: string, key: string, value: string): Promise<number>;
  /** Leaves a marker; returns its revision. */
  mark(bucket: string, key: string, operation: 'DEL' | 'PURGE'): Promise<number>;
  createBucket(config: BucketConfig): Promise<void>;
  createMirror(name: string, origin: string): Promise<void>;
  /** Changes a bucket's description. */
  describeBucket(bucket: string, description: string): Promise<void>;
  deleteBucket(bucket: string): Promise<void>;
}

/** A connection to an empty system, and the means to disturb it. */
interface ContractHarness {
  readonly connection: KvConnection;
  readonly foreign: ForeignClient;
  /** Breaks the link and keeps it broken until `restoreLink`. Resolves when the state tells it. */
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  dispose(): Promise<void>;
}

/** Makes the harness of one test, its connection with a write lock if given; the suite disposes it. */
export type SetUp = (writeLock?: WriteGuard) => Promise<ContractHarness>;

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}

/** Everything that a listing tells, in the order told. */
export async function listAll(
  connection: KvConnection,
  bucket: string,
  options?: ListOptions,
): Promise<KeyInfo[]> {
  const found: KeyInfo[] = [];
  for await (const batch of connection.list(bucket, options)) {
    found.push(...batch);
  }
  return found;
}

/** Watches the bucket `b` and records what is told. */
export function startWatch(
  connection: KvConnection,
  from: number,
): { watch: Watch; told: KeyInfo[] } {
  const told: KeyInfo[] = [];
  const watch = connection.watch('b', { from });
  watch.onDidChange((changes) => told.push(...changes));
  return { watch, told };
}

/** Waits for a state of a watch. Without an advisory a deleted bucket is noticed after 5 seconds. */
export function isIn(kind: Watch['state']['current']['kind'], watch: Watch): Promise<void> {
  return eventually(() => expect(watch.state.current.kind).toBe(kind));
}

export function byKey(infos: readonly KeyInfo[]): KeyInfo[] {
  return infos.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** A signal that has been aborted already. */
export function abortedSignal(): AbortSignal {
  return AbortSignal.abort();
}

/** Expects a rejection with a KvError of this kind. */
export async function expectKind(kind: KvErrorKind, promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    (value) => new Error(`expected ${kind}, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(isKvError(error) ? error.kind : error).toBe(kind);
}
