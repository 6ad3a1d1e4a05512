import type { Measurement } from './contenders/measurement';
import type { FilledBucket } from '../support/fillBucket';
import type { Group } from './group';
import { atLeastTimes, atMost, atMostTimes, type Row, told } from './row';
import { runInTurns } from './runContender';

const rounds = 3;

/** Listing, reading and watching by the core, without a view. */
export function coreGroup(scaled: (number: number) => number): Group {
  const large: FilledBucket = { name: 'large', keys: scaled(1_000_000), revisions: 1 };
  const small: FilledBucket = { name: 'small', keys: scaled(100_000), revisions: 1 };
  const updated: FilledBucket = { name: 'updated', keys: scaled(50_000), revisions: 2 };
  return {
    buckets: [large, small, updated],
    measure: async (url) => [
      ...(await measureLargeListing(url, large)),
      ...(await measureSmallBucket(url, small)),
      ...(await measureWatching(url, updated)),
    ],
  };
}

/** Listing a large bucket: against the floor, against `keys()`, and what it costs besides time. */
async function measureLargeListing(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const subjects = ['bareListing', 'listing', 'firstKeys', 'cancelling', 'namesOfPrefix'] as const;
  const ran = await runInTurns(subjects, rounds, task);
  const others = await runInTurns(['natsKeys', 'natsIoKeys', 'bareFacts'], 2, task);
  const { listing, bareListing: bare } = ran;
  const keys = others.natsKeys;
  const size = sizeOf(bucket);
  const all = `list ${size} keys with details`;
  return [
    told(`nats kv.keys(), ${size} keys`, 'ms', ms(keys)),
    told(`@nats-io/kv keys(), ${size} keys`, 'ms', ms(others.natsIoKeys)),
    told(`bare push loop that reads details, ${size} keys`, 'ms', ms(others.bareFacts)),
    atMostTimes(`${all} / bare push loop`, 'ms', ms(listing), ms(bare), 1.1),
    atMostTimes(`${all} / kv.keys()`, 'ms', ms(listing), ms(keys), 0.65),
    atMostTimes(`first 100 of ${size} keys / all`, 'ms', ms(ran.firstKeys), ms(listing), 0.1),
    atMost(`cancel the listing of ${size} keys`, 'ms', ms(ran.cancelling), 50),
    atMostTimes(`names of 2% of ${size} / all`, 'ms', ms(ran.namesOfPrefix), ms(listing), 0.02),
    atMost(`longest stall, ${all}`, 'ms', listing['stallMs'] ?? NaN, 50),
    told(`longest stall, bare push loop`, 'ms', bare['stallMs'] ?? NaN),
    told(`longest stall, kv.keys()`, 'ms', keys['stallMs'] ?? NaN),
    atMost(`memory a key, ${size} keys with details`, 'bytes', listing['bytesPerKey'] ?? NaN, 100),
  ];
}

/** The names of a bucket that is small enough for one answer, and values of known keys. */
async function measureSmallBucket(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const ran = await runInTurns(['natsKeys', 'names', 'values'], rounds, task);
  const { distantValues } = await runInTurns(['distantValues'], 1, task);
  const many = (row: string, { sequentialMs = NaN, ...rest }: Measurement) =>
    atMostTimes(`values of 1000 keys${row} / one by one`, 'ms', ms(rest), sequentialMs, 0.2);
  const name = `sorted names of ${sizeOf(bucket)} keys / kv.keys()`;
  return [
    atMostTimes(name, 'ms', ms(ran.names), ms(ran.natsKeys), 0.25),
    many('', ran.values),
    many(', 20 ms away', distantValues),
    told('requests for values of 1000 keys', 'requests', distantValues['requests'] ?? NaN),
  ];
}

/** Following updates of known keys, as a rate against the floor. */
async function measureWatching(url: string, bucket: FilledBucket): Promise<Row[]> {
  const task = { url, bucket: bucket.name, keys: bucket.keys };
  const ran = await runInTurns(['bareWatching', 'watching'], rounds, task);
  const rate = (measured: Measurement) => bucket.keys / (ms(measured) / 1000);
  const name = `watch, ${sizeOf(bucket)} updates into the index / bare push loop`;
  return [atLeastTimes(name, 'a second', rate(ran.watching), rate(ran.bareWatching), 0.8)];
}

export function ms(measured: Measurement): number {
  return measured['ms'] ?? Number.NaN;
}

export function sizeOf({ keys }: FilledBucket): string {
  return keys >= 1_000_000 ? `${keys / 1_000_000}M` : `${keys / 1000}k`;
}
