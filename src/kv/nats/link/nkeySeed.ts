import { nkeys } from 'nats';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';

/** What is used of `nkeys`, which the client exports without a type. */
interface NKeys {
  fromSeed(seed: Uint8Array): { getPublicKey(): string };
}

/** The seed of a user's key, with the public key that a server knows the user by. */
export interface UserSeed {
  readonly bytes: Uint8Array;
  readonly publicKey: string;
}

const others: Readonly<Record<string, () => string>> = {
  A: () => t('the nkey seed is that of an account; give that of a user, which starts with SU'),
  O: () => t('the nkey seed is that of an operator; give that of a user, which starts with SU'),
  N: () => t('the nkey seed is that of a server; give that of a user, which starts with SU'),
  C: () => t('the nkey seed is that of a cluster; give that of a user, which starts with SU'),
  X: () =>
    t('the nkey seed is that of an encryption key; give that of a user, which starts with SU'),
};

/**
 * Reads a user's seed out of a text: the seed alone, or a file as `nsc` and `nk` write them, with
 * the lines around it. Throws `authFailed`, which says what is wrong and never repeats the text.
 */
export function readSeed(text: string): UserSeed {
  const lines = text.split(/\s+/);
  const seed = lines.find((line) => /^S[A-Z2-7]{30,}$/.test(line));
  if (seed === undefined) {
    const isPublic = lines.some((line) => /^U[A-Z2-7]{55}$/.test(line));
    throw unreadable(
      isPublic
        ? t('this is the public key of a user; give its seed, which starts with SU')
        : t('there is no nkey seed in them; a seed starts with SU'),
    );
  }
  const owner = others[seed.charAt(1)];
  if (owner !== undefined) {
    throw unreadable(owner());
  }
  const bytes = new TextEncoder().encode(seed);
  return { bytes, publicKey: publicKeyOf(bytes) };
}

/** An `authFailed` that says why credentials are of no use. */
export function unreadable(reason: string, cause?: unknown): KvError {
  return new KvError('authFailed', t('the credentials cannot be read: {0}', reason), { cause });
}

function publicKeyOf(seed: Uint8Array): string {
  try {
    const publicKey = (nkeys as NKeys).fromSeed(seed).getPublicKey();
    if (publicKey.startsWith('U')) {
      return publicKey;
    }
  } catch (error) {
    throw unreadable(
      t('the nkey seed is damaged: some of its characters are missing or wrong'),
      error,
    );
  }
  throw unreadable(t('the nkey seed is not that of a user, which starts with SU'));
}
