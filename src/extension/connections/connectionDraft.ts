import type { AuthMethod, ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';
import { type SecretPlace, slotOf } from './connectionSecrets';
import type { EntryScope } from './connectionSettings';
import type { AuthEntry, ConnectionEntry } from './parseConnection';

/** What the steps of Add Connection and Edit Connection gather; a step changes its own part. */
export interface ConnectionDraft {
  url: string;
  auth: AuthMethod | undefined;
  /** Further methods: headers, the user of a proxy, and others of an edited entry, which the flow leaves alone. */
  moreAuth: readonly AuthEntry[];
  /** The secrets for those of them where they are known. */
  moreCredentials: readonly Credentials[];
  /** The secret for `auth`, where it is known. */
  credentials: Credentials | undefined;
  /** Where to keep the secrets that were given just now; undefined when none was. */
  place: SecretPlace | undefined;
  /** Where those are kept that were there before, and stay. */
  kept: ReadonlyMap<Credentials, SecretPlace>;
  tls: ConnectionEntry['tls'];
  proxy: string | undefined;
  /** Of an edited entry, which the flow leaves alone. */
  tunnel: ConnectionEntry['tunnel'];
  name: string;
  environment: string | undefined;
  readOnly: boolean;
  scope: EntryScope;
}

export function newDraft(url: string): ConnectionDraft {
  return {
    url,
    auth: undefined,
    moreAuth: [],
    moreCredentials: [],
    credentials: undefined,
    place: undefined,
    kept: new Map(),
    tls: undefined,
    proxy: undefined,
    tunnel: undefined,
    name: '',
    environment: undefined,
    readOnly: false,
    scope: 'user',
  };
}

/** A draft of what an entry says. */
export function draftOf(entry: ConnectionEntry, scope: EntryScope): ConnectionDraft {
  const { url, name, environment, readOnly = false, tls, proxy, tunnel } = entry;
  const all = entry.auth === undefined ? [] : [entry.auth].flat();
  // The flow asks for how to log in to the server; the others are for what stands before it.
  const first = all.find(({ method }) => method !== 'header' && method !== 'proxy');
  const moreAuth = all.filter((each) => each !== first);
  const auth = first && methodOf(first);
  return {
    ...newDraft(url),
    auth,
    moreAuth,
    tls,
    proxy,
    tunnel,
    name,
    environment,
    readOnly,
    scope,
  };
}

/** The entry that a draft stands for; fields that the flow does not ask for stay those of `before`. */
export function entryOf(draft: ConnectionDraft, before?: ConnectionEntry): ConnectionEntry {
  const auth = [...(draft.auth ? [authEntryOf(draft.auth)] : []), ...draft.moreAuth];
  const [only] = auth;
  const entry: ConnectionEntry = {
    ...before,
    name: draft.name,
    url: draft.url,
    environment: draft.environment,
    readOnly: draft.readOnly || undefined,
    auth: auth.length > 1 ? auth : only,
    tls: draft.tls,
    proxy: draft.proxy,
    tunnel: draft.tunnel,
  };
  const set = Object.entries(entry).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as unknown as ConnectionEntry;
}

/** The entry as it is now, changed by what lies between two of the draft: another window may have changed it too. */
export function withChanges(
  now: ConnectionEntry,
  before: ConnectionEntry,
  after: ConnectionEntry,
): ConnectionEntry {
  const isSame = (field: string, value: unknown): boolean =>
    JSON.stringify(value) === JSON.stringify(new Map(Object.entries(before)).get(field));
  const changed = Object.entries({ ...blank(before), ...after }).filter(
    ([field, value]) => !isSame(field, value),
  );
  const entries = Object.entries({ ...now, ...Object.fromEntries(changed) });
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined),
  ) as unknown as ConnectionEntry;
}

/** Every field of an entry, without its value. */
function blank(entry: ConnectionEntry): object {
  return Object.fromEntries(Object.keys(entry).map((field) => [field, undefined]));
}

/** The same with another id: what a secret was given for. */
export function withId(config: ConnectionConfig, id: string): ConnectionConfig {
  return { ...config, id };
}

/** Takes another way to log in; a secret that was for the one before is dropped. */
export function setAuth(draft: ConnectionDraft, auth: AuthMethod | undefined): void {
  if (JSON.stringify(auth) !== JSON.stringify(draft.auth)) {
    draft.credentials = undefined;
    draft.place = undefined;
  }
  draft.auth = auth;
}

/** Takes a secret that was given just now. */
export function setSecret(draft: ConnectionDraft, credentials: Credentials): void {
  draft.credentials = credentials;
  draft.place ??= 'stored';
}

/** Takes a login for what stands before the server, with its secret, in the place of one that it had. */
export function addLogin(
  draft: ConnectionDraft,
  method: AuthMethod & { readonly kind: 'header' | 'proxy' },
  credentials: Credentials,
): void {
  const slot = slotOf(method);
  const others = draft.moreAuth.filter((entry) => slotOf(methodOf(entry)) !== slot);
  const secrets = draft.moreCredentials.filter((each) => slotOf(each) !== slot);
  draft.moreAuth = [...others, authEntryOf(method)];
  draft.moreCredentials = [...secrets, credentials];
  draft.place ??= 'stored';
}

/** Takes all logins of a kind away. */
export function dropLogins(draft: ConnectionDraft, kind: 'header' | 'proxy'): void {
  draft.moreAuth = draft.moreAuth.filter(({ method }) => method !== kind);
  draft.moreCredentials = draft.moreCredentials.filter((each) => each.kind !== kind);
}

/** Where a secret of a draft is to be kept. */
export function placeFor({ kept, place }: ConnectionDraft, credentials: Credentials): SecretPlace {
  return kept.get(credentials) ?? place ?? 'stored';
}

/** All secrets of a draft that are known. */
export function secretsIn({ credentials, moreCredentials }: ConnectionDraft): Credentials[] {
  return [...(credentials ? [credentials] : []), ...moreCredentials];
}

function methodOf({ method, user = '', file, bearer, name = '' }: AuthEntry): AuthMethod {
  switch (method) {
    case 'userPassword':
    case 'proxy':
      return { kind: method, user };
    case 'creds':
    case 'nkey':
      return file === undefined ? { kind: method } : { kind: method, file };
    case 'jwt':
      return bearer ? { kind: method, bearer } : { kind: method };
    case 'header':
      return { kind: method, name };
    case 'token':
      return { kind: method };
  }
}

function authEntryOf(method: AuthMethod): AuthEntry {
  const { kind, ...rest } = method;
  return { method: kind, ...rest };
}
