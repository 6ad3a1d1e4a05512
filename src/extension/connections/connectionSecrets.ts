import type * as vscode from 'vscode';
import type { AuthKind, ConnectionConfig } from '../../kv/model/connectionConfig';
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

/** Where a secret is kept: VS Code's secret storage, or memory until the window closes. */
export type SecretPlace = 'stored' | 'session';

/**
 * Owns the secrets of connections; changes only through `keep` and `forget`. A secret goes only to
 * where it was given for: when the URL, the TLS requirement or the user of a connection is changed,
 * by whoever can write settings, it is not found any more.
 */
export class ConnectionSecrets {
  private readonly session = new Map<string, StoredSecret>();

  constructor(private readonly storage: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>) {}

  /** The credentials that were given for one method of a connection. */
  async find(config: ConnectionConfig, slot: SecretSlot): Promise<Credentials | undefined> {
    const key = keyOf(config.id, slot);
    const found = this.session.get(key) ?? parse(await this.storage.get(key));
    return found?.target === targetOf(config) ? found.credentials : undefined;
  }

  /** Keeps credentials. Throws what the secret storage throws when there is no keyring. */
  async keep(
    config: ConnectionConfig,
    credentials: Credentials,
    place: SecretPlace,
  ): Promise<void> {
    const slot = slotOf(credentials);
    const key = keyOf(config.id, slot);
    const secret: StoredSecret = { target: targetOf(config), credentials };
    if (place === 'session') {
      this.session.set(key, secret);
      await this.storage.delete(key);
    } else {
      await this.storage.store(key, JSON.stringify(secret));
      await this.rememberHeader(config.id, slot);
      this.session.delete(key);
    }
  }

  /** Where the credentials of one method are kept. */
  placeOf({ id }: ConnectionConfig, slot: SecretSlot): SecretPlace {
    return this.session.has(keyOf(id, slot)) ? 'session' : 'stored';
  }

  /** Forgets every secret of a connection. */
  async forget(id: string): Promise<void> {
    const ofHeaders = keyOf(id, 'header/');
    [...this.session.keys()]
      .filter((key) => key.startsWith(ofHeaders))
      .forEach((key) => this.session.delete(key));
    for (const slot of [...slots, ...(await this.headersOf(id))]) {
      this.session.delete(keyOf(id, slot));
      await this.storage.delete(keyOf(id, slot));
    }
    await this.storage.delete(ofHeaders);
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

function keyOf(id: string, slot: SecretSlot): string {
  return `natsKv.connection/${id}/${slot}`;
}

/** What must stay the same for a secret to be sent. */
function targetOf({ url, tls, proxy, tunnel, auth = [] }: ConnectionConfig): string {
  const users = auth.flatMap((method) => (method.kind === 'userPassword' ? [method.user] : []));
  const ofProxy = auth.flatMap((method) => (method.kind === 'proxy' ? [method.user] : []));
  const through = proxy === undefined ? [] : [{ proxy, users: ofProxy }];
  const by = tunnel === undefined ? [] : [{ tunnel }];
  return JSON.stringify([url, tls?.caFile ?? '', tls !== undefined, ...users, ...through, ...by]);
}

function parse(text: string | undefined): StoredSecret | undefined {
  if (text === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(text) as StoredSecret;
  } catch {
    // Not written by this version: it is asked for again and then replaced.
    return undefined;
  }
}
