import type * as vscode from 'vscode';
import type { AuthKind, ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';

/** A secret with where it may be sent to. */
interface StoredSecret {
  readonly target: string;
  readonly credentials: Credentials;
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
  async find(config: ConnectionConfig, kind: AuthKind): Promise<Credentials | undefined> {
    const key = keyOf(config.id, kind);
    const found = this.session.get(key) ?? parse(await this.storage.get(key));
    return found?.target === targetOf(config) ? found.credentials : undefined;
  }

  /** Keeps credentials. Throws what the secret storage throws when there is no keyring. */
  async keep(
    config: ConnectionConfig,
    credentials: Credentials,
    place: SecretPlace,
  ): Promise<void> {
    const key = keyOf(config.id, credentials.kind);
    const secret: StoredSecret = { target: targetOf(config), credentials };
    if (place === 'session') {
      this.session.set(key, secret);
      await this.storage.delete(key);
    } else {
      await this.storage.store(key, JSON.stringify(secret));
      this.session.delete(key);
    }
  }

  /** Where the credentials of one method are kept. */
  placeOf({ id }: ConnectionConfig, kind: AuthKind): SecretPlace {
    return this.session.has(keyOf(id, kind)) ? 'session' : 'stored';
  }

  /** Forgets every secret of a connection. */
  async forget(id: string): Promise<void> {
    for (const kind of kinds) {
      this.session.delete(keyOf(id, kind));
      await this.storage.delete(keyOf(id, kind));
    }
  }
}

const kinds: readonly AuthKind[] = ['userPassword', 'token', 'creds', 'nkey', 'jwt'];

function keyOf(id: string, kind: AuthKind): string {
  return `natsKv.connection/${id}/${kind}`;
}

/** What must stay the same for a secret to be sent. */
function targetOf({ url, tls, auth = [] }: ConnectionConfig): string {
  const users = auth.flatMap((method) => (method.kind === 'userPassword' ? [method.user] : []));
  return JSON.stringify([url, tls?.caFile ?? '', tls !== undefined, ...users]);
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
