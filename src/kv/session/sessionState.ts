import type { KvError } from '../model/errors';
import type { ServerInfo } from '../model/kvConnection';

/**
 * How a connection stands. `idle`: not asked for yet, or given up on purpose, in which case nothing
 * but `connect` and `reconnectNow` make it again. `rttMs` is there once it was measured. `failed`: the
 * first attempt or the link ended with an error; it is tried again by itself at `retryAt`
 * (milliseconds since the epoch) where that can help. `reconnecting`: the link was lost and is being
 * made again.
 */
export type SessionState =
  | { readonly kind: 'idle'; readonly onPurpose?: boolean }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly server: ServerInfo; readonly rttMs?: number }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly since: number }
  | { readonly kind: 'failed'; readonly error: KvError; readonly retryAt?: number };
