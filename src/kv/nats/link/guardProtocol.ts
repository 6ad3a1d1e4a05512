import type { NatsConnection } from 'nats';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { infoProblem } from '../wire/serverIntroduction';

export interface ProtocolListener {
  /** Bytes have come. */
  onHeard(): void;
  /** The server has introduced itself anew, and `connection.info` is what it said. */
  onInfo(): void;
  /** It sent what cannot be read; nothing that follows is looked at. */
  onUnreadable(error: unknown): void;
}

/** What is used of the client's protocol handler. */
interface Protocol {
  readonly parser?: { parse(bytes: Uint8Array): void };
  processInfo?(bytes: Uint8Array): void;
}

/** Where the client keeps it, which it does not promise. */
interface ClientConnection extends NatsConnection {
  readonly protocol?: Protocol;
}

/**
 * Notices what the client's read loop does not: it ends for good at the first bytes that its parser
 * cannot read or the first `INFO` that it cannot take, and the connection then counts as alive. Does
 * nothing where the client keeps its parser elsewhere.
 */
export function guardProtocol({ protocol }: ClientConnection, listener: ProtocolListener): void {
  if (!protocol?.parser || typeof protocol.processInfo !== 'function') {
    return;
  }
  guardInfo(protocol, listener);
  guardParser(protocol.parser, listener);
}

function guardInfo(protocol: Protocol, listener: ProtocolListener): void {
  const processInfo = protocol.processInfo?.bind(protocol);
  protocol.processInfo = (bytes) => {
    const problem = infoProblem(JSON.parse(new TextDecoder().decode(bytes)));
    if (problem !== undefined) {
      throw new KvError('server', t("the server's INFO cannot be used: {0}", problem));
    }
    processInfo?.(bytes);
    listener.onInfo();
  };
}

function guardParser(parser: NonNullable<Protocol['parser']>, listener: ProtocolListener): void {
  const parse = parser.parse.bind(parser);
  let isReadable = true;
  parser.parse = (bytes) => {
    listener.onHeard();
    if (!isReadable) {
      return;
    }
    try {
      parse(bytes);
    } catch (error) {
      isReadable = false;
      listener.onUnreadable(error);
    }
  };
}
