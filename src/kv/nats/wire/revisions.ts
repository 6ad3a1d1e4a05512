import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';

/**
 * A stream's sequences may be larger than what a number holds exactly: two of them would look alike,
 * and one compare-and-swap would be taken for another.
 */
export function revisionsTooLarge(): KvError {
  const message = t(
    'the bucket has revisions above {0}, which cannot be told apart here',
    Number.MAX_SAFE_INTEGER,
  );
  return new KvError('unsupported', message);
}

/** The revision that a server told. Throws `unsupported` for one that a number does not hold. */
export function exactRevision(told: number): number {
  if (told > Number.MAX_SAFE_INTEGER) {
    throw revisionsTooLarge();
  }
  return told;
}
