import { parseArgs } from 'node:util';

/** What is soaked and for how long. Times in milliseconds. */
export interface SoakOptions {
  readonly lastsMs: number;
  /** Changes a second, those of all buckets together. */
  readonly rate: number;
  readonly buckets: number;
  /** Keys that each bucket has all the time. */
  readonly keys: number;
  /** From one end of a connection to the next. */
  readonly cutEveryMs: number;
  readonly sampleEveryMs: number;
  /** What is not judged at the beginning: code is compiled, caches are filled. */
  readonly warmUpMs: number;
  /** Whether to compare what is on the heap after the warm-up and at the end. */
  readonly snapshots: boolean;
  /** Path without ending of the files that are written. */
  readonly out: string;
}

const minute = 60_000;

/** Reads the command line of `npm run soak`; short runs cut, sample and warm up in less time. */
export function soakOptions(args: string[]): SoakOptions {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '60' },
      rate: { type: 'string', default: '2000' },
      buckets: { type: 'string', default: '10' },
      keys: { type: 'string', default: '200' },
      cut: { type: 'string' },
      sample: { type: 'string' },
      snapshots: { type: 'boolean', default: false },
      out: { type: 'string', default: 'artifacts/soak' },
    },
  });
  const lastsMs = positive('minutes', values.minutes) * minute;
  const short = (ms: number, share: number) => Math.min(ms, lastsMs * share);
  const given = (name: string, text: string | undefined, otherwise: number, unit: number) =>
    text === undefined ? otherwise : positive(name, text) * unit;
  return {
    lastsMs,
    rate: positive('rate', values.rate),
    buckets: Math.max(3, positive('buckets', values.buckets)),
    keys: positive('keys', values.keys),
    cutEveryMs: given('cut', values.cut, short(5 * minute, 0.25), minute),
    sampleEveryMs: given('sample', values.sample, short(30_000, 0.1), 1_000),
    warmUpMs: short(10 * minute, 0.25),
    snapshots: values.snapshots,
    out: values.out,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) {
    throw new Error(`--${name} takes a number above 0, not ${text}.`);
  }
  return number;
}
