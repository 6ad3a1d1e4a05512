import { describe, expect, it } from 'vitest';
import { bytes, listAll } from '../../kv/contract/harness';
import { eventually } from '../../support/poll';
import type { ForeignNats } from '../foreignNats';
import { isServerAtLeast } from '../serverVersion';
import { startSystem } from '../system';
import { makeStream } from './makeStream';

/** A bucket whose stream holds messages of another one. */
interface Mixed {
  readonly bucket: string;
  readonly origin: string;
  /** Whether what is put into the origin from now on is copied. */
  readonly isCopying: boolean;
}

const long = 'x'.repeat(200);
const cut = 'gone.long.enough.to.be.cut';

const makers: readonly [string, string, (foreign: ForeignNats) => Promise<Mixed>][] = [
  ['a source without a transform', '2.9', (foreign) => makeAggregate(foreign, 'b', 'a')],
  ['a source of a longer name', '2.9', (foreign) => makeAggregate(foreign, 'b', long)],
  ['a source of a shorter name', '2.9', (foreign) => makeAggregate(foreign, long, 'a')],
  ['been a mirror before', '2.12', promote],
];

async function makeAggregate(foreign: ForeignNats, bucket: string, origin: string) {
  await makeStream(foreign, origin, { max_msgs_per_subject: 5 });
  const sources = [{ name: `KV_${origin}` }];
  await makeStream(foreign, bucket, { max_msgs_per_subject: 5, sources });
  await fill(foreign, { bucket, origin, isCopying: true });
  return { bucket, origin, isCopying: true };
}

async function promote(foreign: ForeignNats): Promise<Mixed> {
  const mixed = { bucket: 'b', origin: 'a' };
  await makeStream(foreign, 'a', { max_msgs_per_subject: 5 });
  const mirror = { name: 'KV_a' };
  await makeStream(foreign, 'b', { max_msgs_per_subject: 5, subjects: undefined, mirror });
  await fill(foreign, { ...mixed, isCopying: true });
  await makeStream(foreign, 'b', { max_msgs_per_subject: 5 }, 'UPDATE');
  return { ...mixed, isCopying: false };
}

/** Puts three messages into the origin, and waits for their copies. */
async function fill(foreign: ForeignNats, { bucket, origin, isCopying }: Mixed): Promise<void> {
  const before = await messagesOf(foreign, bucket);
  await foreign.put(origin, 'key', 'theirs');
  await foreign.put(origin, cut, 'theirs');
  await foreign.mark(origin, cut, 'DEL');
  const copied = isCopying ? 3 : 0;
  await eventually(async () => expect(await messagesOf(foreign, bucket)).toBe(before + copied));
}

async function messagesOf(foreign: ForeignNats, bucket: string): Promise<number> {
  return (await foreign.jsm.streams.info(`KV_${bucket}`)).state.messages;
}

const able = makers.filter(([, since]) => isServerAtLeast(since));

describe('a bucket whose stream holds messages of another one', () => {
  it.each(able)('tells its own keys alone, having %s', async (_, __, make) => {
    const system = await startSystem();
    const { foreign } = system;
    const connection = await system.connect();
    const mixed = await make(foreign);
    const { bucket } = mixed;
    const told: string[] = [];
    const watch = connection.watch(bucket, { from: 1 });
    watch.onDidChange((changes) => told.push(...changes.map(({ key }) => key)));
    await foreign.put(bucket, 'key', 'ours');
    await foreign.put(bucket, cut, 'ours');
    await fill(foreign, mixed);
    const revision = await foreign.put(bucket, 'later', 'ours');
    await eventually(() => expect(told.at(-1)).toBe('later'));
    const own = [cut, 'key', 'later'];
    expect(told.toSorted()).toEqual(own);
    const listed = await listAll(connection, bucket);
    const lines = listed.map(({ key, operation }) => `${key} ${operation}`);
    expect(lines.toSorted()).toEqual(own.map((key) => `${key} PUT`));
    expect(await connection.listNames(bucket)).toEqual(own);
    expect(await connection.getMany(bucket, own)).toMatchObject(own.map((key) => ({ key })));
    expect(await connection.history(bucket, 'key')).toMatchObject([{ value: bytes('ours') }]);
    expect(await connection.get(bucket, 'later')).toMatchObject({ revision });
    const others = (await messagesOf(foreign, bucket)) - own.length;
    expect(await connection.countOtherMessages(bucket)).toBe(others);
    expect(others).toBeGreaterThan(2);
  });

  it.each(able)('is compacted without touching any of them, having %s', async (_, __, make) => {
    const system = await startSystem();
    const { foreign } = system;
    const connection = await system.connect();
    const mixed = await make(foreign);
    const { bucket } = mixed;
    await foreign.put(bucket, cut, 'ours');
    await foreign.put(bucket, 'mine', 'ours');
    await foreign.mark(bucket, 'mine', 'DEL');
    await fill(foreign, mixed);
    const before = await messagesOf(foreign, bucket);
    const counts = await connection.compact(bucket, { olderThanMs: 0 });
    expect(counts).toEqual({ found: 1, done: 1, removed: 2 });
    expect(await messagesOf(foreign, bucket)).toBe(before - 2);
    expect(await connection.get(bucket, cut)).toMatchObject({ operation: 'PUT' });
  });
});
