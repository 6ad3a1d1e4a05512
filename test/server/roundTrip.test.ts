import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyProblem } from '../../src/kv/model/key';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { bytes, listAll, text } from '../kv/contract/harness';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { connect } from './dial';

let server: NatsServer;
let connection: KvConnection;

beforeAll(async () => {
  server = await startNatsServer();
  connection = await connect({ servers: [server.url] });
  await connection.createBucket({ name: 'values', history: 2 });
  await connection.createBucket({ name: 'keys' });
});

afterAll(async () => {
  await connection?.close();
  await server?.stop();
});

describe('a round trip through the server', () => {
  it('keeps every byte of a value, in each way to read it', async () => {
    const stored = new Map<string, Uint8Array>();
    await fc.assert(
      fc.asyncProperty(fc.nat(200), fc.uint8Array({ maxLength: 5000 }), async (at, value) => {
        const key = `k${at}`;
        const last = await connection.get('values', key);
        const expected = last?.revision ?? 0;
        const outcome = await connection.put('values', key, value, { expected });
        const revision = outcome.kind === 'saved' ? outcome.revision : -1;
        const read = await connection.getRevision('values', key, revision);
        expectSame(read?.value, value);
        stored.set(key, value);
      }),
      { numRuns: 1000 },
    );
    const keys = [...stored.keys()];
    const entries = await connection.getMany('values', keys);
    for (const [at, key] of keys.entries()) {
      expectSame(entries[at]?.value, stored.get(key));
    }
    for (const key of keys.slice(0, 20)) {
      expectSame((await connection.history('values', key)).at(-1)?.value, stored.get(key));
      const leaders = await connection.get('values', key, { consistent: true });
      expectSame(leaders?.value, stored.get(key));
    }
  });

  it('keeps every key that keyProblem lets through, in each way to read it', async () => {
    const unit = fc.oneof(
      fc.constantFrom('.', '*', '>', '/', ':', '$'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
    );
    const keys = fc
      .array(unit, { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(''))
      .filter((key) => keyProblem(key) === undefined);
    const stored = new Set<string>(['a', 'a.b', 'a.b.c', 'foo:bar', '/', 'kľúč']);
    const put = async (key: string) => {
      const expected = (await connection.get('keys', key))?.revision ?? 0;
      const outcome = await connection.put('keys', key, bytes(key), { expected });
      expect(outcome.kind).toBe('saved');
      expect(await connection.get('keys', key)).toMatchObject({ key });
    };
    for (const key of stored) {
      await put(key);
    }
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        await put(key);
        stored.add(key);
      }),
      { numRuns: 1000 },
    );
    const listed = await listAll(connection, 'keys');
    expect(listed.map(({ key }) => key).toSorted()).toEqual([...stored].toSorted());
    const entries = await connection.getMany('keys', [...stored]);
    expect(entries.map((entry) => text(entry?.value))).toEqual([...stored]);
    for (const key of [...stored].slice(0, 50)) {
      expect(await connection.history('keys', key)).toMatchObject([{ key }]);
    }
  });
});

function expectSame(read: Uint8Array | undefined, written: Uint8Array | undefined): void {
  expect(read && written && Buffer.compare(read, written)).toBe(0);
}
