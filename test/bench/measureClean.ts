import type { Measurement } from './contenders/measurement';
import type { Group } from './group';
import { ms } from './measure';
import { atLeastTimes, type Row, told } from './row';
import { runInTurns } from './runContender';

const rounds = 3;

/** Cleaning by plans, against a loop over the client that knows what there is to do. */
export function cleanGroup(scaled: (number: number) => number): Group {
  const keys = scaled(100_000);
  return {
    buckets: [],
    measure: async (url) => {
      const task = { url, bucket: 'clean', keys };
      const ran = await runInTurns(
        ['bareDeletes', 'deleteByPattern', 'barePurges', 'compactMarkers'],
        rounds,
        task,
      );
      const rate = (measured: Measurement) => keys / (ms(measured) / 1000);
      const against = (name: string, ours: Measurement, bare: Measurement): Row[] => [
        atLeastTimes(`${name} / bare pipelined loop`, 'a second', rate(ours), rate(bare), 0.7),
        told(`${name}: its dry run`, 'ms', ours['planMs'] ?? NaN),
      ];
      const size = `${keys / 1000}k`;
      return [
        ...against(`delete by pattern, ${size} keys`, ran.deleteByPattern, ran.bareDeletes),
        ...against(`compact, ${size} markers`, ran.compactMarkers, ran.barePurges),
      ];
    },
  };
}
