import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BucketWatch } from '../../src/kv/session/bucketWatch';
import { isLive } from '../../src/kv/model/entry';
import type { KeyScope } from '../../src/kv/keys/indexState';
import { KeyIndex } from '../../src/kv/session/keyIndex';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import type { LevelRow } from '../../src/kv/keys/tree/keyLevels';
import { listAll } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { startSystem } from './system';

/** May see the keys below `mine`, and ask for nothing else: not even what the bucket is. */
const users = `
authorization {
  users: [
    { user: admin, password: admin }
    {
      user: oneTree, password: oneTree
      permissions: {
        publish: [
          "$JS.API.CONSUMER.CREATE.KV_b.*.$KV.b.mine.>"
          "$JS.API.CONSUMER.DELETE.KV_b.*"
          "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
  ]
}`;

function open(connection: KvConnection, bucket: string, scope?: KeyScope): KeyIndex {
  const watch = new BucketWatch(connection, bucket, scope?.filter);
  const index = new KeyIndex(connection, watch, scope);
  onTestFinished(() => {
    index.dispose();
    watch.dispose();
  });
  index.open();
  return index;
}

/** Every key that stands below a path when all folders are opened. */
function expand(index: KeyIndex, path = ''): string[] {
  const { rows } = index.levels.page(path, { limit: 1_000 });
  return rows.flatMap((row: LevelRow) => [
    ...(row.info && isLive(row.info) ? [row.path] : []),
    ...(row.below > 0 ? expand(index, row.path) : []),
  ]);
}

describe('KeyIndex', () => {
  it('lists and follows a part of a bucket for a user who may see nothing else of it', async () => {
    const foreignAuth = { user: 'admin', pass: 'admin' };
    const system = await startSystem({ config: users, foreignAuth });
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'mine.1', 'x');
    await foreign.put('b', 'other.1', 'x');
    const credentials = () =>
      Promise.resolve([{ kind: 'userPassword', user: 'oneTree', password: 'oneTree' }] as const);
    const connection = await system.connect({ credentials });
    const index = open(connection, 'b', { id: 'mine.>', filter: 'mine.>' });
    await eventually(() => expect(index.state.current.kind).toBe('ready'));
    await eventually(() => expect(index.watch.state.current.kind).toBe('live'));

    await foreign.put('b', 'mine.2', 'x');
    await foreign.put('b', 'other.2', 'x');
    await foreign.mark('b', 'mine.1', 'DEL');

    await eventually(() => expect(expand(index)).toEqual(['mine.2']));
  });

  it('equals the listing after any program of another client and broken links', async () => {
    const system = await startSystem();
    const { foreign, proxy } = system;
    const connection = await system.connect();
    let run = 0;
    const key = fc.constantFrom('a', 'a.b', 'a.b.c', 'a/b', 'a/b.c', 'b.10', 'b.9', '/etc/x');
    const step = fc.record({
      kind: fc.constantFrom('PUT', 'PUT', 'PUT', 'DEL', 'PURGE', 'break'),
      key,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (program, slash) => {
        const bucket = `p${run++}`;
        await foreign.createBucket({ name: bucket });
        const index = open(connection, bucket);
        index.reshape({ slash, deleted: false });
        for (const { kind, key: name } of program) {
          if (kind === 'break') {
            proxy.cut();
          } else if (kind === 'PUT') {
            await foreign.put(bucket, name, 'x');
          } else {
            await foreign.mark(bucket, name, kind);
          }
        }
        await eventually(async () => {
          // A link that breaks before the listing has begun ends it.
          if (index.state.current.kind === 'failed') {
            index.open();
          }
          const live = (await listAll(connection, bucket)).filter(isLive);
          expect(index.state.current.kind).toBe('ready');
          expect(expand(index).sort()).toEqual(live.map((info) => info.key).sort());
          expect(index.count('')).toBe(live.length);
        });
      }),
      { numRuns: 10 },
    );
  });
});
