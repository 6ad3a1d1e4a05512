import type { FilledBucket } from '../support/fillBucket';
import type { Group } from './group';
import { ms, sizeOf } from './measure';
import { atLeastTimes, atMost, type Row, told } from './row';
import { runInTurns } from './runContender';

const rounds = 3;
const revisions = 10;

/** Stored changes replayed into the host side of the Live panel, each time in a fresh process. */
export function liveGroup(scaled: (number: number) => number): Group {
  const replayed: FilledBucket = { name: 'replayed', keys: scaled(20_000), revisions };
  return { buckets: [replayed], measure: (url) => measureReplay(url, replayed) };
}

async function measureReplay(url: string, bucket: FilledBucket): Promise<Row[]> {
  const messages = bucket.keys * bucket.revisions;
  const task = { url, bucket: bucket.name, keys: messages };
  const ran = await runInTurns(['bareCounting', 'liveReplay', 'hiddenReplay'], rounds, task);
  const { bareCounting: bare, liveReplay: shown, hiddenReplay: hidden } = ran;
  const rate = (measured: typeof bare) => messages / (ms(measured) / 1000);
  const size = sizeOf({ ...bucket, keys: messages });
  const name = `replay ${size} changes into the panel's host side`;
  return [
    atLeastTimes(`${name} / loop that counts`, 'a second', rate(shown), rate(bare), 0.5),
    atMost(`${name}: longest stall`, 'ms', shown['stallMs'] ?? NaN, 50),
    told(`${name}: memory for each change kept`, 'bytes', shown['bytesPerChange'] ?? NaN),
    told(`${name}, hidden: processor time`, 'ms', hidden['cpuMs'] ?? NaN),
    told(`${name}, seen: processor time`, 'ms', shown['cpuMs'] ?? NaN),
  ];
}
