import type { FilledBucket } from '../support/fillBucket';
import type { Measurement } from './contenders/measurement';
import type { Group } from './group';
import { ms, sizeOf } from './measure';
import { atLeastTimes, atMost, type Row, told, toldTimes } from './row';
import { runInTurns } from './runContender';

const rounds = 3;
/** What the largest of them may take on a slow machine. */
const largeSeconds = 900;

/** Export to NDJSON and import from it, against pipelined loops over the client. */
export function transferGroup(scaled: (number: number) => number): Group {
  const small: FilledBucket = { name: 'transfer', keys: scaled(100_000), revisions: 1 };
  const large: FilledBucket = { name: 'transferLarge', keys: scaled(1_000_000), revisions: 1 };
  return {
    buckets: [small, large],
    measure: async (url) => {
      const { keys } = small;
      const task = { url, bucket: small.name, keys };
      const ran = await runInTurns(
        ['bareGets', 'barePush', 'exportFile', 'bareImport', 'importFile'],
        rounds,
        task,
      );
      const rate = (measured: Measurement) => keys / (ms(measured) / 1000);
      const size = sizeOf(small);
      return [
        atLeastTimes(
          ...([`export, ${size} keys / pipelined gets`, 'a second'] as const),
          ...([rate(ran.exportFile), rate(ran.bareGets), 0.7] as const),
        ),
        toldTimes(
          ...([`export, ${size} keys / bare push loop`, 'a second'] as const),
          ...([rate(ran.exportFile), rate(ran.barePush)] as const),
        ),
        atLeastTimes(
          ...([`import, ${size} keys / pipelined puts`, 'a second'] as const),
          ...([rate(ran.importFile), rate(ran.bareImport), 0.7] as const),
        ),
        told(`import, ${size} keys: its dry run`, 'ms', ran.importFile['planMs'] ?? NaN),
        ...(await measureMemory(url, large)),
      ];
    },
  };
}

async function measureMemory(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys, seconds: largeSeconds };
  const ran = await runInTurns(['exportMemory', 'importMemory'], 1, task);
  const mebibytes = (measured: Measurement) => (measured['bytes'] ?? NaN) / 1024 ** 2;
  const size = sizeOf(bucket);
  return [
    atMost(`memory more, export of ${size} keys`, 'MiB', mebibytes(ran.exportMemory), 50),
    atMost(`memory more, import of ${size} keys`, 'MiB', mebibytes(ran.importMemory), 50),
  ];
}
