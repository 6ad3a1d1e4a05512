import { t } from '../base/l10n';
import { hashOf } from './fileForm';
import type { SyncComparison } from './syncComparison';
import type { SyncProblem } from './syncFolder';
import type { SyncRow } from './syncRows';

/** `pull`: what was changed there goes into the folder. `push`: what was changed here goes into the bucket. */
export type SyncDirection = 'pull' | 'push';

/** What is done to a file or a key. */
type SyncAct = 'create' | 'replace' | 'delete';

export interface PlannedRow extends SyncRow {
  readonly act: SyncAct;
}

/** What would be done: nothing has been changed yet. */
export interface SyncPlan {
  readonly comparison: SyncComparison;
  readonly direction: SyncDirection;
  readonly targets: SyncTargets;
  /** Conflicts that are left alone. */
  readonly conflicts: readonly SyncRow[];
  /** Keys that the other direction is for. */
  readonly others: number;
  readonly problems: readonly SyncProblem[];
}

export interface PlanOptions {
  /** `leave`: conflicts stay for a merge. `take`: what the plan takes replaces the other side's. */
  readonly conflicts: 'leave' | 'take';
  /** The keys that are meant, without the prefix; all when omitted. */
  readonly isMeant?: (key: string) => boolean;
}

/** The keys of a plan by their places. */
class SyncTargets {
  constructor(
    readonly rows: readonly PlannedRow[],
    private readonly prefix: string,
    private readonly direction: SyncDirection,
  ) {}

  get count(): number {
    return this.rows.length;
  }

  counted(act: SyncAct): number {
    return this.rows.filter((row) => row.act === act).length;
  }

  /** The key as the bucket has it, and the revision that is replaced: of the value, or that of a file was. */
  at(at: number): { readonly key: string; readonly revision: number } {
    const row = this.rows[at];
    const replaced = this.direction === 'pull' ? row?.base : row?.there;
    return { key: this.prefix + (row?.key ?? ''), revision: replaced?.revision ?? 0 };
  }
}

/** Makes a plan of what a comparison has found. */
export function planSync(
  comparison: SyncComparison,
  direction: SyncDirection,
  { conflicts, isMeant = () => true }: PlanOptions,
): SyncPlan {
  const { folder, pair } = comparison.parts;
  const own = direction === 'pull' ? 'there' : 'here';
  const all = comparison.sorted().filter(({ key }) => isMeant(key));
  const isTaken = ({ state }: SyncRow): boolean =>
    state === own || (state === 'both' && conflicts === 'take');
  const rows = all.filter(isTaken).map((row) => ({ ...row, act: actOf(row, direction) }));
  return {
    comparison,
    direction,
    targets: new SyncTargets(rows, pair.prefix, direction),
    conflicts: all.filter((row) => row.state === 'both' && !isTaken(row)),
    others: all.filter(({ state }) => state !== own && state !== 'both').length,
    problems: folder.problems,
  };
}

function actOf({ file, there }: SyncRow, direction: SyncDirection): SyncAct {
  const [from, to] = [file !== undefined, there.isLive];
  const [isSource, isThere] = direction === 'pull' ? [to, from] : [from, to];
  return !isSource ? 'delete' : isThere ? 'replace' : 'create';
}

/** Why the file of a row cannot be taken for what the dry run has seen, as a clause. */
export async function whyNotAsSeen(
  { folder }: SyncComparison['parts'],
  { file }: Pick<SyncRow, 'file'>,
  path: string,
  isUnsaved: (path: string) => boolean,
): Promise<string | undefined> {
  const bytes = await folder.bytesAt(path);
  if (
    bytes === undefined ? file !== undefined : file === undefined || hashOf(bytes) !== file.hash
  ) {
    return bytes !== undefined && file === undefined
      ? t('a file of it has come since the dry run')
      : t('its file was changed since the dry run');
  }
  return isUnsaved(path) ? t('its file has unsaved changes in an editor') : undefined;
}
