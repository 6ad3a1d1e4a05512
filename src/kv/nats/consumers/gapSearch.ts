import { t } from '../../base/l10n';
import type { KeyInfo } from '../../model/entry';
import { isKvError, KvError } from '../../model/errors';
import type { StoredMessage } from '../entries/storedMessage';
import type { OpenConsumer } from './consumers';
import type { Gap } from './gapFiller';

/**
 * Finds out what a consumer passed over. Owns what is known across the consumers of one watch:
 * whether this account may ask at all. Where it may not, a gap before a purge is believed only when
 * a second consumer shows it too.
 */
export class GapSearch {
  private isDenied = false;
  private readonly doubted = new Set<number>();

  /**
   * The first message stored in a gap, or undefined when there is none. Throws when that cannot be
   * told: the consumer should be created anew from before the gap.
   */
  async find(
    gap: Gap<KeyInfo>,
    consumer: Pick<OpenConsumer, 'next'>,
  ): Promise<StoredMessage | undefined> {
    if (!this.isDenied) {
      try {
        return within(gap, await consumer.next(gap.from));
      } catch (error) {
        if (!isKvError(error, 'denied')) {
          throw error;
        }
        this.isDenied = true;
      }
    }
    this.doubt(gap);
    return undefined;
  }

  private doubt({ from, change }: Gap<KeyInfo>): void {
    // A filter leaves gaps all the time: only what a purge may have done is worth the effort.
    if (change?.operation === 'PURGE' && !this.doubted.delete(from)) {
      this.doubted.add(from);
      throw new KvError('server', t('the server may have passed over messages'));
    }
  }
}

function within(
  { to, change }: Gap<KeyInfo>,
  message: StoredMessage | undefined,
): StoredMessage | undefined {
  if (!message && change) {
    // It has just been delivered: either it is gone, or the leader has yet to learn of it.
    throw new KvError('server', t('the server does not know what it has delivered'));
  }
  return message && message.seq < to ? message : undefined;
}
