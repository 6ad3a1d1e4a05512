import type { NatsConnection } from 'nats';

/** What is used of the client's socket. */
export interface ReadSocket {
  on(event: 'data', listener: (frame: Uint8Array) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** Where the client keeps its socket, which it does not promise. */
interface ClientConnection extends NatsConnection {
  readonly protocol?: { readonly transport?: { readonly socket?: ReadSocket } };
}

/** About 1,500 messages of a headers-only listing, which take some ten milliseconds. */
const bytesPerTurn = 256 * 1024;

/**
 * Lets everything else that waits have a turn between two reads. Node reads up to 2 MiB from a socket
 * in one turn of the event loop, and the client handles all of it at once. Does nothing where the
 * client keeps its socket elsewhere.
 */
export function readInTurns(connection: ClientConnection): void {
  const socket = connection.protocol?.transport?.socket;
  let read = 0;
  socket?.on('data', (frame) => {
    read += frame.length;
    if (read >= bytesPerTurn) {
      read = 0;
      socket.pause();
      setImmediate(() => socket.resume());
    }
  });
}
