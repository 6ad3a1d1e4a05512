import { connect, StringCodec } from 'nats';
import { keyAt } from '../support/fillBucket';
import { equalTo, unlike } from './contenders/comparing';
import type { Group } from './group';
import { ms } from './measure';
import { atLeastTimes, atMostTimes, told } from './row';
import { runInTurns } from './runContender';

const rounds = 2;
const codec = StringCodec();

/** Comparing two large buckets, against listing one of them and reading both. */
export function compareGroup(scaled: (number: number) => number): Group {
  const keys = scaled(1_000_000);
  const name = 'compare';
  const bucket = { keys, revisions: 1 };
  return {
    buckets: [
      { name, ...bucket },
      { name: equalTo(name), ...bucket },
      { name: unlike(name), ...bucket },
    ],
    measure: async (url) => {
      await makeUnlike(url, unlike(name), keys);
      const task = { url, bucket: name, keys };
      const ran = await runInTurns(
        ['listOnce', 'compareBySize', 'readBoth', 'compareByMeaning', 'compareUnlike'],
        rounds,
        task,
      );
      const size = keys >= 1_000_000 ? `${keys / 1_000_000}M` : `${keys / 1000}k`;
      const rate = (of: typeof ran.readBoth) => keys / (ms(of) / 1000);
      return [
        atMostTimes(
          `compare two equal buckets of ${size} keys by key facts / one listing`,
          'ms',
          ms(ran.compareBySize),
          ms(ran.listOnce),
          2.5,
        ),
        atLeastTimes(
          `compare them with values / reading both by a bare push loop`,
          'keys a second',
          rate(ran.compareByMeaning),
          rate(ran.readBoth),
          0.7,
        ),
        told(
          `find exactly 1,000 differences in ${size} against ${size}`,
          'ms',
          ms(ran.compareUnlike),
        ),
      ];
    },
  };
}

/** 500 values of the same size, 250 keys that are gone, 250 that are new. */
async function makeUnlike(url: string, bucket: string, keys: number): Promise<void> {
  const connection = await connect({ servers: url });
  const subjectOf = (key: string): string => `$KV.${bucket}.${key}`;
  const value = codec.encode('y'.repeat(32));
  const step = Math.floor(keys / 750);
  for (let at = 0; at < 500; at++) {
    await connection.request(subjectOf(keyAt(at * step)), value);
  }
  for (let at = 500; at < 750; at++) {
    const filter = subjectOf(keyAt(at * step));
    await connection.request(`$JS.API.STREAM.PURGE.KV_${bucket}`, JSON.stringify({ filter }));
    await connection.request(subjectOf(`new.${at}`), value);
  }
  await connection.close();
}
