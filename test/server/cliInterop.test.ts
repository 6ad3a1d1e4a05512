import { expect, it } from 'vitest';
import { createEntry } from '../../src/kv/operations/createEntry';
import { isLive } from '../../src/kv/model/entry';
import { restoreEntry } from '../../src/kv/operations/restoreEntry';
import { bytes, expectKind, isIn, listAll, startWatch, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { describeWithCli, startWithCli } from './natsCli';

const values: [name: string, value: Uint8Array][] = [
  ['text', bytes('value')],
  ['nothing', bytes('')],
  ['JSON with line ends', bytes('{\r\n  "a": "x"\n}\n')],
  ['text of many scripts', bytes('žluťoučký 🐎 鍵 \u0301\u2028\ufeff')],
  ['white space', bytes(' \t\n')],
  ['every byte', Uint8Array.from({ length: 1024 }, (_, at) => (at * 7 + (at >> 8)) % 256)],
  ['200 kB', new Uint8Array(200_000).fill(0xc3)],
];

describeWithCli('together with the nats command line', () => {
  it('reads every byte that it puts', async () => {
    const { connection, cli } = await setUp();
    for (const [name, value] of values) {
      await cli.run(['put', 'b', 'key'], value);
      const entry = await connection.get('b', 'key');
      expect(entry?.operation, name).toBe('PUT');
      expect(Buffer.compare(entry?.value ?? bytes('none'), value), name).toBe(0);
      expect(entry?.revision, name).toBe(await revisionOf('key'));
    }

    async function revisionOf(key: string): Promise<number> {
      const shown = (await cli.run(['get', 'b', key])).toString();
      return Number(/revision: (\d+)/.exec(shown)?.[1]);
    }
  });

  it('puts every byte that it reads, under the same revision', async () => {
    const { connection, cli } = await setUp();
    for (const [expected, [name, value]] of values.entries()) {
      const outcome = await connection.put('b', 'key', value, { expected });
      expect(outcome, name).toEqual({ kind: 'saved', revision: expected + 1 });
      const read = await cli.run(['get', 'b', 'key', '--raw', '--revision', `${expected + 1}`]);
      expect(Buffer.compare(read, value), name).toBe(0);
    }
  });

  it('shares the keys that both can name, and lists its own besides', async () => {
    const { connection, cli } = await setUp();
    const keys = ['a', 'a.b', '/', 'a/b=c_d-e', '=', '_', 'UP.low.0'];
    for (const key of keys) {
      await cli.run(['put', 'b', `theirs.${key}`, key]);
      expect(text((await connection.get('b', `theirs.${key}`))?.value)).toBe(key);
      await createEntry(connection, 'b', `ours.${key}`, bytes(key));
      expect((await cli.run(['get', 'b', `ours.${key}`, '--raw'])).toString()).toBe(key);
    }
    await createEntry(connection, 'b', 'foo:bar', bytes('x'));
    expect(await cli.fail(['get', 'b', 'foo:bar'])).toContain('invalid key');
    const listed = (await cli.run(['ls', 'b'])).toString().trim().split('\n');
    expect(listed).toHaveLength(2 * keys.length + 1);
    expect(await connection.listNames('b')).toEqual(listed.toSorted());
  });

  it('shares the compare-and-swap, both ways', async () => {
    const { connection, cli } = await setUp();
    await cli.run(['create', 'b', 'key', 'one']);
    expect(await createEntry(connection, 'b', 'key', bytes('x'))).toEqual(conflict(1));
    await connection.put('b', 'key', bytes('two'), { expected: 1 });
    const refusal = 'wrong last sequence: 2';
    expect(await cli.fail(['update', 'b', 'key', 'stale', '1'])).toContain(refusal);
    expect(await cli.fail(['create', 'b', 'key', 'stale'])).toContain(refusal);
    await cli.run(['update', 'b', 'key', 'three', '2']);
    const stale = { expected: 2 };
    expect(await connection.put('b', 'key', bytes('stale'), stale)).toEqual(conflict(3));
    expect(await connection.delete('b', 'key', stale)).toEqual(conflict(3));
    expect(await connection.purge('b', 'key', stale)).toEqual(conflict(3));
    expect((await cli.run(['get', 'b', 'key', '--raw'])).toString()).toBe('three');
  });

  it.each(['del', 'purge'] as const)('creates over its %s, and it over ours', async (command) => {
    const { connection, cli } = await setUp();
    const operation = command === 'del' ? 'DEL' : 'PURGE';
    await cli.run(['put', 'b', 'key', 'one']);
    await cli.run([command, 'b', 'key', '--force']);
    expect(await connection.get('b', 'key')).toMatchObject({ operation, revision: 2, size: 0 });
    expect((await listAll(connection, 'b')).filter(isLive)).toEqual([]);
    await createEntry(connection, 'b', 'key', bytes('two'));
    await connection[command === 'del' ? 'delete' : 'purge']('b', 'key', { expected: 3 });
    expect(await cli.fail(['get', 'b', 'key'])).toContain('key not found');
    expect((await cli.run(['ls', 'b'])).toString()).toContain('No keys found');
    await cli.run(['create', 'b', 'key', 'three']);
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT', revision: 5 });
    const kept = command === 'del' ? 5 : 2;
    expect(await connection.history('b', 'key')).toHaveLength(kept);
    expect(await cli.table(['history', 'b', 'key'])).toHaveLength(kept);
  });

  it('tells the same history, what either reverts included', async () => {
    const { connection, cli } = await setUp();
    await cli.run(['put', 'b', 'key', 'one']);
    await connection.put('b', 'key', bytes('2'), { expected: 1 });
    await connection.delete('b', 'key', { expected: 2 });
    await cli.run(['revert', 'b', 'key', '1', '--force']);
    expect(text((await connection.get('b', 'key'))?.value)).toBe('one');
    await restoreEntry(connection, 'b', 'key', { revision: 2 }, { expected: 4 });
    const ours = (await connection.history('b', 'key')).map((entry) => [
      entry.key,
      `${entry.revision}`,
      entry.operation === 'DEL' ? 'DELETE' : entry.operation,
      `${entry.size}`,
      text(entry.value),
    ]);
    const theirs = await cli.table(['history', 'b', 'key']);
    expect(
      theirs.map(([key, revision, name, , ...rest]) => [key, revision, name, ...rest]),
    ).toEqual(ours);
    expect(ours.map((row) => row.at(-1))).toEqual(['one', '2', '', 'one', '2']);
  });

  it('tells in a watch what it writes', async () => {
    const { connection, cli } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    await cli.run(['put', 'b', 'a', 'x']);
    await cli.run(['create', 'b', 'c/d=e', 'yy']);
    await cli.run(['update', 'b', 'a', '', '1']);
    await cli.run(['del', 'b', 'a', '--force']);
    await cli.run(['revert', 'b', 'a', '1', '--force']);
    await cli.run(['purge', 'b', 'a', '--force']);
    await eventually(() => expect(told).toHaveLength(6));
    expect(
      told.map(({ key, revision, operation, size }) => [key, revision, operation, size]),
    ).toEqual([
      ['a', 1, 'PUT', 1],
      ['c/d=e', 2, 'PUT', 2],
      ['a', 3, 'PUT', 0],
      ['a', 4, 'DEL', 0],
      ['a', 5, 'PUT', 1],
      ['a', 6, 'PURGE', 0],
    ]);
    watch.dispose();
  });

  it('is told of in its watch', async () => {
    const { connection, cli } = await setUp();
    await connection.put('b', 'before', bytes('x'), { expected: 0 });
    const told = cli.watch(['b']);
    await eventually(() => expect(told).toEqual([['PUT', 'before', 'x']]));
    await createEntry(connection, 'b', 'a/b', bytes('žltý'));
    await connection.delete('b', 'a/b', { expected: 2 });
    await createEntry(connection, 'b', 'a/b', bytes(''));
    await connection.purge('b', 'a/b', { expected: 4 });
    await eventually(() => expect(told).toHaveLength(5));
    expect(told.slice(1)).toEqual([
      ['PUT', 'a/b', 'žltý'],
      ['DELETE', 'a/b', ''],
      ['PUT', 'a/b', ''],
      ['PURGE', 'a/b', ''],
    ]);
  });

  it('goes on watching over its compaction, which keeps the markers that are young', async () => {
    const { connection, cli } = await setUp();
    const { watch, told } = startWatch(connection, 1);
    await isIn('live', watch);
    await cli.run(['put', 'b', 'gone', '1']);
    await createEntry(connection, 'b', 'kept', bytes('x'));
    await cli.run(['del', 'b', 'gone', '--force']);
    await cli.run(['compact', 'b', '--force']);
    expect(await connection.history('b', 'gone')).toMatchObject([{ operation: 'DEL' }]);
    await cli.run(['put', 'b', 'after', 'x']);
    await eventually(() => expect(told.at(-1)?.key).toBe('after'));
    expect(told.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
    await isIn('live', watch);
    expect(await connection.compact('b', { olderThanMs: 0 })).toEqual({
      found: 1,
      done: 1,
      removed: 1,
    });
    expect(await cli.fail(['history', 'b', 'gone'])).toContain('key not found');
    expect((await cli.run(['ls', 'b'])).toString()).toBe('kept\nafter\n');
    watch.dispose();
  });

  it('shares the TTL of a created and of a purged key, or has none where it has none', async () => {
    const { connection, cli, isModern } = await setUp();
    if (!isModern) {
      expect(await cli.fail(['add', 't', '--marker-ttl', '1m'])).toContain('not supported');
      await expectKind('unsupported', connection.createBucket({ name: 't', markerTtl: 60_000 }));
      await cli.run(['create', 'b', 'key', 'x', '--ttl', '1h']);
      expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT', ttl: undefined });
      return;
    }
    await cli.run(['add', 't', '--marker-ttl', '1m']);
    await cli.run(['create', 't', 'theirs', 'x', '--ttl', '90m']);
    expect(await connection.get('t', 'theirs')).toMatchObject({ ttl: 5_400_000, size: 1 });
    await connection.put('t', 'theirs', bytes('y'), { expected: 1, ttl: { kind: 'keep' } });
    expect(await connection.get('t', 'theirs')).toMatchObject({ ttl: 5_400_000, revision: 2 });
    await cli.run(['purge', 't', 'theirs', '--force', '--ttl', '2h']);
    expect(await connection.get('t', 'theirs')).toMatchObject({
      operation: 'PURGE',
      ttl: 7_200_000,
    });
    await createEntry(connection, 't', 'ours', bytes('x'), { ttl: 5_400_000 });
    expect((await cli.run(['get', 't', 'ours', '--raw'])).toString()).toBe('x');
  });

  it('sees the same keys expire, and creates them again', async (test) => {
    const { connection, cli, isModern } = await setUp();
    test.skip(!isModern, 'this server lets no keys expire');
    await cli.run(['add', 't', '--marker-ttl', '1m']);
    const told = cli.watch(['t']);
    await cli.run(['create', 't', 'theirs', 'x', '--ttl', '1s']);
    await createEntry(connection, 't', 'ours', bytes('x'), { ttl: 1000 });
    for (const key of ['theirs', 'ours']) {
      await eventually(async () => {
        expect((await connection.get('t', key))?.operation).toBe('EXPIRED');
      });
      expect(await cli.fail(['get', 't', key])).toContain('key not found');
    }
    await eventually(() => expect(told).toContainEqual(['PURGE', 'ours', '']));
    expect((await createEntry(connection, 't', 'theirs', bytes('y'))).kind).toBe('saved');
    await cli.run(['create', 't', 'ours', 'y']);
    expect((await listAll(connection, 't')).filter(isLive)).toHaveLength(2);
  });
});

function conflict(revision: number) {
  return { kind: 'conflict', revision };
}

/** A bucket of ours that keeps five revisions. */
async function setUp() {
  const system = await startWithCli();
  await system.connection.createBucket({ name: 'b', history: 10 });
  return system;
}
