import { t } from '../base/l10n';
import { Pace } from '../base/pace';
import { readInBatches } from '../find/batchReading';
import { keyMatcher, subjectPattern } from '../keys/keyPattern';
import type { BucketStatus } from '../model/bucket';
import { isLive, type Entry, type KeyInfo } from '../model/entry';
import { KvError, throwIfCancelled } from '../model/errors';
import type { KvConnection, ListOptions } from '../model/kvConnection';
import { whyNotCleaned } from '../operations/bucketActions';
import { ruleMatcher } from '../rules/matchRule';
import { needsValue, type Rule } from '../rules/rule';
import { actOf, type CleanRequest } from './cleanRequest';
import { CleanTargets } from './cleanTargets';
import { RevisionsToTrim } from './revisionsToTrim';

/** What would go of a bucket: nothing has been changed yet. */
export interface CleanPlan {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly request: CleanRequest;
  /** As it was when it was looked at. */
  readonly status: BucketStatus;
  readonly targets: CleanTargets;
  /** Markers that stay, since they are younger than was asked for. */
  readonly youngMarkers: number;
  /** Values that were read to tell whether they meet the rule. */
  readonly read: number;
  /** Keys whose values cannot be read, which stay. */
  readonly unreadable: number;
}

/** How far the making of a plan has come; `total` while values are read. */
interface PlanProgress {
  readonly found: number;
  readonly read?: number;
  readonly total?: number;
}

export interface PlanOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Finds out what a request would remove. Throws `unsupported` where it cannot work, `notFound` where
 * the bucket is gone or was made again meanwhile.
 */
export async function planClean(
  connection: KvConnection,
  bucket: string,
  request: CleanRequest,
  options: PlanOptions,
): Promise<CleanPlan> {
  const { signal } = options;
  const status = await connection.bucketStatus(bucket, { signal });
  const problem = whyNotCleaned(status, actOf(request));
  if (problem !== undefined) {
    throw new KvError('unsupported', problem);
  }
  const found = await new Planning(connection, status, options).find(request);
  const after = await connection.bucketStatus(bucket, { signal });
  if (after.created !== status.created) {
    throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
  }
  return { connection, bucket, request, status, ...found };
}

type Found = Pick<CleanPlan, 'targets' | 'youngMarkers' | 'read' | 'unreadable'>;

/** Owns what has been found of one plan; changes only through `find`. */
class Planning {
  private readonly targets = new CleanTargets();
  private readonly now: () => number;

  constructor(
    private readonly connection: KvConnection,
    private readonly status: BucketStatus,
    private readonly options: PlanOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  async find(request: CleanRequest): Promise<Found> {
    switch (request.kind) {
      case 'compact':
        return this.oldMarkers(this.now() - request.olderThanMs);
      case 'purgeAll':
        return this.found(await this.everything());
      case 'trim':
        return this.found(await this.longHistories(request.keep));
      case 'delete':
        return this.matching(request.pattern, request.rule);
    }
  }

  private found(targets: CleanTargets, more: Partial<Found> = {}): Found {
    return { targets, youngMarkers: 0, read: 0, unreadable: 0, ...more };
  }

  private async oldMarkers(until: number): Promise<Found> {
    const young = new Set<string>();
    await this.list({}, (info) => {
      const { key, revision, created } = info;
      young.delete(key);
      if (!isLive(info) && created <= until) {
        this.targets.set({ ...info, before: revision + 1, messages: 1 });
      } else {
        this.targets.remove(key);
        if (!isLive(info)) {
          young.add(key);
        }
      }
    });
    return this.found(this.targets, { youngMarkers: young.size });
  }

  /** Deleted keys too, where their earlier values are still stored. */
  private async everything(): Promise<CleanTargets> {
    const keepsValues = this.status.history !== 1;
    await this.list({}, (info) => {
      if (isLive(info) || (keepsValues && info.operation === 'DEL')) {
        this.targets.set({ ...info, before: 0, messages: 1 });
      } else {
        this.targets.remove(info.key);
      }
    });
    return this.targets;
  }

  private async longHistories(keep: number): Promise<CleanTargets> {
    const { history } = this.status;
    if (history >= 0 && history <= keep) {
      return this.targets;
    }
    const revisions = new RevisionsToTrim(keep);
    await this.list({ history: true }, (info) => revisions.add(info));
    return revisions.targets();
  }

  private async matching(pattern: string, rule: Rule | undefined): Promise<Found> {
    const { name: bucket } = this.status;
    const matchesKey = keyMatcher(pattern);
    const meets = rule && ruleMatcher(rule);
    const isAboutValue = rule !== undefined && needsValue(rule);
    const at = this.now();
    const isWanted = (info: KeyInfo): boolean =>
      isLive(info) &&
      matchesKey(info.key) &&
      (isAboutValue || (meets?.({ bucket, entry: withoutValue(info), at }) ?? true));
    await this.list({ filter: subjectPattern(pattern).filter }, (info) => {
      if (isWanted(info)) {
        this.targets.set({ ...info, before: 0, messages: 1 });
      } else {
        this.targets.remove(info.key);
      }
    });
    return isAboutValue && meets
      ? this.withValues((entry) => isLive(entry) && meets({ bucket, entry, at }))
      : this.found(this.targets);
  }

  /** Those of the keys that were listed whose values fit. */
  private async withValues(fits: (entry: Entry) => boolean): Promise<Found> {
    const { connection, status, options, targets } = this;
    const { signal, onProgress } = options;
    const total = targets.count;
    const keys = targets.first(total).map(({ key }) => key);
    const fitting = new CleanTargets();
    let [read, unreadable] = [0, 0];
    const onUnreadable = (): void => void unreadable++;
    const reading = { connection, bucket: status.name, keys, signal, pauseMs: 0, onUnreadable };
    const pace = new Pace();
    for await (const entries of readInBatches(reading)) {
      for (const entry of entries) {
        if (entry && fits(entry)) {
          fitting.set({ ...entry, before: 0, messages: 1 });
        }
        if (pace.isOver) {
          await pace.rest();
          throwIfCancelled(signal);
        }
      }
      read += entries.length;
      onProgress?.({ found: fitting.count, read, total });
    }
    return this.found(fitting, { read, unreadable });
  }

  private async list(options: ListOptions, take: (info: KeyInfo) => void): Promise<void> {
    const { signal, onProgress } = this.options;
    let listed = 0;
    for await (const batch of this.connection.list(this.status.name, { ...options, signal })) {
      batch.forEach(take);
      listed += batch.length;
      onProgress?.({ found: listed });
    }
  }
}

const nothing = new Uint8Array();

function withoutValue(info: KeyInfo): Entry {
  return { ...info, value: nothing, headers: [] };
}
