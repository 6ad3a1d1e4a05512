import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { headers as newHeaders } from 'nats';
import { bytes, listAll } from '../../kv/contract/harness';
import { eventually } from '../../support/poll';
import { describeWhere } from '../../support/where';
import { rejection } from '../rejection';
import { isServerAtLeast } from '../serverVersion';
import { startSystem } from '../system';
import { makeStream } from './makeStream';

const latin = 'caf\xe9';
const replaced = 'caf\ufffd';
const shown = 'caf\\xe9 (not UTF-8)';

async function setUp(fields: object = {}) {
  const system = await startSystem();
  const { foreign, server } = system;
  const connection = await system.connect();
  await makeStream(foreign, 'b', { max_msgs_per_subject: 5, ...fields });
  return { connection, foreign, server };
}

/** Publishes to a subject of which each character is one byte. */
async function publishBytes(port: number, subject: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'data');
  socket.write('CONNECT {"verbose":false}\r\n');
  socket.write(Buffer.from(`PUB ${subject} 1\r\nx\r\nPING\r\n`, 'latin1'));
  await once(socket, 'data');
  socket.destroy();
}

describe('a key that is not UTF-8', () => {
  it('is shown by a text of its own on every path, beside the key that a decoder makes of it', async () => {
    const { connection, foreign, server } = await setUp();
    await foreign.put('b', replaced, 'a text');
    await publishBytes(server.port, `$KV.b.${latin}`);
    await publishBytes(server.port, '$KV.b.caf\xe8');
    const others = ['caf\\xe8 (not UTF-8)', shown, replaced];
    await eventually(async () => {
      const listed = (await listAll(connection, 'b')).map(({ key }) => key);
      expect(listed.toSorted()).toEqual(others);
    });
    expect(await connection.listNames('b')).toEqual(others);
    const told: string[] = [];
    connection
      .watch('b', { from: 1 })
      .onDidChange((changes) => told.push(...changes.map(({ key }) => key)));
    await eventually(() => expect(told.toSorted()).toEqual(others));
    expect(await connection.getRevision('b', replaced, 2)).toBeUndefined();
    expect(await connection.getRevision('b', replaced, 1)).toMatchObject({ revision: 1 });
    const consistent = { consistent: true };
    expect(await connection.getRevision('b', replaced, 2, consistent)).toBeUndefined();
  });

  it('can be neither read nor written, so that no other key is', async () => {
    const { connection, foreign, server } = await setUp();
    await foreign.put('b', replaced, 'a text');
    await publishBytes(server.port, `$KV.b.${latin}`);
    const any = { expected: 'any' } as const;
    for (const refused of [
      () => connection.get('b', shown),
      () => connection.put('b', shown, bytes('x'), any),
      () => connection.delete('b', shown, any),
      () => connection.purge('b', shown, any),
    ]) {
      expect((await rejection('invalidKey', refused())).message).toContain('not UTF-8');
    }
    expect(await connection.history('b', replaced)).toHaveLength(1);
    const unreadable: string[] = [];
    const onUnreadable = (key: string) => unreadable.push(key);
    const many = await connection.getMany('b', [shown, replaced], { onUnreadable });
    expect(many).toMatchObject([undefined, { key: replaced }]);
    expect(unreadable).toEqual([shown]);
  });

  it('that was deleted is left alone by compaction', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', replaced, 'a text');
    await foreign.mark('b', 'gone', 'DEL');
    expect(await connection.compact('b', { olderThanMs: 0 })).toMatchObject({ removed: 1 });
    expect(await connection.get('b', replaced)).toBeDefined();
  });
});

describe('a key that begins with a byte order mark', () => {
  it('is another key than the one without', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', '\ufeffkey', 'x');
    await foreign.put('b', 'key', 'x');
    const listed = (await listAll(connection, 'b')).map(({ key }) => key);
    expect(listed.toSorted()).toEqual(['key', '\ufeffkey']);
  });
});

