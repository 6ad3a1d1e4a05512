import { isIP } from 'node:net';
import type { ConnectionOptions, NatsConnection } from 'nats';
import { t } from '../../base/l10n';
import type { Credentials } from '../../model/credentials';
import { isKvError, KvError, throwIfCancelled } from '../../model/errors';
import { Channel, pingIntervalMs } from '../wire/channel';
import type { DialReason } from '../../model/kvConnection';
import { connectOver } from './clientConnection';
import type { ConnectOptions } from './connectOptions';
import { codeOf, DialError, mostTelling, ownerIn } from './dialError';
import { explainDial, introductionProblem, unusable } from './explainDial';
import { guardProtocol } from './guardProtocol';
import { inspect } from './inspect';
import { delay } from '../../base/delay';
import { ignore } from '../../base/ignore';
import { onAbort } from '../../base/onAbort';
import { type Login, loginWith } from './login';
import { parseFast } from './fastParser';
import type { ProxyLogin } from '../../model/proxyUrl';
import { type Route, routeTo } from './proxy/route';
import { readInTurns } from './readInTurns';
import { infoProblem } from '../wire/serverIntroduction';
import { formatAddress, parseServers, type ServerAddress, tlsIdentity } from './serverUrl';
import { readTlsFiles, type TlsMaterial } from './tlsFiles';
import { overTcp, transportTo } from './transports';
import { unlessAborted } from './unlessAborted';

/** A server to dial, with the name that its certificate must carry. */
interface Candidate extends ServerAddress {
  readonly tlsHost: string;
}

/** What is shown to every server of one dial. */
interface Presented {
  readonly login: Login;
  readonly tls: TlsMaterial | undefined;
  /** For what stands before a server that is spoken to over WebSocket. */
  readonly headers: Readonly<Record<string, string>>;
  /** For the connection's own proxy. */
  readonly proxy: ProxyLogin | undefined;
}

