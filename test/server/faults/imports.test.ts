import { describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../../../src/kv/nats/link/connectOptions';
import { bytes, isIn, listAll } from '../../kv/contract/harness';
import { fillBucket } from '../../support/fillBucket';
import { testConnection, unhurried } from '../dial';
import { rejection } from '../rejection';
import { startSystem } from '../system';

/** What an account must import of the one that has the buckets. */
const imports = {
  api: '{ service: { account: A, subject: "$JS.API.>" }, to: "JS.a.API.>" }',
  writes: '{ service: { account: A, subject: "$KV.>" }, to: "JS.a.API.$KV.>" }',
  flow: '{ service: { account: A, subject: "$JS.FC.>" } }',
  delivery: '{ stream: { account: A, subject: "inbox.>" } }',
};

type Import = keyof typeof imports;

/** A user of an account that imports all that it needs of another one's buckets but one thing. */
async function setUp(missing?: Import, { keys = 0, timeoutMs = unhurried } = {}) {
  const given = Object.entries(imports).filter(([name]) => name !== missing);
  const system = await startSystem({
    config: `
      no_auth_user: a
      accounts {
        A {
          jetstream: enabled
          users: [ { user: a, password: a } ]
          exports: [
            { service: "$JS.API.>", response_type: stream }
            { service: "$KV.>" }
            { service: "$JS.FC.>" }
            { stream: "inbox.>" }
          ]
        }
        B {
          users: [ { user: b, password: b } ]
          imports: [ ${given.map(([, text]) => text).join('\n')} ]
        }
      }
    `,
  });
  const { foreign, server } = system;
  if (keys > 0) {
    await fillBucket(server.url, { name: 'b', keys, revisions: 1 });
  } else {
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'one', 'x');
  }
  const options: Partial<ConnectOptions> = {
    timeoutMs,
    apiPrefix: 'JS.a.API',
    inboxPrefix: 'inbox',
    credentials: () => Promise.resolve([{ kind: 'userPassword', user: 'b', password: 'b' }]),
  };
  return { options, foreign, server, connection: await system.connect(options) };
}

describe('an account that imports another one’s buckets', () => {
  it('lists, watches, reads and writes when it imports all of it', async () => {
    const { connection } = await setUp();
    expect(await listAll(connection, 'b')).toHaveLength(1);
    expect(await connection.history('b', 'one')).toHaveLength(1);
    const put = await connection.put('b', 'one', bytes('y'), { expected: 1 });
    expect(put).toEqual({ kind: 'saved', revision: 2 });
    const watch = connection.watch('b', { from: 1 });
    await isIn('live', watch);
  });

  it('is told that flow control is not imported when a listing stops for it', async () => {
    const { connection } = await setUp('flow', { keys: 60_000 });
    const error = await rejection('denied', listAll(connection, 'b'));
    expect(error.message).toContain('"$JS.FC.>"');
  });

  it('is told that flow control is not imported when a watch stops for it', async () => {
    const { connection } = await setUp('flow', { keys: 60_000 });
    const watch = connection.watch('b', { from: 1 });
    await isIn('failed', watch);
    expect(watch.state.current).toMatchObject({ error: { kind: 'denied' } });
    expect(JSON.stringify(watch.state.current)).not.toContain('undefined');
  });

  it('is told that what is delivered is not imported', async () => {
    const { connection } = await setUp('delivery');
    const listing = rejection('denied', listAll(connection, 'b'));
    const history = rejection('denied', connection.history('b', 'one'));
    const watch = connection.watch('b', { from: 1 });
    expect((await listing).message).toContain('"inbox.>"');
    expect((await history).message).toContain('"inbox.>"');
    await isIn('failed', watch);
    const { current } = watch.state;
    expect(current.kind === 'failed' && current.error.message).toContain('"inbox.>"');
  });

  it('is told that writes are not imported', async () => {
    const { connection } = await setUp('writes', { timeoutMs: 3_000 });
    const outcome = await connection.put('b', 'one', bytes('y'), { expected: 1 });
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(outcome.kind === 'unknown' && outcome.reason).toContain('"$KV.b.>"');
  });
});

describe('testing a connection', () => {
  it.each<[Import | undefined, string]>([
    [undefined, ''],
    ['flow', '"$JS.FC.>"'],
    ['delivery', '"inbox.>"'],
    ['writes', '"$KV.b.>"'],
  ])('says that %s is missing', async (missing, subject) => {
    const { options, server } = await setUp(missing);
    const { steps } = await testConnection({ ...options, servers: [server.url], timeoutMs: 4_000 });
    const failed = steps.filter(({ ok }) => !ok).map(({ message }) => message);
    expect(failed).toHaveLength(missing ? 1 : 0);
    expect(failed.join()).toContain(subject);
  });
});
