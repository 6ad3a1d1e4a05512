import { t } from '../base/l10n';

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Why a URL with a comma in its password cannot be used, as a clause. */
export function tornSecret(): string {
  return t(
    'it has a comma before an @; write a comma in a password or token as %2C, and each server of a list as nats://…',
  );
}

/**
 * Whether one of the URLs of a list, split at its commas, may be the rest of a password or token: it
 * has an `@` and no scheme, and another user than the first.
 */
export function isTorn(urls: readonly string[]): boolean {
  const [first = '', ...rest] = urls.map((url) => url.trim());
  return rest.some(
    (url) =>
      url.includes('@') && !scheme.test(url) && userOf(url) !== userOf(first.replace(scheme, '')),
  );
}

function userOf(url: string): string {
  return url.slice(0, url.lastIndexOf('@') + 1);
}
