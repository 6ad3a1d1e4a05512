import type { KeyInfo } from './entry';

/**
 * A moment in the life of a bucket: when a revision had just been stored, or a time in milliseconds since
 * the epoch by the server's clock. What was stored within that millisecond counts as stored by then.
 */
export type Moment =
  | { readonly kind: 'revision'; readonly revision: number }
  | { readonly kind: 'time'; readonly time: number };

/** Whether a message was stored by then. */
export function isStoredBy(
  moment: Moment,
  { revision, created }: Pick<KeyInfo, 'revision' | 'created'>,
): boolean {
  return moment.kind === 'revision' ? revision <= moment.revision : created <= moment.time;
}
