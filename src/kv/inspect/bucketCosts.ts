import type { BucketStatus } from '../model/bucket';

/** What a bucket's messages are, as far as that is known. */
export interface MessageCosts {
  /** Messages that are no key's last one: older revisions. */
  readonly history: number;
  /** About what these take, at the average size of a message; undefined where there are no messages. */
  readonly historyBytes: number | undefined;
  /** Keys that have a value; undefined where nobody has listed them. */
  readonly live: number | undefined;
  /** Keys whose last message says that they were deleted, purged or have expired. */
  readonly markers: number | undefined;
}

/** `live` and `others`: keys and messages under other subjects, as an index counts them. */
export function messageCosts(
  { values, subjects, size }: Pick<BucketStatus, 'values' | 'subjects' | 'size'>,
  live: number | undefined,
  others = 0,
): MessageCosts {
  const history = Math.max(0, values - subjects);
  return {
    history,
    historyBytes: values > 0 ? Math.round((size * history) / values) : undefined,
    live,
    // Under other subjects there may be several messages a subject: then this is too small, never below 0.
    markers: live === undefined ? undefined : Math.max(0, subjects - live - others),
  };
}

/** What listing all keys of a bucket costs: messages on the wire, without their values. */
export function listingCost({ subjects }: Pick<BucketStatus, 'subjects'>): {
  readonly keys: number;
  readonly bytes: number;
} {
  return { keys: subjects, bytes: subjects * bytesPerKey };
}

/** Subject, reply subject and headers of one message without its value: 150 to 200 bytes were measured. */
const bytesPerKey = 180;
