import { nkeys } from 'nats';
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

const whose: Readonly<Record<string, string>> = {
  A: 'an account',
  O: 'an operator',
  N: 'a server',
  C: 'a cluster',
  X: 'an encryption key',
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
        ? 'this is the public key of a user; give its seed, which starts with SU'
        : 'there is no nkey seed in them; a seed starts with SU',
    );
  }
  const owner = whose[seed.charAt(1)];
  if (owner !== undefined) {
    throw unreadable(
      `the nkey seed is that of ${owner}; give that of a user, which starts with SU`,
    );
  }
  const bytes = new TextEncoder().encode(seed);
  return { bytes, publicKey: publicKeyOf(bytes) };
}

/** An `authFailed` that says why credentials are of no use. */
export function unreadable(reason: string, cause?: unknown): KvError {
  return new KvError('authFailed', `the credentials cannot be read: ${reason}`, { cause });
}

function publicKeyOf(seed: Uint8Array): string {
  try {
    const publicKey = (nkeys as NKeys).fromSeed(seed).getPublicKey();
    if (publicKey.startsWith('U')) {
      return publicKey;
    }
  } catch (error) {
    throw unreadable(
      'the nkey seed is damaged: some of its characters are missing or wrong',
      error,
    );
  }
  throw unreadable('the nkey seed is not that of a user, which starts with SU');
}
