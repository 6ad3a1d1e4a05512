import type { StreamConfiguration } from '../../model/bucket';

/**
 * What a bucket's limit that stands in the way of a write is, its value and the way out, by what the
 * server said; undefined for another limit. A delete or a purge is a message too.
 */
export function limitReached(
  bucket: string,
  said: string,
  config: StreamConfiguration,
): string | undefined {
  const { max_msgs, max_bytes, max_msgs_per_subject, max_msg_size } = config;
  switch (said) {
    case 'maximum messages exceeded':
      return `the bucket "${bucket}" is full: it keeps at most ${count(max_msgs, 'message')} (max_msgs), markers of deleted keys included; compact it, or raise the limit`;
    case 'maximum bytes exceeded':
      return `the bucket "${bucket}" is full: it keeps at most ${count(max_bytes, 'byte')} (max_bytes); compact it, or raise the limit`;
    case 'maximum messages per subject exceeded':
      return `the bucket "${bucket}" keeps at most ${count(max_msgs_per_subject, 'revision')} of a key and does not let go of an older one (discard_new_per_subject), so that this key can be neither changed nor deleted; switch that off, or raise the history`;
    case 'message size exceeds maximum allowed':
      return Number(max_msg_size) >= 0
        ? `the bucket "${bucket}" takes at most ${count(max_msg_size, 'byte')} with the headers (max_msg_size); raise the limit for more`
        : undefined;
    default:
      return undefined;
  }
}

function count(limit: unknown, what: string): string {
  return `${Number(limit)} ${what}${Number(limit) === 1 ? '' : 's'}`;
}
