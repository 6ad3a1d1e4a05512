import { isIP } from 'node:net';
import {
  connect as connectClient,
  type ConnectionOptions,
  Events,
  type NatsConnection,
} from 'nats';
import { isKvError, KvError, throwIfCancelled } from '../../errors';
import { Channel } from '../wire/channel';
import type { ConnectOptions } from './connectOptions';
import { authenticatorFor } from './credentials';
import { fromDialError } from './dialError';
import { ignore } from '../async/ignore';
import { onAbort } from '../async/onAbort';
import { formatAddress, parseServers, type ServerAddress, tlsIdentity } from './serverUrl';

/** A server to dial, with the name that its certificate must carry. */
interface Candidate extends ServerAddress {
  readonly tlsHost: string;
}

export const defaultTimeoutMs = 5000;

/**
 * Owns the list of servers, those that a cluster tells of included, and dials them in order. The
 * client dials one server at a time and never reconnects by itself: its loop cannot be woken, hides
 * why a dial failed, and asks DNS past the system's own resolver (hosts files, VPN rules).
 */
export class Dialer {
  private readonly configured: readonly Candidate[];
  private readonly requireTls: boolean;
  private discovered: readonly Candidate[] = [];
  private readonly timeoutMs: number;

  /** Throws `invalidUrl`. */
  constructor(private readonly options: ConnectOptions) {
    const { addresses, requireTls } = parseServers(options.servers);
    this.configured = addresses.map((address) => ({ ...address, tlsHost: address.host }));
    this.requireTls = requireTls || options.tls !== undefined;
    this.timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  /** Connects to the first server that answers. Throws what the most telling of them failed with. */
  async dial(signal?: AbortSignal): Promise<Channel> {
    const failures: KvError[] = [];
    for (const candidate of [...this.configured, ...this.discovered]) {
      throwIfCancelled(signal);
      try {
        return await this.dialOne(candidate, signal);
      } catch (error) {
        if (isKvError(error, 'cancelled')) {
          throw error;
        }
        failures.push(fromDialError(error, formatAddress(candidate), this.timeoutMs));
      }
    }
    throw summary(failures);
  }

  private async dialOne(candidate: Candidate, signal?: AbortSignal): Promise<Channel> {
    const options = await this.clientOptions(candidate, signal);
    const connection = await unlessAborted(connectClient(options), signal);
    this.learnServers(connection, candidate.tlsHost);
    void this.followServers(connection, candidate.tlsHost);
    return new Channel(connection, this.options.inboxPrefix);
  }

  private async clientOptions(
    candidate: Candidate,
    signal?: AbortSignal,
  ): Promise<ConnectionOptions> {
    const credentials = (await this.options.credentials?.(signal)) ?? [];
    const { name, inboxPrefix } = this.options;
    return {
      servers: [formatAddress(candidate)],
      name,
      inboxPrefix,
      authenticator: credentials.length > 0 ? credentials.map(authenticatorFor) : undefined,
      // Undefined still takes TLS where the server offers it.
      tls: this.requireTls ? { ...this.options.tls, ...tlsIdentity(candidate.tlsHost) } : undefined,
      timeout: this.timeoutMs,
      reconnect: false,
      resolve: false,
      noAsyncTraces: true,
      pingInterval: 20_000,
      maxPingOut: 2,
    };
  }

  /** Keeps what the cluster tells of its servers, so that losing the configured one is not the end. */
  private learnServers(connection: NatsConnection, tlsHost: string): void {
    const urls = connection.info?.connect_urls ?? [];
    const known = new Set(this.configured.map(formatAddress));
    this.discovered = urls
      .filter((url) => !known.has(url))
      .flatMap((url) => parseServers([url]).addresses)
      .map((address) => ({ ...address, tlsHost: isIP(address.host) ? tlsHost : address.host }));
  }

  private async followServers(connection: NatsConnection, tlsHost: string): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === Events.Update && !connection.isClosed()) {
        this.learnServers(connection, tlsHost);
      }
    }
  }
}

/** Rejects when aborted; a connection that comes after all is closed. */
function unlessAborted(
  dialling: Promise<NatsConnection>,
  signal: AbortSignal | undefined,
): Promise<NatsConnection> {
  return new Promise((resolve, reject) => {
    const abortion = onAbort(signal, () => {
      // Nobody waits for this connection any longer: neither its success nor its failure matters.
      dialling.then((connection) => connection.close()).catch(ignore);
      reject(new KvError('cancelled', 'connecting was cancelled', { cause: signal?.reason }));
    });
    dialling.finally(() => abortion.dispose()).then(resolve, reject);
  });
}

/** One failure to show for all: a rejected credential tells more than an unreachable server. */
function summary(failures: readonly KvError[]): KvError {
  const telling = failures.find(({ kind }) => kind === 'authFailed') ?? failures.at(-1);
  if (!telling) {
    return new KvError('disconnected', 'there is no server to connect to');
  }
  if (failures.length === 1) {
    return telling;
  }
  const message = failures.map((failure) => failure.message).join('; ');
  return new KvError(telling.kind, message, { cause: telling });
}
