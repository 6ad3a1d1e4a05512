import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { keyProblem } from '../../model/key';

/** Throws `invalidKey` for what is no subject filter below a bucket: `orders.*`, `orders.>`, `a.b`. */
export function checkFilter(filter: string): void {
  const tokens = filter.split('.');
  tokens.forEach((token, at) => {
    const isWildcard = token === '*' || (token === '>' && at === tokens.length - 1);
    if (!isWildcard && keyProblem(token)) {
      throw new KvError('invalidKey', t('"{0}" is not a subject filter such as orders.>', filter));
    }
  });
}
