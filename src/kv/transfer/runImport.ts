import { t } from '../base/l10n';
import { isKvError, KvError, toKvError } from '../model/errors';
import { mergedHeaders, ownHeaders } from '../model/headers';
import { keyProblem } from '../model/key';
import { putSeen, removeSeen, type BulkOutcome } from '../operations/bulk';
import { BulkRows } from '../operations/bulkResult';
import { isForAll } from '../operations/runPlan';
import { ttlLeft } from '../operations/copyEntry';
import type { ImportPlan } from './importPlan';
import type { ImportResult, ImportRun } from './importRun';
import { mappedKey } from './keyMapping';
import { mark } from './marks';
import { Moves } from './movedSource';
import { isProblem, type SourceEntry } from './source';
import { unnamedKeys } from './unnamedKeys';
import { whyNotTaken } from './whatBucketTakes';

const usuallyInFlight = 256;
const positionEvery = 1_000;

/**
 * Carries out an import: entry by entry, many at a time, those of one key one after the other, each by
 * compare-and-swap from the revision that the plan has seen and only in the bucket that was looked at. Waits
 * for a link that was lost, and finds out what became of what was under way. Never rejects.
 */
export function runImport(plan: ImportPlan, run: ImportRun): Promise<ImportResult> {
  return new Importing(plan, run).run();
}

/** Owns what has become of one import; changes only through `run`. */
class Importing {
  private readonly done = new BulkRows<'done'>();
  private readonly skipped = new BulkRows<'skipped'>();
  private readonly refused = new BulkRows<'refused'>();
  private readonly unknown = new BulkRows<'unknown'>();
  private readonly moves: Moves | undefined;
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;
  /** Writes under way, by key, and the places of their entries, the oldest first. */
  private readonly writing = new Map<string, Promise<void>>();
  private readonly places = new Set<number>();
  private wake: () => void = () => undefined;
  private stoppedBy: KvError | undefined;
  private same = 0;
  private kept = 0;
  private unreadable = 0;
  private at = 0;
  private finished = 0;
  private cancelledAt = Infinity;

  constructor(
    private readonly plan: ImportPlan,
    private readonly options: ImportRun,
  ) {
    this.signal = AbortSignal.any([options.signal, this.stop.signal]);
    const { from } = options;
    this.moves = from && new Moves(from, plan, options, this.signal);
  }

  async run(): Promise<ImportResult> {
    let isWhole = false;
    try {
      if ((await this.plan.source.fingerprint()) !== this.plan.fingerprint) {
        throw new KvError('invalidConfig', t('the source was changed after the plan was made'));
      }
      await this.writeAll();
      if (this.plan.options.mode === 'mirror' && !this.signal.aborted) {
        await this.deleteUnnamed();
      }
      isWhole = true;
    } catch (error) {
      if (!this.signal.aborted && !isKvError(error, 'cancelled')) {
        this.stoppedBy ??= toKvError(error);
      }
    }
    await this.settle();
    // What ended the run may come with the last of the writes.
    isWhole &&= !this.signal.aborted;
    const { done, skipped, refused, unknown, same, kept, stoppedBy, position } = this;
    this.options.onPosition?.(position);
    const moved = this.moves?.moved;
    return { done, skipped, refused, unknown, moved, same, kept, stoppedBy, isWhole, position };
  }

  private get position(): number {
    const [oldest = this.at] = this.places;
    return Math.max(this.plan.done, Math.min(oldest, this.cancelledAt));
  }

  private async writeAll(): Promise<void> {
    for await (const items of this.plan.source.read(this.signal)) {
      for (const item of items) {
        if (isProblem(item)) {
          this.unreadable++;
          continue;
        }
        if (this.signal.aborted) {
          return;
        }
        const at = this.at++;
        if (at >= this.plan.done) {
          await this.take(item, at);
        }
      }
    }
  }

  private async take(entry: SourceEntry, at: number): Promise<void> {
    const { table, options, limits } = this.plan;
    const key = mappedKey(entry.key, options.mapping);
    if (key === undefined || keyProblem(key) !== undefined) {
      return this.passed(key, entry);
    }
    const isOwn = await this.isOwn(entry);
    const marks = table.marksOf(key);
    if (isOwn || !(marks & mark.named)) {
      return isOwn ? undefined : this.skip(key, t('it was not there when the plan was made'));
    }
    if (marks & mark.same) {
      await this.takeSame(key, entry, at);
      return;
    }
    if (marks & (mark.left | mark.changed)) {
      this.kept++;
      return;
    }
    const isTwice = !this.plan.source.repeats && (marks & mark.early) !== 0;
    table.set(key, table.revisionOf(key), marks | mark.early);
    const problem = isTwice ? t('the key is there twice') : whyNotTaken(entry, limits);
    if (problem !== undefined) {
      this.refuse(key, new KvError('unsupported', problem));
      return;
    }
    await this.begin({ key, at, isPut: entry.operation === 'PUT' }, async () => {
      const outcome = await this.write(key, entry);
      if (outcome?.kind !== 'done' || !this.moves) {
        return outcome;
      }
      this.learn(key, outcome.revision, true);
      return this.moves.finish(key, entry, outcome);
    });
  }

