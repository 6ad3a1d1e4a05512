import type { Group } from './group';
import { ms } from './measure';
import { atLeastTimes, type Row, toldTimes } from './row';
import { runInTurns } from './runContender';

const rounds = 3;
const keys = 1_000;

/** Saving many keys as one, against a loop over the client, and against one key after the other. */
export function batchGroup(): Group {
  return {
    buckets: [],
    measure: async (url): Promise<Row[]> => {
      const task = { url, bucket: 'batch', keys };
      const ran = await runInTurns(['bareBatch', 'batch', 'barePuts', 'oneByOne'], rounds, task);
      const rate = (name: keyof typeof ran) => keys / (ms(ran[name]) / 1000);
      const unit = 'keys a second';
      const name = `save of ${keys} keys`;
      return [
        atLeastTimes(`${name}, atomic / bare batch`, unit, rate('batch'), rate('bareBatch'), 0.7),
        toldTimes(`${name}, atomic / one by one`, unit, rate('batch'), rate('oneByOne')),
        toldTimes(`${name}, one by one / bare`, unit, rate('oneByOne'), rate('barePuts')),
      ];
    },
  };
}