export const defaultTimeoutMs = 5000;
/** How long a dial may take before the server is looked at. */
const patienceMs = 1000;

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
    const { addresses, requireTls } = parseServers(options.servers, options.tls !== undefined);
    this.configured = addresses.map((address) => ({ ...address, tlsHost: address.host }));
    this.requireTls = requireTls;
    this.timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  /**
   * Connects to the first server that answers. Throws what the most telling of them failed with, or
   * before any is dialled what is wrong with the credentials (`authFailed`) or the TLS files
   * (`invalidConfig`).
   */
  async dial(signal?: AbortSignal, reason: DialReason = 'askedFor'): Promise<Channel> {
    for (;;) {
      const credentials = await this.credentials(signal, reason);
      try {
        const channel = await this.dialAny(await this.presented(credentials), signal);
        this.options.onAccepted?.();
        return channel;
      } catch (error) {
        if (!isKvError(error, 'authFailed') || !this.options.onRefused?.(reason, ownerIn(error))) {
          throw error;
        }
      }
    }
  }

  private async dialAny(presented: Presented, signal?: AbortSignal): Promise<Channel> {
    const failures: KvError[] = [];
    for (const candidate of [...this.configured, ...this.discovered]) {
      throwIfCancelled(signal);
      try {
        return await this.dialOne(candidate, presented, signal);
      } catch (error) {
        if (isKvError(error, 'cancelled')) {
          throw error;
        }
        const failure = await this.explain(error, candidate, presented, signal);
        failures.push(this.options.tunnel?.failed(candidate, failure) ?? failure);
      }
    }
    throw mostTelling(failures);
  }

  /** Read anew for each dial, since files and secrets change. */
  private async credentials(
    signal: AbortSignal | undefined,
    reason: DialReason,
  ): Promise<readonly Credentials[]> {
    throwIfCancelled(signal);
    const credentials = (await this.options.credentials?.(signal, reason)) ?? [];
    throwIfCancelled(signal);
    return credentials;
  }

  private async presented(credentials: readonly Credentials[]): Promise<Presented> {
    const login = loginWith(credentials);
    const tls = this.options.tls && (await readTlsFiles(this.options.tls));
    const parts = tls?.cert === undefined ? login.parts : [...login.parts, t('client certificate')];
    const proxy = credentials.find((each) => each.kind === 'proxy');
    return { login: { ...login, parts }, tls, headers: headersOf(credentials), proxy };
  }

  private async dialOne(
    candidate: Candidate,
    presented: Presented,
    signal?: AbortSignal,
  ): Promise<Channel> {
    // What it takes to get there is no part of the time that the server has.
    await this.options.tunnel?.ready(candidate, signal);
    const connection = await this.unlessUnusable(candidate, presented, signal);
    await refuseStrangers(connection, candidate);
    parseFast(connection);
    readInTurns(connection);
    const isEncrypted = candidate.webSocket?.secure;
    const channel = new Channel(connection, this.options.inboxPrefix, isEncrypted);
    const learn = () => this.learnServers(connection, candidate);
    learn();
    guardProtocol(connection, {
      onHeard: () => channel.heard(),
      onInfo: () => {
        learn();
        channel.introducedAnew();
      },
      onUnreadable: (cause) => {
        const message = t('the server sent what cannot be read, and the connection was broken off');
        channel.breakOff(new KvError('disconnected', message, { cause }));
      },
    });
    return channel;
  }

  /**
   * The client waits in silence where it cannot take how a server introduces itself. So when it takes long,
   * look at the server; what is wrong is told before the time is over.
   */
  private async unlessUnusable(
    candidate: Candidate,
    presented: Presented,
    signal?: AbortSignal,
  ): Promise<NatsConnection> {
    const stop = new AbortController();
    const abortion = onAbort(signal, () => stop.abort(signal?.reason));
    const dialling = this.connectOnce(candidate, presented, stop.signal);
    const settled = new AbortController();
    dialling.then(ignore, ignore).finally(() => settled.abort());
    try {
      const problem = await Promise.race([
        dialling.then(() => undefined),
        this.lookForProblem(candidate, presented, settled.signal),
      ]);
      if (problem !== undefined) {
        stop.abort();
        throw new DialError('disconnected', 'reach', `${formatAddress(candidate)} ${problem}`);
      }
      return await dialling;
    } finally {
      abortion.dispose();
    }
  }

  /** What stands in the way of a dial that takes long; resolves with nothing when it has settled. */
  private async lookForProblem(
    candidate: Candidate,
    presented: Presented,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { handshakeFirst } = this.options.tls ?? {};
    const { tlsHost } = candidate;
    try {
      await delay(patienceMs, signal);
      if (signal.aborted) {
        return undefined;
      }
      const { open: openSocket } = this.routeTo(candidate, presented);
      const options = { timeoutMs: this.timeoutMs, handshakeFirst, tlsHost, signal, openSocket };
      return introductionProblem(await inspect(candidate, options));
    } catch {
      // It cannot be looked at: what the dial comes to must do.
      return undefined;
    }
  }

  private async connectOnce(
    candidate: Candidate,
    presented: Presented,
    signal?: AbortSignal,
  ): Promise<NatsConnection> {
    const route = this.routeTo(candidate, presented);
    const make = transportTo(candidate, presented, route);
    const dial = (isTls: boolean) => {
      const options = this.clientOptions(candidate, presented, isTls);
      return unlessAborted(connectOver(make, overTcp, options), signal);
    };
    try {
      return await dial(this.requireTls);
    } catch (error) {
      // Left to itself the client compares the certificate of an address with `localhost`.
      if (this.requireTls || codeOf(error) !== 'ERR_TLS_CERT_ALTNAME_INVALID') {
        throw route.late(error, this.timeoutMs);
      }
      return await dial(true).catch((failure: unknown) => {
        throw route.late(failure, this.timeoutMs);
      });
    }
  }

  private clientOptions(
    candidate: Candidate,
    { login, tls }: Presented,
    isTls: boolean,
  ): ConnectionOptions {
    const { name, inboxPrefix } = this.options;
    const { handshakeFirst } = this.options.tls ?? {};
    return {
      servers: [formatAddress(candidate)],
      name,
      inboxPrefix,
      authenticator: login.authenticator,
      // Undefined still takes TLS where the server offers it.
      tls: isTls ? { ...tls, handshakeFirst, ...tlsIdentity(candidate.tlsHost) } : undefined,
      timeout: this.timeoutMs,
      reconnect: false,
      resolve: false,
      noAsyncTraces: true,
      pingInterval: pingIntervalMs,
      maxPingOut: 2,
    };
  }

  private explain(
    error: unknown,
    address: Candidate,
    presented: Presented,
    signal?: AbortSignal,
  ): Promise<KvError> {
    const { timeoutMs } = this;
    const { tls } = this.options;
    const { tlsHost } = address;
    const { login, headers } = presented;
    const { open: openSocket } = this.routeTo(address, presented);
    const hasHeaders = Object.keys(headers).length > 0;
    const dial = { error, address, tlsHost, tls, login, timeoutMs, openSocket, hasHeaders };
    return explainDial(dial, signal);
  }

  private routeTo(address: ServerAddress, { proxy }: Presented): Route {
    return routeTo(address, this.options, proxy);
  }

  /**
   * Keeps what the cluster tells of its servers, so that losing the configured one is not the end. Over
   * WebSocket these are its WebSocket ports, all alike; a path is of what stands before the one in use.
   * Through a tunnel only those are reached that it was made for.
   */
  private learnServers(connection: NatsConnection, { tlsHost, webSocket }: Candidate): void {
    const urls = this.options.tunnel ? [] : (connection.info?.connect_urls ?? []);
    const known = new Set(this.configured.map(formatAddress));
    const place = webSocket && { webSocket: { ...webSocket, path: '/' } };
    this.discovered = urls
      .filter((url) => !known.has(url))
      .flatMap((url) => parseServers([url]).addresses)
      .map((address) => ({
        ...address,
        ...place,
        tlsHost: isIP(address.host) ? tlsHost : address.host,
      }));
  }
}

function headersOf(credentials: readonly Credentials[]): Record<string, string> {
  const headers = credentials.filter((each) => each.kind === 'header');
  return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
}

/** Closes the connection to a server whose first `INFO` cannot be used. Throws `disconnected`. */
async function refuseStrangers(connection: NatsConnection, address: ServerAddress): Promise<void> {
  const problem = infoProblem(connection.info);
  if (problem !== undefined) {
    await connection.close();
    const message = `${formatAddress(address)} ${unusable(problem)}`;
    throw new DialError('disconnected', 'reach', message);
  }
}
