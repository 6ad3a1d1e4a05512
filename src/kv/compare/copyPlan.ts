import { t } from '../base/l10n';
import { ttlLeft } from '../operations/copyEntry';
import { removeSeen, settled, toOutcome, type BulkOutcome } from '../operations/bulk';
import type { BulkResult } from '../operations/bulkResult';
import type { BulkRun } from '../operations/bulkRun';
import { restoreEntry } from '../operations/restoreEntry';
import { runPlan, type PlanKeys } from '../operations/runPlan';
import { settleWrite } from '../operations/settleWrite';
import { isLive, type Entry } from '../model/entry';
import { KvError } from '../model/errors';
import { mergedHeaders, ownHeaders } from '../model/headers';
import { Checks } from './checks';
import type { Comparison } from './comparison';
import type { CompareTarget } from './compareSide';
import type { SideAt } from './pairTable';

/** From which side to which. */
export interface CopyDirection {
  readonly from: SideAt;
  readonly to: SideAt;
}

/** What would make keys of one side what they are on the other: nothing has been changed yet. */
export interface CopyPlan {
  readonly comparison: Comparison;
  readonly direction: CopyDirection;
  readonly target: CompareTarget;
  readonly targets: CopyTargets;
  /** Keys that are new there, replaced, and deleted since the source has none. */
  readonly creates: number;
  readonly replaces: number;
  readonly deletes: number;
  /** Bytes of the values that are copied. */
  readonly bytes: number;
}

/** What a key has on both sides, as the plan has seen it. */
interface CopyRow {
  readonly key: string;
  readonly place: number;
  readonly source: { readonly revision: number; readonly size: number | undefined };
  readonly there: { readonly revision: number; readonly size: number | undefined };
}

/** The rows of a plan, by their places in it. */
class CopyTargets implements PlanKeys {
  constructor(private readonly rows: readonly CopyRow[]) {}

  get count(): number {
    return this.rows.length;
  }

  rowAt(at: number): CopyRow | undefined {
    return this.rows[at];
  }

  at(at: number): { readonly key: string; readonly revision: number } {
    const row = this.rows[at];
    return { key: row?.key ?? '', revision: row?.there.revision ?? 0 };
  }
}

/** Plans to copy keys as they are now known. Throws `unsupported` where the other side takes no writes. */
export function planCopy(
  comparison: Comparison,
  keys: readonly string[],
  direction: CopyDirection,
): CopyPlan {
  const { from, to } = direction;
  const { target } = comparison.sides[to];
  if (!target) {
    throw new KvError('unsupported', t('what is on that side cannot be written'));
  }
  const rows = keys.flatMap((key): CopyRow[] => {
    const place = comparison.table.find(key);
    if (place === undefined || !isUnlike(comparison, place)) {
      return [];
    }
    const { table } = comparison;
    return [
      {
        key: comparison.keyOf(to, place),
        place,
        source: table.factsAt(from, place),
        there: table.factsAt(to, place),
      },
    ];
  });
  const count = (fits: (row: CopyRow) => boolean): number => rows.filter(fits).length;
  const isThere = ({ there }: CopyRow): boolean => there.size !== undefined;
  const isSource = ({ source }: CopyRow): boolean => source.size !== undefined;
  return {
    ...{ comparison, direction, target },
    targets: new CopyTargets(rows),
    creates: count((row) => isSource(row) && !isThere(row)),
    replaces: count((row) => isSource(row) && isThere(row)),
    deletes: count((row) => !isSource(row)),
    bytes: rows.reduce((sum, { source }) => sum + (source.size ?? 0), 0),
  };
}

const inFlight = 64;

