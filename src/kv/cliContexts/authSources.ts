import { t } from '../base/l10n';
import type { AuthMethod } from '../model/connectionConfig';
import type { ContextSettings, TextField } from './contextSettings';
import { placeOf, type PlacedField, type SecretPlace } from './secretPlace';
import { proxyOf } from './contextProxy';
import { splitUrls } from './serverUrls';
import type { Surroundings } from './surroundings';

/** One way to prove who we are, with the places of its secrets. */
export type AuthSource =
  | { readonly kind: 'userPassword'; readonly user: string; readonly password: SecretPlace }
  | { readonly kind: 'token'; readonly token: SecretPlace }
  | { readonly kind: 'creds'; readonly creds: SecretPlace }
  | { readonly kind: 'nkey'; readonly nkey: SecretPlace }
  | { readonly kind: 'jwt'; readonly jwt: SecretPlace; readonly seed?: SecretPlace }
  | { readonly kind: 'proxy'; readonly user: string; readonly password: SecretPlace };

/** The fields that say who we are, in the order in which the CLI looks for them. */
const inOrder = ['user', 'creds', 'nkey', 'user_jwt'] as const;

/**
 * What the CLI would present: the first of its fields that is given, and a token besides. Credentials
 * in the URL take the place of a user, token and NKey.
 */
export function authSourcesOf(
  settings: ContextSettings,
  surroundings: Surroundings,
): readonly AuthSource[] {
  return [...serverSourcesOf(settings, surroundings), ...proxySourceOf(settings)];
}

/** The login in the URL of the proxy. */
function proxySourceOf(settings: ContextSettings): AuthSource[] {
  const login = proxyOf(settings)?.login;
  return login
    ? [{ kind: 'proxy', user: login.user, password: { kind: 'literal', text: login.password } }]
    : [];
}

function serverSourcesOf(
  settings: ContextSettings,
  surroundings: Surroundings,
): readonly AuthSource[] {
  const place = (field: PlacedField): SecretPlace =>
    placeOf(field, settings.text(field) ?? '', surroundings);
  const { login } = splitUrls(settings.text('url') ?? '');
  const first = firstSource(settings, place);
  if (login) {
    const password = { kind: 'literal', text: login.password ?? login.user } as const;
    const own: AuthSource =
      login.password === undefined
        ? { kind: 'token', token: password }
        : { kind: 'userPassword', user: login.user, password };
    return first?.kind === 'creds' || first?.kind === 'jwt' ? [own, first] : [own];
  }
  const token = settings.has('token') && ({ kind: 'token', token: place('token') } as const);
  return [...(first ? [first] : []), ...(token ? [token] : [])];
}

function firstSource(
  settings: ContextSettings,
  place: (field: PlacedField) => SecretPlace,
): AuthSource | undefined {
  switch (inOrder.find((field) => settings.has(field))) {
    case 'user':
      return {
        kind: 'userPassword',
        user: settings.text('user') ?? '',
        password: place('password'),
      };
    case 'creds':
      return { kind: 'creds', creds: place('creds') };
    case 'nkey':
      return { kind: 'nkey', nkey: place('nkey') };
    case 'user_jwt': {
      const seed = settings.has('user_seed') && { seed: place('user_seed') };
      return { kind: 'jwt', jwt: place('user_jwt'), ...seed };
    }
    case undefined:
      return undefined;
  }
}

/** The same without what is secret. */
export function methodOf(source: AuthSource): AuthMethod {
  switch (source.kind) {
    case 'userPassword':
    case 'proxy':
      return { kind: source.kind, user: source.user };
    case 'token':
      return { kind: source.kind };
    case 'creds':
      return { kind: source.kind, ...fileOf(source.creds) };
    case 'nkey':
      return { kind: source.kind, ...fileOf(source.nkey) };
    case 'jwt':
      return { kind: source.kind, ...(source.seed === undefined && { bearer: true }) };
  }
}

/** What of the authentication is not used or cannot be had, a sentence each. */
export function authProblems(
  settings: ContextSettings,
  sources: readonly AuthSource[],
): readonly string[] {
  return [
    ...sources.flatMap(placesOf).flatMap((place) => ('problem' in place ? [place.problem] : [])),
    ...unusedProblems(settings),
  ].filter((problem) => problem !== undefined);
}

/** The CLI passes these over in silence. */
function unusedProblems(settings: ContextSettings): string[] {
  const [used, ...unused] = inOrder.filter((field) => settings.has(field));
  const needs: readonly (readonly [TextField, TextField])[] = [
    ['password', 'user'],
    ['user_seed', 'user_jwt'],
  ];
  return [
    ...unused.map((field) =>
      t('"{0}" is not used: "{1}" comes before it. Remove one.', field, String(used)),
    ),
    ...needs
      .filter(([field, needed]) => settings.has(field) && !settings.has(needed))
      .map(([field, needed]) => t('"{0}" is not used without "{1}"; set both.', field, needed)),
  ];
}

function placesOf(source: AuthSource): readonly SecretPlace[] {
  switch (source.kind) {
    case 'userPassword':
    case 'proxy':
      return [source.password];
    case 'token':
      return [source.token];
    case 'creds':
      return [source.creds];
    case 'nkey':
      return [source.nkey];
    case 'jwt':
      return source.seed === undefined ? [source.jwt] : [source.jwt, source.seed];
  }
}

function fileOf(place: SecretPlace): { file: string } | undefined {
  return place.kind === 'file' ? { file: place.path } : undefined;
}
