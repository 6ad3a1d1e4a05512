import { setMaxListeners } from 'node:events';
import type { Disposable } from './event';

/** Calls the listener when the signal aborts, at once when it has; until disposed. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): Disposable {
  if (signal?.aborted) {
    listener();
  } else if (signal) {
    // One signal may stand for hundreds of requests; Node would warn of a leak from 11 on.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', listener);
  }
  return { dispose: () => signal?.removeEventListener('abort', listener) };
}
