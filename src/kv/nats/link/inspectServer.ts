import type { Socket } from 'node:net';
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { throwIfCancelled } from '../../model/errors';
import { delay } from '../../base/delay';
import { ignore } from '../../base/ignore';
import { onAbort } from '../../base/onAbort';
import type { UpgradeReason } from './explainUpgrade';
import { type OpenSocket, openTcp } from './openSocket';
import { type ServerAddress, tlsIdentity } from './serverUrl';

/** What a server tells of itself before anything is sent to it; every field may be absent. */
export interface Introduction {
  readonly server_name?: string;
  readonly version?: string;
  readonly auth_required?: boolean;
  readonly tls_required?: boolean;
  readonly tls_available?: boolean;
  readonly tls_verify?: boolean;
  readonly nonce?: string;
  /** 1 for clients, more between servers. */
  readonly proto?: number;
  /** Told to leaf nodes only. */
  readonly info_on_connect?: boolean;
}

/** The first that comes from the other end: the line of a NATS server, another one, or none. */
export type Greeting =
  | { readonly kind: 'info'; readonly info: Introduction }
  | { readonly kind: 'other'; readonly line: string }
  /** A line that did not come to its end. */
  | { readonly kind: 'endless' }
  /** Of WebSocket: an HTTP server that makes none. */
  | { readonly kind: 'refused'; readonly refused: UpgradeReason }
  | { readonly kind: 'silent' }
  | { readonly kind: 'closed' };

/** What was found at an address. */
export interface Inspection {
  readonly greeting: Greeting;
  /** The server speaks TLS before anything else. */
  readonly handshakeFirst: boolean;
  /** The certificate that it showed, whether or not it can be trusted. */
  readonly certificate?: DetailedPeerCertificate;
  /** What it said when it closed the connection again, such as `-ERR 'maximum connections exceeded'`. */
  readonly refusal?: string;
}

export interface InspectOptions {
  /** Longest wait for each of connection, greeting and handshake. */
  readonly timeoutMs: number;
  /** Try TLS first, and only then without. */
  readonly handshakeFirst?: boolean;
  /** The name to announce, where it is not the address. */
  readonly tlsHost?: string;
  /** How long to wait for a refusal after the greeting; not at all when omitted. */
  readonly lingerMs?: number;
  readonly signal?: AbortSignal;
  /** By TCP when omitted. */
  readonly openSocket?: OpenSocket;
}

/** Bytes of a line that are waited for: an introduction with all servers of a large cluster has fewer. */
const longestLine = 1024 * 1024;
/** A NATS server introduces itself at once; 300 ms later where it waits for TLS first (`auto`). */
const greetingMs = 1000;
/** Bytes of an `INFO` that are more than any server sends at once; where its end is not in sight by then, it has none. */
const muchForGreeting = 64 * 1024;

/**
 * Looks at what is behind an address. Nothing but a TLS greeting is ever sent, no credentials and no
 * client certificate, so the other end need not be trusted. Rejects with Node's error when it cannot
 * be reached, of code ETIMEDOUT at the limit, and with `cancelled`.
 */
export async function inspectServer(
  address: ServerAddress,
  options: InspectOptions,
): Promise<Inspection> {
  if (options.handshakeFirst) {
    return (await handshake(address, options)) ?? (await introduce(address, options));
  }
  const found = await introduce(address, options);
  const hasSpoken = found.greeting.kind === 'info' || found.greeting.kind === 'other';
  return hasSpoken ? found : ((await handshake(address, options)) ?? found);
}

/** Reads the greeting, and the certificate where TLS follows it. */
function introduce(address: ServerAddress, options: InspectOptions): Promise<Inspection> {
  return withSocket(address, options, async (socket) => {
    const greeting = await readGreeting(socket, options);
    const info = greeting.kind === 'info' ? greeting.info : undefined;
    if (info?.tls_required || info?.tls_available) {
      const secured = await secure(socket, address, options);
      return { greeting, handshakeFirst: false, certificate: secured?.getPeerCertificate(true) };
    }
    return { greeting, handshakeFirst: false, refusal: await readRefusal(socket, options) };
  });
}

