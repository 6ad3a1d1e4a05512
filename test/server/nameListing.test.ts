import { describe, expect, it } from 'vitest';
import { fillBucket, keyAt } from '../support/fillBucket';
import { startSystem } from './system';

describe('a listing of names', () => {
  it('asks once about up to a hundred thousand, and streams more', async () => {
    const keys = 100_100;
    const system = await startSystem();
    const { server, proxy } = system;
    await fillBucket(server.url, { name: 'b', keys, revisions: 1 });
    const connection = await system.connect();
    const few = await connection.listNames('b', { filter: 't07.>' });
    expect(few).toHaveLength(keys / 50);
    expect(few).toEqual(few.toSorted());
    expect(proxy.published).toEqual(['$JS.API.STREAM.INFO.KV_b', '$JS.API.STREAM.INFO.KV_b']);
    const all = await connection.listNames('b');
    expect(all).toEqual(Array.from({ length: keys }, (_, at) => keyAt(at)).toSorted());
    expect(proxy.published.some((subject) => subject.includes('CONSUMER.CREATE'))).toBe(true);
    // Every key matches, which only the answer tells.
    proxy.reset();
    expect(await connection.listNames('b', { filter: '*.*.*' })).toHaveLength(keys);
    expect(proxy.published.some((subject) => subject.includes('CONSUMER.CREATE'))).toBe(true);
  });

  it('streams them to an account that may not ask', async () => {
    const system = await startSystem({
      config: withReader,
      foreignAuth: { user: 'admin', pass: 'admin' },
    });
    await system.foreign.createBucket({ name: 'b' });
    await system.foreign.put('b', 'mine.b', 'x');
    await system.foreign.put('b', 'mine.a', 'x');
    const reader = { kind: 'userPassword', user: 'reader', password: 'reader' } as const;
    const connection = await system.connect({ credentials: () => Promise.resolve([reader]) });
    const names = await connection.listNames('b', { filter: 'mine.>' });
    expect(names).toEqual(['mine.a', 'mine.b']);
  });
});

const withReader = `
authorization {
  users: [
    { user: admin, password: admin }
    {
      user: reader, password: reader
      permissions: {
        publish: [
          "$JS.API.CONSUMER.CREATE.KV_b.*.$KV.b.mine.>", "$JS.API.CONSUMER.DELETE.KV_b.*", "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
  ]
}`;
