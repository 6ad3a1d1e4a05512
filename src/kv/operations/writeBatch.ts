import { t } from '../base/l10n';
import { inParallel } from '../base/inParallel';
import { batchOf, type BatchChange, type BatchOutcome } from '../model/batch';
import type { Entry } from '../model/entry';
import { isKvError, isPassing, KvError, toKvError } from '../model/errors';
import type { CallOptions, KvConnection } from '../model/kvConnection';
import { shortened } from './copyEntry';
import { persistently } from './persistently';

/** A key whose last revision is not the expected one; 0 where it has no message any more. */
interface ConflictingKey {
  readonly key: string;
  readonly revision: number;
}

/**
 * How keys that were written together ended. `saved`: all of them, the change at `i` under `first + i`.
 * `conflict` and `notWritten`: none of them. `unknown`: the link broke, and reading back did not tell; it is
 * all of them or none.
 */
export type BatchResult =
  | { readonly kind: 'saved'; readonly first: number; readonly last: number }
  | { readonly kind: 'conflict'; readonly keys: readonly ConflictingKey[] }
  | { readonly kind: 'notWritten'; readonly error: KvError }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface BatchPlace {
  readonly connection: Pick<KvConnection, 'get' | 'history' | 'state' | 'writeBatch'>;
  readonly bucket: string;
}

export interface WriteBatchOptions extends CallOptions {
  /** See `WriteOptions`. */
  readonly bucketCreated?: number | undefined;
  /** Told when it is not known whether it was written, before that is found out. */
  readonly onUnknown?: ((reason: string) => void) | undefined;
  /** Finds out for as long as the signal lets it; for a while otherwise. */
  readonly patient?: boolean;
}

/** How often it is written again what certainly was not. */
const mostWrites = 5;
const readsInFlight = 64;
/** Histories that are searched for what all of the last messages have lost. */
const mostHistories = 8;

/**
 * Writes keys in one atomic batch: all of them or none, each by compare-and-swap. Which keys conflict is
 * found by reading back, since a refusal names none. Where the link broke before the answer it reads back
 * from the leader, by the batch's name in the messages, and writes again what was not written: the same
 * compare-and-swap again can do no harm. Never throws.
 */
export async function writeBatch(
  place: BatchPlace,
  changes: readonly BatchChange[],
  options: WriteBatchOptions = {},
): Promise<BatchResult> {
  return new BatchAttempts(place, changes, options).run();
}

type Looked =
  | { readonly kind: 'saved'; readonly first: number; readonly last: number }
  | {
      readonly kind: 'changed';
      readonly keys: readonly ConflictingKey[];
      readonly certain: boolean;
    }
  | { readonly kind: 'asBefore' };

/** Owns what is known of one batch that is written; changes only through `run`. */
class BatchAttempts {
  private readonly ids = new Set<string>();
  /** Why some attempt may yet have been stored. */
  private doubt: string | undefined;

  constructor(
    private readonly place: BatchPlace,
    private readonly changes: readonly BatchChange[],
    private readonly options: WriteBatchOptions,
  ) {}

  async run(): Promise<BatchResult> {
    let signal = this.options.signal;
    for (let writes = 1; ; writes++) {
      try {
        const outcome = await this.write(signal, writes > 1);
        if (outcome.kind === 'saved') {
          return outcome;
        }
        if (outcome.kind === 'unknown') {
          this.doubt = outcome.reason;
          this.options.onUnknown?.(outcome.reason);
          signal = this.options.patient ? this.options.signal : shortened(this.options.signal);
        }
        const looked = await this.look(signal);
        const end = this.endOf(looked, writes);
        if (end) {
          return end;
        }
      } catch (error) {
        return this.failed(toKvError(error));
      }
    }
  }

  /** What was found is the end, or undefined where it has to be written again. */
  private endOf(looked: Looked, writes: number): BatchResult | undefined {
    switch (looked.kind) {
      case 'saved':
        return looked;
      case 'changed':
        return this.doubt === undefined || looked.certain
          ? { kind: 'conflict', keys: looked.keys }
          : { kind: 'unknown', reason: t('all of the keys changed when the answer was lost') };
      case 'asBefore':
        return writes < mostWrites
          ? undefined
          : this.failed(new KvError('unavailable', t('other writes of these keys are in the way')));
    }
  }

  private failed(error: KvError): BatchResult {
    return this.doubt === undefined
      ? { kind: 'notWritten', error }
      : { kind: 'unknown', reason: this.doubt };
  }

  /** The first attempt fails where there is no link; later ones wait for it. */
  private async write(signal: AbortSignal | undefined, again: boolean): Promise<BatchOutcome> {
    const { connection, bucket } = this.place;
    const { bucketCreated } = this.options;
    const once = (): Promise<BatchOutcome> => {
      const id = crypto.randomUUID();
      this.ids.add(id);
      return connection.writeBatch(bucket, this.changes, { id, bucketCreated, signal });
    };
    if (again) {
      return persistently(connection.state, signal, once);
    }
    try {
      return await once();
    } catch (error) {
      // Until its last message is sent nothing of a batch is stored, so it may simply be sent again.
      const mayPass = isKvError(error) && isPassing(error) && error.kind !== 'disconnected';
      const isLost = isKvError(error, 'disconnected') && this.options.patient === true;
      if (mayPass || isLost) {
        return persistently(connection.state, this.patience(), once);
      }
      throw error;
    }
  }

  private patience(): AbortSignal | undefined {
    const { patient, signal } = this.options;
    return patient ? signal : shortened(signal);
  }

  /** How things stand for the leader, once it can be asked. */
  private look(signal: AbortSignal | undefined): Promise<Looked> {
    return persistently(this.place.connection.state, signal, () => this.lookOnce(signal));
  }

  private async lookOnce(signal: AbortSignal | undefined): Promise<Looked> {
    const { connection, bucket } = this.place;
    const last = new Map<BatchChange, Entry | undefined>();
    await inParallel(this.changes, readsInFlight, async (change) => {
      last.set(change, await connection.get(bucket, change.key, { consistent: true, signal }));
    });
    const saved = this.savedBy([...last.values()]);
    if (saved) {
      return saved;
    }
    const keys = this.changes.flatMap((change) => {
      const revision = last.get(change)?.revision ?? 0;
      return revision === change.expected ? [] : [{ key: change.key, revision }];
    });
    if (keys.length === 0) {
      return { kind: 'asBefore' };
    }
    if (keys.length < this.changes.length || this.doubt === undefined) {
      // All or none: one key that is as before tells that none was written.
      return { kind: 'changed', keys, certain: true };
    }
    return (await this.search(signal)) ?? { kind: 'changed', keys, certain: false };
  }

  /** Looks in what came before the last messages, where every key was changed since. */
  private async search(signal: AbortSignal | undefined): Promise<Looked | undefined> {
    const { connection, bucket } = this.place;
    for (const { key } of this.changes.slice(0, mostHistories)) {
      const saved = this.savedBy(await connection.history(bucket, key, { signal }));
      if (saved) {
        return saved;
      }
    }
    return undefined;
  }

  private savedBy(entries: readonly (Entry | undefined)[]): Looked | undefined {
    for (const entry of entries) {
      const batch = entry && batchOf(entry);
      if (batch && this.ids.has(batch.id)) {
        const first = entry.revision - batch.place + 1;
        return { kind: 'saved', first, last: first + this.changes.length - 1 };
      }
    }
    return undefined;
  }
}
