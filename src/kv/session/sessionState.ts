import type { KvError } from '../model/errors';
import type { ServerInfo } from '../model/kvConnection';

/**
 * How a connection stands. `idle`: not asked for yet, or given up on purpose, in which case nothing
 * but `connect` and `reconnectNow` make it again. `rttMs` is there once it was measured; `silentSince`
 * while the server answers nothing, though the connection is not known to be lost. `failed`: the
 * first attempt or the link ended with an error; it is tried again by itself at `retryAt` where that
 * can help, a login that was refused included. `reconnecting`: the link was lost at `since` and is
 * being made again; `error` is why the last attempt failed. Times are milliseconds since the epoch.
 */
export type SessionState =
  | { readonly kind: 'idle'; readonly onPurpose?: boolean }
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'connected';
      readonly server: ServerInfo;
      readonly rttMs?: number;
      readonly silentSince?: number;
    }
  | {
      readonly kind: 'reconnecting';
      readonly attempt: number;
      readonly since: number;
      readonly error?: KvError;
    }
  | { readonly kind: 'failed'; readonly error: KvError; readonly retryAt?: number };
