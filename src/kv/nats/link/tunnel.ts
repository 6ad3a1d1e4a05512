import type { KvError, KvErrorKind } from '../../model/errors';
import { DialError } from './dialError';
import type { Endpoint, OpenSocket } from './openSocket';

/** A way to servers that a program keeps open; whoever made it disposes it. */
export interface Tunnel {
  /** Makes the way to a server where there is none. Rejects with `TunnelError`, or `cancelled`. */
  ready(server: Endpoint, signal?: AbortSignal): Promise<void>;
  /** Opens a socket through it. */
  readonly open: OpenSocket;
  /**
   * Is told why a dial failed; tells it better where the tunnel stood in the way. The next dial makes a
   * new way, unless a server has answered on this one.
   */
  failed(server: Endpoint, error: KvError): KvError;
}

/** Why a tunnel gave no way to a server. */
export class TunnelError extends DialError {
  constructor(kind: KvErrorKind, message: string, cause?: unknown) {
    super(kind, 'reach', message, { cause, isCostly: true });
  }
}
