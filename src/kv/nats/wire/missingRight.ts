import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';

/**
 * What is told where something is lost on its way without a word: between accounts that is an import
 * that is missing, else a right of this user.
 */
export function missingRight(subject: string, what: string): KvError {
  const message = t(
    '{0}: the account lacks the import of "{1}", or this user the right to it',
    what,
    subject,
  );
  return new KvError('denied', message);
}
