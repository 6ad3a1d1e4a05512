import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { keyProblem } from '../../model/key';

export const defaultApiPrefix = '$JS.API';

/** Where JetStream is asked; see `ConnectOptions`. */
interface ApiPlace {
  readonly domain?: string | undefined;
  readonly apiPrefix?: string | undefined;
}

/**
 * The prefix of all JetStream requests, without a dot at its end: `$JS.<domain>.API` for a domain
 * (ADR-19). Throws `invalidConfig` for what cannot be part of a subject.
 */
export function apiPrefixOf({ domain, apiPrefix }: ApiPlace): string {
  if (domain) {
    if (domain.includes('.') || keyProblem(domain)) {
      throw new KvError(
        'invalidConfig',
        t('"{0}" cannot be the name of a JetStream domain', domain),
      );
    }
    return `$JS.${domain}.API`;
  }
  const prefix = apiPrefix?.replace(/\.$/, '');
  if (!prefix) {
    return defaultApiPrefix;
  }
  const problem = keyProblem(prefix);
  if (problem) {
    throw new KvError(
      'invalidConfig',
      t('"{0}" cannot be the prefix of the JetStream API', String(apiPrefix)),
    );
  }
  return prefix;
}

/** The domain that a prefix names; undefined for the default prefix and that of another account. */
export function domainOf(prefix: string): string | undefined {
  return /^\$JS\.([^.]+)\.API$/.exec(prefix)?.[1];
}