describe('two headers of the operation', () => {
  it('are read alike on every path: the first one counts', async () => {
    const { connection, foreign } = await setUp();
    const twice = newHeaders();
    twice.append('KV-Operation', 'DEL');
    twice.append('KV-Operation', 'PURGE');
    await foreign.js.publish('$KV.b.key', 'x', { headers: twice });
    const operation = 'DEL';
    expect(await connection.get('b', 'key')).toMatchObject({ operation });
    expect(await connection.get('b', 'key', { consistent: true })).toMatchObject({ operation });
    expect(await connection.getMany('b', ['key', 'none'])).toMatchObject([
      { operation },
      undefined,
    ]);
    expect(await connection.history('b', 'key')).toMatchObject([{ operation }]);
    expect(await connection.historyInfo('b', 'key')).toMatchObject([{ operation }]);
    expect(await listAll(connection, 'b')).toMatchObject([{ operation }]);
    for (const values of [true, false]) {
      const told: string[] = [];
      connection
        .watch('b', { from: 1, values })
        .onDidChange((changes) => told.push(...changes.map((change) => change.operation)));
      await eventually(() => expect(told).toEqual([operation]));
    }
  });
});

describe('a put that the server takes for a duplicate', () => {
  it('is not saved', async () => {
    const { connection, foreign } = await setUp();
    const headers = [['Nats-Msg-Id', 'one']] as const;
    const first = await connection.put('b', 'key', bytes('x'), { expected: 0, headers });
    expect(first).toEqual({ kind: 'saved', revision: 1 });
    const again = connection.put('b', 'other', bytes('y'), { expected: 0, headers });
    expect((await rejection('server', again)).message).toContain('duplicate of revision 1');
    expect(await foreign.jsm.streams.info('KV_b')).toMatchObject({ state: { messages: 1 } });
  });
});

describeWhere(isServerAtLeast('2.10'), 'this server begins every bucket at 1')(
  'revisions that a number does not hold',
  () => {
    it('are refused with the reason on every path', async () => {
      const { connection, foreign } = await setUp({ first_seq: 2 ** 53 });
      await foreign.js.publish('$KV.b.key', 'x');
      const any = { expected: 'any' } as const;
      for (const refused of [
        () => connection.bucketStatus('b'),
        () => connection.get('b', 'key'),
        () => connection.get('b', 'key', { consistent: true }),
        () => connection.getMany('b', ['key', 'other']),
        () => connection.history('b', 'key'),
        () => connection.historyInfo('b', 'key'),
        () => listAll(connection, 'b'),
        () => connection.listNames('b'),
        () => connection.compact('b', { olderThanMs: 0 }),
      ]) {
        expect((await rejection('unsupported', refused())).message).toContain(
          'cannot be told apart',
        );
      }
      const watch = connection.watch('b', { from: 1 });
      await eventually(() => expect(watch.state.current).toMatchObject({ kind: 'failed' }));
      const put = await connection.put('b', 'key', bytes('y'), any);
      expect(put).toMatchObject({ kind: 'unknown' });
    });

    it('are refused at the first of them where a bucket comes to them while it is in use', async () => {
      const { connection, foreign } = await setUp({ first_seq: Number.MAX_SAFE_INTEGER });
      await foreign.put('b', 'key', 'x');
      expect(await connection.get('b', 'key')).toMatchObject({ revision: Number.MAX_SAFE_INTEGER });
      const watch = connection.watch('b', { from: 1 });
      await eventually(() => expect(watch.state.current).toMatchObject({ kind: 'live' }));
      await foreign.js.publish('$KV.b.key', 'y');
      await eventually(() => expect(watch.state.current).toMatchObject({ kind: 'failed' }));
      for (const refused of [
        () => connection.get('b', 'key'),
        () => connection.get('b', 'key', { consistent: true }),
        () => connection.getMany('b', ['key', 'other']),
        () => connection.history('b', 'key'),
        () => listAll(connection, 'b'),
      ]) {
        expect((await rejection('unsupported', refused())).message).toContain(
          'cannot be told apart',
        );
      }
    });
  },
);
