import { t } from '../base/l10n';
import { markOf } from './keyText';

/** Why a text cannot be a key, and where. */
export interface KeyProblem {
  /** Offset in UTF-16 units of the first offending character. */
  readonly position: number;
  /** A full sentence without a final period. */
  readonly reason: string;
}

/** Half of a surrogate pair has no UTF-8 form: on the wire it would become another character. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Tells why a text cannot be a key, or undefined when it can. The rule is the server's for a
 * subject without wildcards, not the narrower client rule of ADR-6: whatever a server can store
 * under `$KV.<bucket>.` can be named here (`foo:bar`, `/`, unicode).
 */
export function keyProblem(key: string): KeyProblem | undefined {
  if (key.length === 0) {
    return { position: 0, reason: t('a key must not be empty') };
  }
  const half = key.search(loneSurrogate);
  if (half >= 0) {
    return { position: half, reason: t('a key must not contain half of a character') };
  }
  const mark = markOf(key);
  if (mark >= 0) {
    const reason = t(
      'the key is not UTF-8, so that it can be shown but neither opened nor changed',
    );
    return { position: mark, reason };
  }
  let tokenStart = 0;
  for (let at = 0; at <= key.length; at++) {
    const character = key[at];
    if (character === undefined || character === '.') {
      const problem = tokenProblem(key, tokenStart, at);
      if (problem) {
        return problem;
      }
      tokenStart = at + 1;
    } else if (character <= ' ' || character === '\u007f') {
      return { position: at, reason: t('a key must not contain spaces or control characters') };
    }
  }
  return undefined;
}

/**
 * Tells why no key begins with a text, or undefined when one can. A wildcard as the last token is none that
 * a key begins with, though `*x` is.
 */
export function prefixProblem(prefix: string): KeyProblem | undefined {
  return prefix === '' ? undefined : keyProblem(prefix.endsWith('.') ? `${prefix}x` : prefix);
}

function tokenProblem(key: string, start: number, end: number): KeyProblem | undefined {
  if (start === end) {
    const position = Math.min(start, key.length - 1);
    if (start === 0) {
      return { position: 0, reason: t('a key must not start with a dot') };
    }
    return end === key.length
      ? { position, reason: t('a key must not end with a dot') }
      : { position, reason: t('a key must not contain two dots in a row') };
  }
  if (end - start === 1 && (key[start] === '*' || key[start] === '>')) {
    return {
      position: start,
      reason: t('"{0}" is a wildcard and cannot be part of a key', key[start]),
    };
  }
  return undefined;
}

const bucketName = /^[a-zA-Z0-9_-]+$/;

/** Tells why a text cannot be a bucket's name (ADR-6, ADR-8), or undefined when it can. */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length === 0) {
    return t('a bucket needs a name');
  }
  return bucketName.test(name)
    ? undefined
    : t("a bucket's name may contain only letters, digits, - and _");
}
