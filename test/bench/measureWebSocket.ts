import type { FilledBucket } from '../support/fillBucket';
import type { Measurement } from './contenders/measurement';
import type { Group } from './group';
import { ms, sizeOf } from './measure';
import { atMostTimes, type Row, toldTimes } from './row';
import { bestOf, runContender } from './runContender';

const rounds = 3;

/** The same listing over WebSocket and over TCP, from one server, in turns. */
export function webSocketGroup(scaled: (number: number) => number): Group {
  const bucket: FilledBucket = { name: 'large', keys: scaled(1_000_000), revisions: 1 };
  return {
    buckets: [bucket],
    measure: (url, webSocketUrl) => measureBoth(url, webSocketUrl, bucket),
  };
}

async function measureBoth(url: string, other: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { bucket: bucket.name, keys: bucket.keys };
  const overTcp: Measurement[] = [];
  const overWebSocket: Measurement[] = [];
  for (let round = 0; round < rounds; round++) {
    overTcp.push(await runContender('listing', { ...task, url }));
    overWebSocket.push(await runContender('listing', { ...task, url: other }));
  }
  const [tcp, webSocket] = [bestOf(overTcp), bestOf(overWebSocket)];
  const name = `list ${sizeOf(bucket)} keys over WebSocket`;
  const part = (measured: Measurement, of: string) => measured[of] ?? NaN;
  return [
    atMostTimes(`${name} / over TCP`, 'ms', ms(webSocket), ms(tcp), 1.3),
    toldTimes(`processor time of the same`, 'ms', part(webSocket, 'cpuMs'), part(tcp, 'cpuMs')),
    toldTimes(`longest stall of the same`, 'ms', part(webSocket, 'stallMs'), part(tcp, 'stallMs')),
  ];
}