  /** Whether an entry of the bucket that is written to is what was just written there. */
  private async isOwn({ key, revision }: SourceEntry): Promise<boolean> {
    const { source, table, status } = this.plan;
    if (revision === undefined || source.readsFrom?.(status) !== true) {
      return false;
    }
    await this.writing.get(key);
    return (table.marksOf(key) & mark.early) !== 0 && table.revisionOf(key) === revision;
  }

  private async takeSame(key: string, entry: SourceEntry, at: number): Promise<void> {
    const { moves } = this;
    if (!moves) {
      this.same++;
      return;
    }
    await this.begin({ key, at, isPut: true }, () => moves.finishSame(key, entry));
  }

  /** Waits for room, and for the write of the same key before. */
  private async begin(turn: Turn, write: () => Promise<BulkOutcome | undefined>): Promise<void> {
    const { key, at } = turn;
    const { inFlight = usuallyInFlight, rate } = this.options;
    while (this.writing.size >= inFlight) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    await this.writing.get(key);
    if (rate) {
      await rate.turn(this.signal);
    }
    if (this.signal.aborted) {
      this.cancelledAt = Math.min(this.cancelledAt, at ?? Infinity);
      return;
    }
    if (at !== undefined) {
      this.places.add(at);
    }
    this.writing.set(key, this.finish(turn, write()));
  }

  private async finish(turn: Turn, writing: Promise<BulkOutcome | undefined>): Promise<void> {
    const { key, at } = turn;
    const revision = this.plan.table.revisionOf(key);
    const outcome = await writing;
    this.writing.delete(key);
    if (at !== undefined) {
      this.places.delete(at);
    }
    if (outcome) {
      this.add(turn, revision, outcome);
    } else {
      this.same++;
    }
    this.finished++;
    this.options.onProgress?.(this.finished);
    if (this.finished % positionEvery === 0) {
      this.options.onPosition?.(this.position);
    }
    this.wake();
  }

  /** Undefined for a marker where there is no value. */
  private async write(key: string, entry: SourceEntry): Promise<BulkOutcome | undefined> {
    const { connection, bucket, status, table, options } = this.plan;
    const revision = table.revisionOf(key);
    const target = { connection, bucket, key, revision, bucketCreated: status.created };
    if (entry.operation !== 'PUT') {
      return table.marksOf(key) & mark.live
        ? removeSeen(target, entry.operation === 'PURGE' ? 'purge' : 'delete', this.signal)
        : undefined;
    }
    const { headers = [], now = Date.now } = this.options;
    const own = mergedHeaders(ownHeaders(entry), headers);
    const ttl =
      options.ttl === 'drop'
        ? undefined
        : options.ttl === 'rest' && entry.created !== undefined
          ? ttlLeft({ ttl: entry.ttl, created: entry.created }, now())
          : entry.ttl;
    return putSeen(target, entry.value, { headers: own, ttl }, this.signal);
  }

  private add({ key, at, isPut }: Turn, revision: number, outcome: BulkOutcome): void {
    switch (outcome.kind) {
      case 'done':
        this.learn(key, outcome.revision, isPut);
        return this.done.add({ key, revision, outcome });
      case 'skipped':
        if (outcome.why === 'cancelled') {
          this.cancelledAt = Math.min(this.cancelledAt, at ?? Infinity);
          return;
        }
        return this.skipped.add({ key, revision, outcome });
      case 'refused':
        if (isForAll(outcome.error)) {
          this.cancelledAt = Math.min(this.cancelledAt, at ?? Infinity);
          this.stoppedBy ??= outcome.error;
          this.stop.abort();
        }
        return this.refused.add({ key, revision, outcome });
      case 'unknown':
        return this.unknown.add({ key, revision, outcome });
    }
  }

  /** What was written is what the next version of the key replaces. */
  private learn(key: string, revision: number, isLive: boolean): void {
    const { table } = this.plan;
    const marks = table.marksOf(key) & ~mark.live;
    table.set(key, revision, isLive ? marks | mark.live : marks);
  }

  private async deleteUnnamed(): Promise<void> {
    if (this.unreadable > 0) {
      const message = t('the source cannot be read whole, so nothing is deleted for its sake');
      throw new KvError('invalidConfig', message);
    }
    await this.settle();
    const { connection, bucket, status } = this.plan;
    for await (const keys of unnamedKeys(this.plan, this.signal)) {
      for (const { key, revision } of keys) {
        const target = { connection, bucket, key, revision, bucketCreated: status.created };
        await this.begin({ key, at: undefined, isPut: false }, () =>
          removeSeen(target, 'delete', this.signal),
        );
      }
    }
  }

  private async settle(): Promise<void> {
    while (this.writing.size > 0) {
      await Promise.all(this.writing.values());
    }
  }

  private passed(key: string | undefined, { key: name }: SourceEntry): void {
    const problem = key === undefined ? undefined : keyProblem(key);
    if (problem) {
      this.refuse(key ?? name, new KvError('invalidKey', problem.reason));
    }
  }

  private refuse(key: string, error: KvError): void {
    this.refused.add({ key, revision: 0, outcome: { kind: 'refused', error } });
  }

  private skip(key: string, reason: string): void {
    this.skipped.add({ key, revision: 0, outcome: { kind: 'skipped', why: 'left', reason } });
  }
}

/** One write: of the entry at a place of the source, if it is of one. */
interface Turn {
  readonly key: string;
  readonly at: number | undefined;
  readonly isPut: boolean;
}
