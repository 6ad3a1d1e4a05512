import type { BucketStatus } from '../model/bucket';
import type { Rule } from '../rules/rule';

/** What is to go of a bucket. */
export type CleanRequest =
  /** The markers of deleted, purged and expired keys that are older, with the history before them. */
  | { readonly kind: 'compact'; readonly olderThanMs: number }
  /** Every value with its history; markers stay. */
  | { readonly kind: 'purgeAll' }
  /** All but the last revisions of each key. */
  | { readonly kind: 'trim'; readonly keep: number }
  /** The values of keys that match, and meet the rule where there is one. */
  | { readonly kind: 'delete'; readonly pattern: string; readonly rule?: Rule };

/** What is done to each key: a marker over it, one that takes the history along, or messages removed. */
export type CleanAct = 'delete' | 'purge' | 'trim';

export function actOf({ kind }: CleanRequest): CleanAct {
  switch (kind) {
    case 'compact':
    case 'trim':
      return 'trim';
    case 'purgeAll':
      return 'purge';
    case 'delete':
      return 'delete';
  }
}

/** Whether the values that go can be read again afterwards. */
export function canBeUndone({ kind }: CleanRequest, { history }: BucketStatus): boolean {
  return kind === 'delete' && history !== 1;
}
