import type { Socket } from 'node:net';
import type { Disposable } from '../../../base/event';
import { ignore } from '../../../base/ignore';
import { onAbort } from '../../../base/onAbort';

/**
 * Reads from a socket until `lengthOf` knows the length of an answer and all of it is there; what follows
 * stays in the socket. Undefined where the other end hangs up before, in whichever way. Rejects when the
 * signal aborts.
 */
export function readAnswer(
  socket: Socket,
  lengthOf: (bytes: Buffer) => number | undefined,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    let abortion: Disposable = { dispose: ignore };
    const settle = (): void => {
      abortion.dispose();
      // Without a listener for `readable` the next one for `data` gets what is left.
      socket.off('readable', read).off('end', end).off('close', end).off('error', end);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const end = (): void => {
      settle();
      resolve(undefined);
    };
    const read = (): void => {
      for (let chunk = next(socket); chunk; chunk = next(socket)) {
        bytes = Buffer.concat([bytes, chunk]);
      }
      const length = lengthOf(bytes);
      if (length !== undefined && bytes.length >= length) {
        settle();
        if (bytes.length > length) {
          socket.unshift(bytes.subarray(length));
        }
        resolve(bytes.subarray(0, length));
      }
    };
    socket.on('readable', read).on('end', end).on('close', end).on('error', end);
    abortion = onAbort(signal, () => fail(new Error('given up', { cause: signal?.reason })));
  });
}

function next(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}
