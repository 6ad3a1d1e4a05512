import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Connect } from '../../kv/session/connectionSession';
import type { Credentials } from '../../kv/model/credentials';
import { isKvError, KvError } from '../../kv/model/errors';
import { connect } from '../../kv/nats/connect';
import type { ConnectOptions } from '../../kv/nats/link/connectOptions';

/** Gives the credentials of a dial, and is told when the server did not take them. */
export interface CredentialsOfDial {
  of(config: ConnectionConfig, signal?: AbortSignal): Promise<readonly Credentials[]>;
  markRefused(id: string): void;
}

/** Makes links with the credentials that `source` brings together. */
export function openConnection(source: CredentialsOfDial): Connect {
  return async (config, writeLock, signal) => {
    if (config.url === '') {
      const problem = config.problems?.[0] ?? 'it has no URL';
      throw new KvError('invalidConfig', problem.replace(/\.$/, ''));
    }
    let presented = false;
    const credentials = async (aborted?: AbortSignal): Promise<readonly Credentials[]> => {
      const found = await source.of(config, aborted);
      presented = true;
      return found;
    };
    const refuse = (error: unknown): void => {
      if (presented && isKvError(error, 'authFailed')) {
        source.markRefused(config.id);
      }
    };
    try {
      const options = { ...connectOptionsOf(config), credentials, writeLock };
      const connection = await connect(options, signal);
      connection.state.onDidChange((state) => state.kind === 'closed' && refuse(state.error));
      return connection;
    } catch (error) {
      refuse(error);
      throw error;
    }
  };
}

/** What of a configuration the adapter needs. */
export function connectOptionsOf(config: ConnectionConfig): ConnectOptions {
  const { url, tls, domain, apiPrefix, inboxPrefix } = config;
  return { servers: [url], name: 'NATS KV Explorer', tls, domain, apiPrefix, inboxPrefix };
}
