import { t } from '../base/l10n';
import type { Credentials } from '../model/credentials';
import { KvError } from '../model/errors';
import { authSourcesOf, type AuthSource } from './authSources';
import type { CliContext } from './parseContext';
import { readSecret, type SecretAccess } from './references';
import type { SecretPlace } from './secretPlace';

/**
 * What a context presents to the server, read anew at each call: files, variables and commands
 * included. Throws `authFailed`, or `cancelled` when the signal is aborted.
 */
export async function credentialsOf(
  { secrets }: Pick<CliContext, 'secrets'>,
  access: SecretAccess,
  signal?: AbortSignal,
): Promise<readonly Credentials[]> {
  const all: Credentials[] = [];
  for (const source of authSourcesOf(secrets, access)) {
    all.push(await readSource(source, (place) => readSecret(place, access, signal)));
  }
  return all;
}

async function readSource(
  source: AuthSource,
  read: (place: SecretPlace) => Promise<string>,
): Promise<Credentials> {
  /** The CLI takes off the line end of what it looked up, not of what stands in the context. */
  const line = async (place: SecretPlace): Promise<string> =>
    place.kind === 'literal' ? place.text : (await read(place)).replace(/[\r\n]+$/, '');
  switch (source.kind) {
    case 'userPassword':
    case 'proxy':
      return { kind: source.kind, user: source.user, password: await line(source.password) };
    case 'token':
      return { kind: source.kind, token: await line(source.token) };
    case 'creds':
      return { kind: source.kind, contents: await read(source.creds) };
    case 'nkey':
      return { kind: source.kind, seed: seedIn(await read(source.nkey)) };
    case 'jwt': {
      const seed = source.seed && { seed: await line(source.seed) };
      return { kind: source.kind, jwt: await line(source.jwt), ...seed };
    }
  }
}

/** The seed in an NKey file, which may have comments or be a credentials file. */
function seedIn(text: string): string {
  const [, seed] = /^[ \t]*(S[OAU][A-Z2-7]+)[ \t]*\r?$/m.exec(text) ?? [];
  if (seed === undefined) {
    throw new KvError(
      'authFailed',
      t('the NKey file holds no seed; it has a line that starts with SU'),
    );
  }
  return seed;
}
