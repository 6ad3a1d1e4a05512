import { t } from '../../kv/base/l10n';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Connect } from '../../kv/session/connectionSession';
import type { Credentials } from '../../kv/model/credentials';
import { KvError, throwIfCancelled } from '../../kv/model/errors';
import type { Disposable } from '../../kv/base/event';
import type { Tunnel } from '../../kv/nats/link/tunnel';
import type { LoginOwner } from '../../kv/nats/link/dialError';
import type { DialReason, KvConnection, LinkState } from '../../kv/model/kvConnection';
import type { ConnectOptions } from '../../kv/nats/link/connectOptions';

/** Gives the credentials of a dial, and is told what the server made of them. */
export interface CredentialsOfDial {
  of(
    config: ConnectionConfig,
    signal: AbortSignal | undefined,
    reason: DialReason,
  ): Promise<readonly Credentials[]>;
  accepted(id: string): void;
  /** Returns true when the same dial, made at once, would present what it asks the user for. */
  refused(id: string, reason: DialReason, owner: LoginOwner): boolean;
}

/**
 * The tunnel of a connection that has one, for one link or look at the server: it is disposed with that. Throws
 * what stands in its way.
 */
export type OpenTunnel = (
  config: ConnectionConfig,
  signal: AbortSignal | undefined,
  reason: DialReason,
) => Promise<(Tunnel & Disposable) | undefined>;

/** Makes links with the credentials that `source` brings together, for each dial anew. */
export function openConnection(source: CredentialsOfDial, openTunnel: OpenTunnel): Connect {
  return async (config, writeLock, signal, reason) => {
    if (config.url === '') {
      const problem = config.problems?.[0] ?? t('it has no URL');
      throw new KvError('invalidConfig', problem.replace(/\.$/, ''));
    }
    // The client is a third of all code, and no window needs it before it dials.
    const [{ connect }, { sharedProxies }] = await Promise.all([
      import('../../kv/nats/connect'),
      import('./sharedProxies'),
    ]);
    throwIfCancelled(signal);
    const tunnel = config.tunnel && (await openTunnel(config, signal, reason));
    const options: ConnectOptions = {
      ...connectOptionsOf(config),
      ...loginOf(source, config),
      sharedProxies: sharedProxies(),
      tunnel,
      writeLock,
    };
    return endedWith(tunnel, () => connect(options, signal, reason));
  };
}

/** Keeps a tunnel as long as the link that goes through it is not closed. */
async function endedWith(
  tunnel: Disposable | undefined,
  open: () => Promise<KvConnection>,
): Promise<KvConnection> {
  try {
    const link = await open();
    const { state } = link;
    const end = ({ kind }: LinkState): void => {
      if (kind === 'closed') {
        tunnel?.dispose();
      }
    };
    end(state.current);
    state.onDidChange(end);
    return link;
  } catch (error) {
    tunnel?.dispose();
    throw error;
  }
}

/** What of a connection's options is about its login. */
function loginOf(source: CredentialsOfDial, config: ConnectionConfig): LoginOptions {
  return {
    credentials: (signal, reason) => source.of(config, signal, reason),
    onAccepted: () => source.accepted(config.id),
    onRefused: (reason, owner) => source.refused(config.id, reason, owner),
  };
}

type LoginOptions = Pick<ConnectOptions, 'credentials' | 'onAccepted' | 'onRefused'>;

/** What of a configuration the adapter needs. */
export function connectOptionsOf(config: ConnectionConfig): ConnectOptions {
  const { url, tls, proxy, domain, apiPrefix, inboxPrefix } = config;
  return { servers: [url], name: 'NATS KV Explorer', tls, proxy, domain, apiPrefix, inboxPrefix };
}
