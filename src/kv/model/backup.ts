import type { StreamConfiguration } from './bucket';

/**
 * What the server tells of a backup beside its data, in its own names. Numbers that a double does not
 * hold are kept digit by digit (values/exactJson.ts).
 */
export interface BackupFacts {
  /** The configuration of the bucket's stream. */
  readonly config: StreamConfiguration;
  /** What the stream held: `messages`, `bytes`, `first_seq`, `first_ts`, `last_seq`, `last_ts`. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** All that a bucket holds, with history, revisions, times and markers, as the server packs it. */
export interface BucketSnapshot extends BackupFacts {
  /**
   * The packed stream, which can be read once, in order. The server sends no more than a few chunks
   * ahead of the reader, and gives up a reader that takes none for 5 seconds.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
}