/** Begins with TLS; undefined when the other end does not speak it. */
function handshake(
  address: ServerAddress,
  options: InspectOptions,
): Promise<Inspection | undefined> {
  return withSocket(address, options, async (socket) => {
    const secured = await secure(socket, address, options);
    if (!secured) {
      return undefined;
    }
    const certificate = secured.getPeerCertificate(true);
    return { greeting: await readGreeting(secured, options), handshakeFirst: true, certificate };
  });
}

async function withSocket<T>(
  address: ServerAddress,
  options: InspectOptions,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  throwIfCancelled(options.signal);
  const { openSocket = openTcp } = options;
  const stop = new AbortController();
  const opening = openSocket(address, stop.signal);
  // A failure that nobody waits for any longer must not end the process.
  opening.catch(ignore);
  try {
    const socket = await within(opening, options, () => {
      throw Object.assign(new Error('nobody answered'), { code: 'ETIMEDOUT' });
    });
    return await use(socket);
  } finally {
    stop.abort();
    opening.then((socket) => socket.destroy(), ignore);
  }
}

async function readGreeting(socket: Socket, options: InspectOptions): Promise<Greeting> {
  const timeoutMs = Math.min(options.timeoutMs, greetingMs);
  const line = await readLine(socket, { ...options, timeoutMs });
  return typeof line === 'string' ? toGreeting(line) : { kind: line?.ended ? 'closed' : 'silent' };
}

async function readRefusal(socket: Socket, options: InspectOptions): Promise<string | undefined> {
  const { lingerMs: timeoutMs } = options;
  const line = timeoutMs && (await readLine(socket, { ...options, timeoutMs }));
  return typeof line === 'string' ? line : undefined;
}

/** The next line; what there is of it, when no more comes; undefined at the limit. */
function readLine(
  socket: Socket,
  options: InspectOptions,
): Promise<string | { readonly ended: true } | undefined> {
  let bytes = Buffer.alloc(0);
  const line = new Promise<string | { readonly ended: true }>((resolve) => {
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const found = bytes.indexOf('\n');
      const end = found < 0 && bytes.length > longestLine ? bytes.length : found;
      if (end >= 0) {
        // What follows is for the next reader, which may be TLS.
        socket.off('data', take).pause();
        socket.unshift(bytes.subarray(end + 1));
        resolve(bytes.toString('utf8', 0, end).trimEnd());
      }
    };
    const finish = () => resolve(bytes.length > 0 ? bytes.toString('utf8') : { ended: true });
    socket.on('data', take).once('close', finish).once('error', finish).resume();
  });
  return within(line, options, () => (bytes.length > 0 ? bytes.toString('utf8') : undefined));
}

/** What the first line of a server is. */
export function toGreeting(line: string): Greeting {
  const isInfo = /^INFO\s/i.test(line);
  // On a machine that is busy with what it sends, little of a line without an end is read in time.
  if (
    line.length > longestLine ||
    (isInfo && line.length > muchForGreeting && !line.endsWith('}'))
  ) {
    return { kind: 'endless' };
  }
  const json = /^INFO\s+(\{.*\})\s*$/i.exec(line)?.[1];
  try {
    return json === undefined
      ? { kind: 'other', line }
      : { kind: 'info', info: JSON.parse(json) as Introduction };
  } catch {
    return { kind: 'other', line };
  }
}

/** TLS with whoever answers; undefined when that fails. Nothing may be sent on it. */
function secure(
  socket: Socket,
  address: ServerAddress,
  options: InspectOptions,
): Promise<TLSSocket | undefined> {
  const identity = tlsIdentity(options.tlsHost ?? address.host);
  const secured = connectTls({ ...identity, socket, rejectUnauthorized: false });
  const outcome = new Promise<TLSSocket | undefined>((resolve) => {
    secured.once('secureConnect', () => resolve(secured));
    secured.on('error', () => resolve(undefined));
    secured.once('close', () => resolve(undefined));
  });
  return within(outcome, options, ignore);
}

/** The outcome of `work`, or of `late` at the limit. Throws `cancelled`. */
async function within<T, L>(
  work: Promise<T>,
  { timeoutMs, signal }: InspectOptions,
  late: () => L,
): Promise<T | L> {
  const stop = new AbortController();
  const abortion = onAbort(signal, () => stop.abort());
  try {
    const outcome = await Promise.race([work, delay(timeoutMs, stop.signal).then(late)]);
    throwIfCancelled(signal);
    return outcome;
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  } finally {
    stop.abort();
    abortion.dispose();
  }
}
