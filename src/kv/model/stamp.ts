import type { KeyInfo } from './entry';

/**
 * Which stored message is meant. A revision alone does not tell: a bucket that was deleted and made
 * again, or a store that was wiped and filled anew, begins at revision 1 again. The time at which the
 * server stored the message tells two such messages apart, and comes with every read and every watch.
 */
export interface Stamp {
  readonly revision: number;
  /**
   * In milliseconds since the epoch, by the server's clock. Undefined for a message that this program
   * wrote and the server has not told of since: an acknowledgement has no time in it.
   */
  readonly created: number | undefined;
}

/** Stands for a key that has no message at all. */
const noMessage: Stamp = { revision: 0, created: undefined };

/** True when both certainly are one message. */
export function isSameMessage(a: Stamp, b: Stamp): boolean {
  const isKnown = a.created !== undefined || a.revision === 0;
  return a.revision === b.revision && isKnown && a.created === b.created;
}

export function stampOf(entry: Pick<KeyInfo, 'revision' | 'created'> | undefined): Stamp {
  return entry ? { revision: entry.revision, created: entry.created } : noMessage;
}
