import { t } from '../../base/l10n';
import { unreadable } from './nkeySeed';

/** What a user JWT says of itself. Its signature is for the server to judge. */
export interface UserJwt {
  readonly text: string;
  /** Public key of the user. */
  readonly subject: string | undefined;
  /** Whether the JWT alone is enough, without the seed of the user's key. */
  readonly isBearer: boolean;
  /** When it starts and ends to be valid, in milliseconds since the epoch. */
  readonly notBefore: number | undefined;
  readonly expires: number | undefined;
}

/** The claims that are used; every field may be absent. Version 1 has its type at the top. */
interface Claims {
  readonly sub?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly type?: unknown;
  readonly nats?: { readonly type?: unknown; readonly bearer_token?: unknown };
}

const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+=*$/;
/** The lines around what counts, such as `-----BEGIN NATS USER JWT-----`. */
const decoration = /^\s*-{3,}.*$/gm;

/**
 * Reads a user JWT out of a text: the JWT alone, or a `.creds` file whatever its line ends. Throws
 * `authFailed`, which says what is wrong and never repeats the text.
 */
export function readUserJwt(text: string): UserJwt {
  const pieces = text.split(decoration).map((piece) => piece.replace(/\s+/g, ''));
  const jwt = [...pieces, ...text.split(/\s+/)].find((piece) => jwtPattern.test(piece));
  if (jwt === undefined) {
    throw unreadable(t('there is no user JWT in them; give the whole text that `nsc` wrote'));
  }
  const claims = claimsOf(jwt);
  const type = claims.nats?.type ?? claims.type;
  if (typeof type === 'string' && type !== 'user') {
    throw unreadable(t('their JWT is that of an {0}; give that of a user', type));
  }
  return {
    text: jwt,
    subject: typeof claims.sub === 'string' ? claims.sub : undefined,
    isBearer: claims.nats?.bearer_token === true,
    notBefore: milliseconds(claims.nbf),
    expires: milliseconds(claims.exp),
  };
}

function claimsOf(jwt: string): Claims {
  try {
    const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
    const claims: unknown = JSON.parse(payload);
    if (typeof claims === 'object' && claims !== null) {
      return claims;
    }
  } catch {
    // What the parser says could repeat a part of the token.
  }
  throw unreadable(t('their user JWT is damaged: some of its characters are missing or wrong'));
}

/** JWTs tell time in seconds; 0 is no time. */
function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}
