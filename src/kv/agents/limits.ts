/** The bounds of every call; sizes in UTF-16 units unless they say bytes. */
export const limits = {
  /** All that one call returns. */
  result: 48_000,
  /** A piece of a value that `readKey` returns at once, and by default. */
  piece: 20_000,
  defaultPiece: 8_000,
  /** A value where several are returned. */
  shortPiece: 2_000,
  /** An excerpt around a match, a preview. */
  excerpt: 300,
  /** Larger values are not looked at, in bytes. */
  valueBytes: 4 * 1024 * 1024,
  /** Larger values are not searched, in bytes. */
  searchedBytes: 512 * 1024,
  /** Bytes of values that one call reads. */
  readBytes: 64 * 1024 * 1024,
  /** Keys that one call lists at most. */
  listedKeys: 3_000_000,
  /** Values that one search looks into at most. */
  searchedKeys: 20_000,
  /** How long a call may take, in milliseconds; `watchFor` has its seconds on top. */
  callMs: 30_000,
  /** How long a search goes on before it tells what it has found by then, in milliseconds: less than its call may. */
  searchMs: 20_000,
  /** Calls that run at once, and that wait for their turn. */
  running: 4,
  waiting: 16,
  /** Calls in a minute. */
  perMinute: 120,
} as const;
