/** What was found at one moment, while nobody wrote. Bytes in MB, after all garbage was collected. */
export interface Sample {
  /** Since the beginning. */
  readonly seconds: number;
  /** In use in the extension host, and what its process holds of the machine's memory. */
  readonly heap: number;
  readonly rss: number;
  /** The same of a host in which the extension is installed and not started. */
  readonly idleHeap: number;
  readonly idleRss: number;
  /** Of all buckets on all servers. */
  readonly consumers: number;
  /** Changes that were written so far. */
  readonly written: number;
  /** Changes in the buckets that Live watches since it does, and how many of these it counted. */
  readonly toCount: number;
  readonly counted: number;
  /** What is shown otherwise than it is stored: buckets, tables and texts by their names. */
  readonly wrong: readonly string[];
  /** The longest that a turn of the host's event loop took since the last sample, and of the processor's time alone. */
  readonly stallMs: number;
  readonly busyMs: number;
  /** Processor time of the host since the last sample, in shares of a core. */
  readonly cpu: number;
  /** How often a connection was ended so far. */
  readonly cuts: number;
}

const columns = [
  'seconds',
  'heap',
  'rss',
  'idleHeap',
  'idleRss',
  'consumers',
  'written',
  'toCount',
  'counted',
  'stallMs',
  'busyMs',
  'cpu',
  'cuts',
] as const satisfies readonly (keyof Sample)[];

/** Lines of comma-separated values under their names; the last is how much was wrong. */
export function toCsv(samples: readonly Sample[]): string {
  const rounded = (value: number) => String(Math.round(value * 1_000) / 1_000);
  const lines = samples.map((sample) =>
    [...columns.map((column) => rounded(sample[column])), sample.wrong.length].join(','),
  );
  return `${[[...columns, 'wrong'].join(','), ...lines].join('\n')}\n`;
}
