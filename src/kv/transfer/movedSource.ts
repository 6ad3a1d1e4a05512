import { t } from '../base/l10n';
import { removeSeen, settled, type BulkOutcome } from '../operations/bulk';
import type { ImportPlan } from './importPlan';
import type { ImportRun, MovedFrom } from './importRun';
import { KeyTable } from './keyTable';
import { differenceOf } from './sameEntry';
import type { SourceEntry } from './source';

type Done = Extract<BulkOutcome, { readonly kind: 'done' }>;

/**
 * Owns which entries have been moved: copied and then deleted where they came from, at the revision that was
 * copied and at no other. Changes only through its methods, which never throw.
 */
export class Moves {
  /** Keys of the target, with their revisions. */
  readonly moved = new KeyTable();

  constructor(
    private readonly from: MovedFrom,
    private readonly plan: ImportPlan,
    private readonly run: ImportRun,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Deletes what was copied. What becomes of it is what becomes of the move: a copy whose source was changed
   * meanwhile stays, and so does the source.
   */
  async finish(key: string, entry: SourceEntry, copied: Done): Promise<BulkOutcome> {
    const { revision } = entry;
    if (revision === undefined) {
      return left(t('it was copied, and its revision is not known'));
    }
    const removed = await removeSeen(
      { ...this.from, key: entry.key, revision },
      'delete',
      this.signal,
    );
    switch (removed.kind) {
      case 'done':
        this.moved.set(key, copied.revision, 0);
        return copied;
      case 'unknown':
        return {
          ...removed,
          reason: t('it was copied, and may still be there: {0}', removed.reason),
        };
      case 'skipped':
        return removed.why === 'cancelled'
          ? removed
          : left(
              t('it was copied, and stays where it was too, since it was changed there meanwhile'),
            );
      case 'refused':
        return removed;
    }
  }

  /**
   * Deletes an entry that the target had already when the plan was made, once the target is found to have it
   * still: an earlier move may have come to its copy only.
   */
  finishSame(key: string, entry: SourceEntry): Promise<BulkOutcome> {
    const { connection, bucket, table, options } = this.plan;
    const revision = table.revisionOf(key);
    const added = this.run.headers?.map(([name]) => name);
    return settled(connection, this.signal, async () => {
      const read = { consistent: true, signal: this.signal };
      const stored = await connection.get(bucket, key, read);
      const isSame = stored?.revision === revision && !differenceOf(entry, stored, options, added);
      return isSame
        ? this.finish(key, entry, { kind: 'done', revision })
        : { kind: 'skipped', why: 'changed' };
    });
  }
}

function left(reason: string): BulkOutcome {
  return { kind: 'skipped', why: 'left', reason };
}
