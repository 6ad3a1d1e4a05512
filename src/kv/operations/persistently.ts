import { t } from '../base/l10n';
import { delay } from '../base/delay';
import type { Observable } from '../base/event';
import { until } from '../base/until';
import { isKvError, KvError, throwIfCancelled } from '../model/errors';
import type { LinkState } from '../model/kvConnection';

/** Waits before what a server did not answer, or not yet, is tried again: it may have to start first. */
const retryDelaysMs = [200, 500, 1_000, 2_000, 4_000];

/**
 * Runs something that may be repeated until it is answered: as often as the link is lost, and some
 * times where the server does not answer in time or has no leader just now.
 */
export async function persistently<T>(
  state: Observable<LinkState>,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await whileConnected(state, signal, run);
    } catch (error) {
      const wait = retryDelaysMs[tries];
      const mayPass = isKvError(error, 'timeout') || isKvError(error, 'unavailable');
      if (!mayPass || wait === undefined) {
        throw error;
      }
      await delay(wait, signal);
      throwIfCancelled(signal);
    }
  }
}

/**
 * Runs something once there is a connection, again when it is lost meanwhile, for as long as the signal
 * lets it. Throws `disconnected` once the connection is closed for good.
 */
export async function whileConnected<T>(
  state: Observable<LinkState>,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  for (;;) {
    if (state.current.kind === 'closed') {
      throw new KvError('disconnected', t('the connection is closed'));
    }
    const before = state.current;
    if (before.kind === 'connected') {
      try {
        return await run();
      } catch (error) {
        if (!isKvError(error, 'disconnected')) {
          throw error;
        }
      }
    }
    if (state.current === before || state.current.kind === 'reconnecting') {
      await until(() => state.current !== before, [state.onDidChange], { signal });
      throwIfCancelled(signal);
    }
  }
}