export interface CopyRun extends BulkRun {
  /** Headers to store with what is put, besides those of the value. */
  readonly headers?: Entry['headers'];
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Carries a plan out: each key only as it was seen on both sides, by compare-and-swap, and only from and
 * to the buckets that were compared. Values go with their headers and what is left of their TTL. Never rejects.
 */
export function runCopy(plan: CopyPlan, run: CopyRun): Promise<BulkResult> {
  const { targets } = plan;
  const source = plan.comparison.sides[plan.direction.from];
  const checks = source.check && new Checks(() => source.check?.(run.signal) ?? Promise.resolve());
  return runPlan(targets, { inFlight, ...run }, (at, signal) => {
    const row = targets.rowAt(at);
    if (!row) {
      return Promise.resolve({ kind: 'skipped', why: 'gone' });
    }
    return row.source.size === undefined
      ? remove(plan, row, { checks, signal })
      : put(plan, row, { ...run, checks, signal });
  });
}

/**
 * Brings keys back to what they were before a copy, each only from the revision that it left: values from
 * the history, and what was new is deleted. A value that the history holds no more is refused. Never rejects.
 */
export function undoCopy(
  { plan, result }: { readonly plan: CopyPlan; readonly result: BulkResult },
  { headers = [], ...run }: CopyRun,
): Promise<BulkResult> {
  const { connection, bucket, created: bucketCreated } = plan.target;
  const deal = (at: number, signal: AbortSignal): Promise<BulkOutcome> => {
    const { key, revision } = plan.targets.at(at);
    const expected = result.markerOf(at);
    if (plan.targets.rowAt(at)?.there.size === undefined) {
      const target = { connection, bucket, key, revision: expected, bucketCreated };
      return removeSeen(target, 'delete', signal);
    }
    const options = { bucketCreated, expected, headers, patient: true, signal };
    return settled(connection, signal, async () =>
      toOutcome(
        await restoreEntry(
          connection,
          bucket,
          key,
          { revision },
          { ...options, onUnknown: () => undefined },
        ),
      ),
    );
  };
  return runPlan(plan.targets, { inFlight, ...run }, deal, (at) => result.markerOf(at) > 0);
}

function remove(
  plan: CopyPlan,
  { key, place, there }: CopyRow,
  { checks, signal }: { readonly checks: Checks | undefined; readonly signal: AbortSignal },
): Promise<BulkOutcome> {
  const { comparison, direction, target } = plan;
  const { connection, bucket, created: bucketCreated } = target;
  const side = comparison.sides[direction.from];
  return settled(connection, signal, async () => {
    // A value may have come where the plan has seen none.
    const entry = await side.readLatest(comparison.keyOf(direction.from, place), signal);
    await checks?.next();
    return entry && isLive(entry)
      ? { kind: 'skipped', why: 'changed' }
      : removeSeen(
          { connection, bucket, key, revision: there.revision, bucketCreated },
          'delete',
          signal,
        );
  });
}

function isUnlike(comparison: Comparison, place: number): boolean {
  const state = comparison.stateAt(place);
  return state === 'different' || state === 'left' || state === 'right';
}

function put(
  plan: CopyPlan,
  row: CopyRow,
  run: CopyRun & { readonly checks: Checks | undefined },
): Promise<BulkOutcome> {
  const { comparison, direction, target } = plan;
  const { connection, bucket, created: bucketCreated } = target;
  const { signal, headers = [], now = Date.now, checks } = run;
  const { key, place, source, there } = row;
  const side = comparison.sides[direction.from];
  return settled(connection, signal, async (): Promise<BulkOutcome> => {
    const entry = await side.readLatest(comparison.keyOf(direction.from, place), signal);
    // Another bucket of that name may have other values under the same revisions.
    await checks?.next();
    if (!entry || !isLive(entry) || entry.revision !== source.revision) {
      return { kind: 'skipped', why: 'changed' };
    }
    const own = mergedHeaders(ownHeaders(entry), headers);
    const ttl = side.countsTtlAnew ? entry.ttl : ttlLeft(entry, now());
    const { value } = entry;
    const expected = there.revision;
    const change = {
      ...(own.length > 0 && { headers: own }),
      ...(ttl !== undefined && { ttl: { kind: 'set', ttl } as const }),
    };
    const options = { expected, signal, patient: true };
    return toOutcome(
      await settleWrite({ connection, bucket, key }, { value, ...change }, options, () =>
        connection.put(bucket, key, value, { expected, bucketCreated, ...change }),
      ),
    );
  });
}
