import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import type { StreamFacts } from '../buckets/catalog';

/** Look-ups in a row that must find a bucket behind, some hundred milliseconds apart and rising. */
const timesBehindForSure = 3;

/** Knows which bucket of its name is watched; changes only through what look-ups find. */
export class WatchedBucket {
  private created: number | undefined;
  private timesBehind = 0;

  /**
   * True when this is not the bucket that was found first: created anew. An account that may not look
   * buckets up cannot know.
   */
  isOther({ created }: StreamFacts): boolean {
    this.created ??= created;
    return created !== undefined && created !== this.created;
  }

  /**
   * True when the bucket stays behind what it has told, as memory storage does after a restart. Once
   * is no proof: a new leader of a cluster may have to catch up first. Throws `timeout` until sure.
   */
  isRolledBack({ created, lastRevision }: StreamFacts, told: number): boolean {
    const isBehind = created !== undefined && lastRevision < told;
    this.timesBehind = isBehind ? this.timesBehind + 1 : 0;
    if (isBehind && this.timesBehind < timesBehindForSure) {
      throw new KvError('timeout', t('the server is behind what it has told before'));
    }
    return isBehind;
  }
}
