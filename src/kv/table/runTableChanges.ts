import { t } from '../base/l10n';
import { mostBatchChanges, type BatchChange } from '../model/batch';
import type { Entry } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';
import { putSeen, removeSeen, runBulk, type BulkOutcome } from '../operations/bulk';
import { BulkResult } from '../operations/bulkResult';
import type { BulkRun } from '../operations/bulkRun';
import { runPlan } from '../operations/runPlan';
import { wayBack } from '../operations/wayBack';
import { writeBatch } from '../operations/writeBatch';
import type { TableChange } from './tableChanges';

export interface TableRunPlace {
  readonly connection: KvConnection;
  readonly bucket: string;
  /** When the bucket was made in which the rows were shown. */
  readonly bucketCreated: number | undefined;
}

export interface TableRun extends BulkRun {
  /** All of it in one atomic batch, which the bucket has to take. */
  readonly isAtomic: boolean;
}

/** What the changes of several rows came to; an outcome for each, in their order. */
export interface TableRunResult {
  readonly result: BulkResult;
  readonly outcomes: readonly BulkOutcome[];
}

/** Whether so many changes go into one batch. */
export function fitsBatch(count: number): boolean {
  return count > 1 && count <= mostBatchChanges;
}

/**
 * Writes the changes of several rows, each by compare-and-swap from what was shown and only in the bucket
 * that it was shown in: as one, or each for itself, so that a conflict in one row stops no other. Waits
 * for a link that was lost, and finds out what became of what was under way. Never rejects.
 */
export async function runTableChanges(
  place: TableRunPlace,
  changes: readonly TableChange[],
  run: TableRun,
): Promise<TableRunResult> {
  const outcomes: BulkOutcome[] = changes.map(() => ({ kind: 'skipped', why: 'cancelled' }));
  const targets = targetsOf(changes);
  if (run.isAtomic) {
    const all = await asOne(place, changes, run);
    const result = new BulkResult(targets, changes.length);
    all.forEach((outcome, at) => {
      outcomes[at] = outcome;
      result.add(at, outcome);
    });
    run.onProgress?.(changes.length);
    return { result, outcomes };
  }
  const result = await runPlan(targets, run, async (at, signal) => {
    const outcome = await writeOne(place, changes[at] as TableChange, signal);
    outcomes[at] = outcome;
    return outcome;
  });
  return { result, outcomes };
}

/**
 * The changes that put back what was there before, each over the very message that was written. `before`:
 * what a deleted key had, which the plan need not have read.
 */
export function undoOf(
  changes: readonly TableChange[],
  outcomes: readonly BulkOutcome[],
  before: (key: string) => Entry | undefined,
): TableChange[] {
  const done = changes.flatMap((each, at) => {
    const outcome = outcomes[at];
    return outcome?.kind === 'done' ? [{ ...each, revision: outcome.revision }] : [];
  });
  const back = wayBack(
    done.map(({ change }) => change),
    done.map(({ revision }) => revision),
    before,
  );
  return back.map((change) => ({ change, before: undefined, cells: [] }));
}

function targetsOf(changes: readonly TableChange[]) {
  return {
    count: changes.length,
    at: (at: number) => {
      const { key = '', expected = 0 } = changes[at]?.change ?? {};
      return { key, revision: expected };
    },
  };
}

async function asOne(
  { connection, bucket, bucketCreated }: TableRunPlace,
  changes: readonly TableChange[],
  { signal }: TableRun,
): Promise<BulkOutcome[]> {
  const written = changes.map(({ change }) => change);
  const options = { signal, bucketCreated, patient: true };
  const end = await writeBatch({ connection, bucket }, written, options);
  switch (end.kind) {
    case 'saved':
      return written.map((_, at) => ({ kind: 'done', revision: end.first + at }));
    case 'conflict': {
      const changed = new Set(end.keys.map(({ key }) => key));
      const reason = t('not written, since another of the keys was changed');
      return written.map(({ key }) =>
        changed.has(key)
          ? { kind: 'skipped', why: 'changed' }
          : { kind: 'skipped', why: 'left', reason },
      );
    }
    case 'notWritten':
      return written.map(() => ({ kind: 'refused', error: end.error }));
    case 'unknown':
      return written.map(() => ({ kind: 'unknown', reason: end.reason }));
  }
}

async function writeOne(
  { connection, bucket, bucketCreated }: TableRunPlace,
  { change, before }: TableChange,
  signal: AbortSignal,
): Promise<BulkOutcome> {
  const { key, expected } = change;
  const target = { connection, bucket, key, revision: expected, bucketCreated };
  if (change.kind === 'delete') {
    return removeSeen(target, 'delete', signal);
  }
  if (!before) {
    return putSeen(target, change.value, valueFacts(change), signal);
  }
  // It reads the key once more, and keeps the headers and the TTL that it finds there.
  const act = () => ({ kind: 'put', value: change.value }) as const;
  const [outcome] = await runBulk([target], { act, signal });
  return outcome ?? { kind: 'skipped', why: 'cancelled' };
}

function valueFacts({ headers = [], ttl }: BatchChange & { kind: 'put' }) {
  return { headers, ttl };
}
