import type * as vscode from 'vscode';
import type { AuthKind, AuthMethod, ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';

/** A secret with where it may be sent to. */
interface StoredSecret {
  readonly target: string;
  readonly credentials: Credentials;
}

/** What of a connection a secret is for: one of each kind, and one for each header by its name. */
export type SecretSlot = Exclude<AuthKind, 'header'> | `header/${string}`;

/** The slot of what a method, or its credentials, are for. */
export function slotOf(
  method: { readonly kind: SecretSlot } | { readonly kind: 'header'; readonly name: string },
): SecretSlot {
  return method.kind === 'header' ? `header/${method.name.toLowerCase()}` : method.kind;
}

/** Whether a method needs a secret that the settings do not say where to find. */
export function hasSecret(method: AuthMethod): boolean {
  return !('file' in method && method.file !== undefined);
}

/** Where a secret is kept: VS Code's secret storage, or memory until the window closes. */
export type SecretPlace = 'stored' | 'session';

/** For how many places that one id leads to a secret is kept: the oldest goes first. */
const mostPlaces = 8;

/**
 * Owns the secrets of connections; changes only through `keep`, `dropReplaced` and `forget`. A secret goes only to
 * where it was given for: when the URL, the TLS requirement or the user of a connection is changed, by whoever can
 * write settings, it is not found any more. VS Code keeps secrets once for all profiles and workspaces, whose
 * connections may have the same id and lead elsewhere: each place has its own. Nothing of the storage is held here, so
 * that what another window has changed is found.
 */
export class ConnectionSecrets {
  /** By the key and where it may be sent to. */
  private readonly session = new Map<string, Credentials>();

  constructor(private readonly storage: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>) {}

  /** The credentials that were given for one method of a connection. */
  async find(config: ConnectionConfig, slot: SecretSlot): Promise<Credentials | undefined> {
    const key = keyOf(config.id, slot);
    const target = targetOf(config);
    return (
      this.session.get(inSession(key, target)) ??
      (await this.stored(key)).find((each) => each.target === target)?.credentials
    );
  }

  /** Keeps credentials. Throws what the secret storage throws when there is no keyring. */
  async keep(
    config: ConnectionConfig,
    credentials: Credentials,
    place: SecretPlace,
  ): Promise<void> {
    const slot = slotOf(credentials);
    const key = keyOf(config.id, slot);
    const target = targetOf(config);
    if (place === 'session') {
      this.session.set(inSession(key, target), credentials);
      await this.drop(key, target);
    } else {
      const others = (await this.stored(key)).filter((each) => each.target !== target);
      const all: StoredSecret[] = [{ target, credentials }, ...others];
      await this.storage.store(key, JSON.stringify(all.slice(0, mostPlaces)));
      await this.rememberHeader(config.id, slot);
      this.session.delete(inSession(key, target));
    }
  }

  /** Forgets what was kept for a connection as it was before it was edited, and is not for it any more. */
  async dropReplaced(before: ConnectionConfig, after: ConnectionConfig): Promise<void> {
    const target = targetOf(before);
    const kept = target === targetOf(after) ? (after.auth ?? []).filter(hasSecret) : [];
    const needed = kept.map(slotOf);
    const slotsBefore = (before.auth ?? []).map(slotOf);
    for (const slot of slotsBefore.filter((each) => !needed.includes(each))) {
      const key = keyOf(before.id, slot);
      this.session.delete(inSession(key, target));
      await this.drop(key, target);
    }
  }

  /** Where the credentials of one method are kept. */
  placeOf(config: ConnectionConfig, slot: SecretSlot): SecretPlace {
    const place = inSession(keyOf(config.id, slot), targetOf(config));
    return this.session.has(place) ? 'session' : 'stored';
  }

  /** Forgets every secret of a connection, wherever it led. */
  async forget(id: string): Promise<void> {
    [...this.session.keys()]
      .filter((key) => key.startsWith(keyOf(id, '')))
      .forEach((key) => this.session.delete(key));
    for (const slot of [...slots, ...(await this.headersOf(id)), 'header/' as const]) {
      await this.storage.delete(keyOf(id, slot));
    }
  }

  private async stored(key: string): Promise<readonly StoredSecret[]> {
    return parse(await this.storage.get(key));
  }

  private async drop(key: string, target: string): Promise<void> {
    const all = await this.stored(key);
    const others = all.filter((each) => each.target !== target);
    if (others.length === 0) {
      await this.storage.delete(key);
    } else if (others.length < all.length) {
      await this.storage.store(key, JSON.stringify(others));
    }
  }

  /** The storage does not tell what is in it. */
  private async rememberHeader(id: string, slot: SecretSlot): Promise<void> {
    const known = await this.headersOf(id);
    if (slot.startsWith('header/') && !known.includes(slot)) {
      await this.storage.store(keyOf(id, 'header/'), JSON.stringify([...known, slot]));
    }
  }

  private async headersOf(id: string): Promise<readonly SecretSlot[]> {
    const text = await this.storage.get(keyOf(id, 'header/'));
    return text === undefined ? [] : (JSON.parse(text) as SecretSlot[]);
  }
}

const slots: readonly SecretSlot[] = ['userPassword', 'token', 'creds', 'nkey', 'jwt', 'proxy'];

function keyOf(id: string, slot: SecretSlot | ''): string {
  return `natsKv.connection/${id}/${slot}`;
}

function inSession(key: string, target: string): string {
  return `${key}\n${target}`;
}

/** What must stay the same for a secret to be sent. */
function targetOf({ url, tls, proxy, tunnel, auth = [] }: ConnectionConfig): string {
  const users = auth.flatMap((method) => (method.kind === 'userPassword' ? [method.user] : []));
  const ofProxy = auth.flatMap((method) => (method.kind === 'proxy' ? [method.user] : []));
  const through = proxy === undefined ? [] : [{ proxy, users: ofProxy }];
  const by = tunnel === undefined ? [] : [{ tunnel }];
  return JSON.stringify([url, tls?.caFile ?? '', tls !== undefined, ...users, ...through, ...by]);
}

/** What this version has not written is not there: it is asked for again and then replaced. */
function parse(text: string | undefined): readonly StoredSecret[] {
  try {
    const all: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(all) ? (all as StoredSecret[]) : [];
  } catch {
    return [];
  }
}
