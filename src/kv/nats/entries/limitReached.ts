import { t } from '../../base/l10n';
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
      return t(
        'the bucket "{0}" is full: it keeps at most {1} (max_msgs), markers of deleted keys included; compact it, or raise the limit',
        bucket,
        messages(Number(max_msgs)),
      );
    case 'maximum bytes exceeded':
      return t(
        'the bucket "{0}" is full: it keeps at most {1} (max_bytes); compact it, or raise the limit',
        bucket,
        bytes(Number(max_bytes)),
      );
    case 'maximum messages per subject exceeded':
      return t(
        'the bucket "{0}" keeps at most {1} of a key and does not let go of an older one (discard_new_per_subject), so that this key can be neither changed nor deleted; switch that off, or raise the history',
        bucket,
        revisions(Number(max_msgs_per_subject)),
      );
    case 'message size exceeds maximum allowed':
      return Number(max_msg_size) >= 0
        ? t(
            'the bucket "{0}" takes at most {1} with the headers (max_msg_size); raise the limit for more',
            bucket,
            bytes(Number(max_msg_size)),
          )
        : undefined;
    default:
      return undefined;
  }
}

function messages(count: number): string {
  return count === 1 ? t('1 message') : t('{0} messages', count);
}

function revisions(count: number): string {
  return count === 1 ? t('1 revision') : t('{0} revisions', count);
}

function bytes(count: number): string {
  return count === 1 ? t('1 byte') : t('{0} bytes', count);
}
