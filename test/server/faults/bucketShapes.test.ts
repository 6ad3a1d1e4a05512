import { describe, expect, it } from 'vitest';
import { bytes, expectKind, listAll } from '../../kv/contract/harness';
import { eventually } from '../../support/poll';
import { describeWhere } from '../../support/where';
import { rejection } from '../rejection';
import { isServerAtLeast } from '../serverVersion';
import { startSystem } from '../system';
import { makeStream } from './makeStream';

async function setUp() {
  const system = await startSystem();
  return { connection: await system.connect(), foreign: system.foreign };
}

type Connection = Awaited<ReturnType<typeof setUp>>['connection'];

async function keysOf(connection: Connection, bucket: string): Promise<string[]> {
  return (await listAll(connection, bucket)).map(({ key }) => key).toSorted();
}

describe('a bucket of a part of its subjects', () => {
  it('is listed, and used in what it covers', async () => {
    const { connection, foreign } = await setUp();
    await makeStream(foreign, 'x', { subjects: ['$KV.x.eu.>', '$KV.x.us.one'] });
    expect((await connection.listBuckets()).map(({ name }) => name)).toEqual(['x']);
    const put = await connection.put('x', 'eu.1', bytes('v'), { expected: 0 });
    expect(put).toEqual({ kind: 'saved', revision: 1 });
    await foreign.put('x', 'us.one', 'v');
    expect(await keysOf(connection, 'x')).toEqual(['eu.1', 'us.one']);
    expect(await connection.listNames('x')).toEqual(['eu.1', 'us.one']);
    expect(await connection.get('x', 'eu.1')).toMatchObject({ revision: 1 });
    expect(await connection.history('x', 'us.one')).toHaveLength(1);
  });

  it('says which keys it takes when another one is put', async () => {
    const { connection, foreign } = await setUp();
    await makeStream(foreign, 'x', { subjects: ['$KV.x.eu.>'] });
    const error = await rejection(
      'unsupported',
      connection.put('x', 'us.1', bytes('v'), { expected: 0 }),
    );
    expect(error.message).toBe('the bucket "x" takes only $KV.x.eu.>, not the key "us.1"');
  });

  it('has no keys where a filter asks for others', async () => {
    const { connection, foreign } = await setUp();
    await makeStream(foreign, 'x', { subjects: ['$KV.x.eu.>'] });
    await foreign.put('x', 'eu.1', 'v');
    expect(await listAll(connection, 'x', { filter: 'us.>' })).toEqual([]);
    expect(await connection.history('x', 'us.1')).toEqual([]);
  });
});

describe('a bucket without subjects of its own', () => {
  it('shows the keys of its one source as they are stored, and cannot be written', async () => {
    const { connection, foreign } = await setUp();
    await makeStream(foreign, 'a');
    await makeStream(foreign, 'b', { subjects: undefined, sources: [{ name: 'KV_a' }] });
    await foreign.put('a', 'key', 'v');
    await eventually(async () => expect(await keysOf(connection, 'b')).toEqual(['key']));
    expect(await connection.get('b', 'key')).toMatchObject({ value: bytes('v') });
    const error = await rejection(
      'unsupported',
      connection.put('b', 'key', bytes('w'), { expected: 1 }),
    );
    expect(error.message).toBe('"b" only copies other buckets and cannot be written; write to "a"');
  });
});

describeWhere(isServerAtLeast('2.10'), 'this server moves no subjects')(
  'a mirror that moves subjects',
  () => {
    it.each([
      ['$KV.m.>', ['eu.1', 'us.1']],
      ['$KV.m.below.>', ['below.eu.1', 'below.us.1']],
      ['copied.keys.>', ['eu.1', 'us.1']],
    ])('to %s shows its keys as stored', async (dest, keys) => {
      const { connection, foreign } = await setUp();
      await makeStream(foreign, 'a');
      const mirror = { name: 'KV_a', subject_transforms: [{ src: '$KV.a.>', dest }] };
      await makeStream(foreign, 'm', { subjects: undefined, mirror, mirror_direct: true });
      await foreign.put('a', 'eu.1', 'v');
      await foreign.put('a', 'us.1', 'v');
      await eventually(async () => expect(await keysOf(connection, 'm')).toEqual(keys));
      expect(await connection.listNames('m')).toEqual(keys);
      expect(await connection.getMany('m', keys)).toMatchObject(keys.map((key) => ({ key })));
      expect(await connection.history('m', keys[0] ?? '')).toHaveLength(1);
    });

    it('to several patterns shows the keys of the first and none that is not', async () => {
      const { connection, foreign } = await setUp();
      await makeStream(foreign, 'a');
      const subject_transforms = [
        { src: '$KV.a.eu.>', dest: '$KV.m.>' },
        { src: '$KV.a.us.>', dest: '$KV.elsewhere.>' },
      ];
      const mirror = { name: 'KV_a', subject_transforms };
      await makeStream(foreign, 'm', { subjects: undefined, mirror });
      await foreign.put('a', 'us.1', 'v');
      await foreign.put('a', 'eu.1', 'v');
      await eventually(async () => expect(await keysOf(connection, 'm')).toEqual(['1']));
    });
  },
);

describe('an origin that was deleted', () => {
  it('is not found, though its mirror still answers for it', async () => {
    const { connection, foreign } = await setUp();
    await makeStream(foreign, 'a');
    await makeStream(foreign, 'm', {
      subjects: undefined,
      mirror: { name: 'KV_a' },
      mirror_direct: true,
    });
    await foreign.put('a', 'key', 'old');
    await foreign.put('a', 'other', 'old');
    await eventually(async () => expect(await keysOf(connection, 'm')).toHaveLength(2));
    expect(await connection.get('a', 'key')).toMatchObject({ value: bytes('old') });
    await foreign.deleteBucket('a');
    await expectKind('notFound', connection.get('a', 'key'));
    await expectKind('notFound', connection.getMany('a', ['key', 'other']));
    await makeStream(foreign, 'a');
    await foreign.put('a', 'key', 'new');
    for (let times = 0; times < 20; times++) {
      expect(await connection.get('a', 'key')).toMatchObject({ value: bytes('new') });
      expect(await connection.getMany('a', ['key', 'other'])).toMatchObject([{}, undefined]);
    }
    expect(await connection.get('m', 'key')).toMatchObject({ value: bytes('old') });
  });
});
