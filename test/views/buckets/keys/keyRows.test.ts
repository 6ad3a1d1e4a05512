import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BucketWatch } from '../../../../src/kv/session/bucketWatch';
import type { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { isLive } from '../../../../src/kv/model/entry';
import { KeyIndex } from '../../../../src/kv/session/keyIndex';
import { naturalOrder } from '../../../../src/kv/base/naturalOrder';
import {
  bucketNode,
  parentOf,
  type BucketNode,
  type FolderNode,
  type KeyNode,
} from '../../../../src/views/buckets/rows/nodes';
import { KeyRows } from '../../../../src/views/buckets/keys/keyRows';
import type { TreeOptions } from '../../../../src/views/buckets/rows/treeOptions';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

type Step =
  | { readonly kind: 'put' | 'DEL' | 'PURGE' | 'EXPIRED'; readonly key: string }
  | { readonly kind: 'offline' | 'online' | 'relist' | 'look' | 'age' };

const token = fc.constantFrom('a', 'b', 'c', '10', '9', 'é');
const key = fc
  .array(token, { minLength: 1, maxLength: 5 })
  .chain((tokens) =>
    fc
      .array(fc.constantFrom('.', '/', '//', './'), {
        minLength: tokens.length - 1,
        maxLength: tokens.length - 1,
      })
      .map((separators) => tokens.map((each, at) => each + (separators[at] ?? '')).join('')),
  )
  .chain((text) => fc.constantFrom(text, text.replaceAll(/[/]+/g, '.'), `/${text}`))
  .map((text) => text.replaceAll(/\.+/g, '.'));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('DEL', 'PURGE', 'EXPIRED'), key }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('offline', 'online', 'relist', 'look', 'age') }),
  },
);
const options: fc.Arbitrary<TreeOptions> = fc.record({
  slash: fc.boolean(),
  flat: fc.boolean(),
  compact: fc.boolean(),
  showDeleted: fc.boolean(),
});

/** The keys below a row; keys may come and go between two of its levels. */
async function expand(
  rows: KeyRows,
  index: KeyIndex,
  node: BucketNode | FolderNode,
  above?: (row: FolderNode | KeyNode, node: BucketNode | FolderNode) => void,
): Promise<KeyNode[]> {
  const level = await rows.level(node, index);
  const keys: KeyNode[] = [];
  for (const row of level.rows) {
    above?.(row, node);
    keys.push(...(row.kind === 'key' ? [row] : await expand(rows, index, row, above)));
  }
  return keys;
}

async function settled(index: KeyIndex): Promise<void> {
  for (let turn = 0; turn < 50 || index.state.current.kind === 'listing'; turn++) {
    await Promise.resolve();
  }
}

function setUpRows(connection: FakeKvConnection) {
  const watch = new BucketWatch(connection, 'B');
  const index = new KeyIndex(connection, watch);
  onTestFinished(() => {
    index.dispose();
    watch.dispose();
  });
  const session = { id: 's', index: () => index } as unknown as ConnectionSession;
  const options = () => ({ slash: false, flat: false, compact: false, showDeleted: false });
  const rows = new KeyRows({ options, filterOf: () => undefined });
  return { index, rows, node: bucketNode(session, 'B') };
}

async function run(program: readonly Step[], shape: TreeOptions): Promise<void> {
  const connection = new FakeKvConnection({ batchSize: 3 });
  connection.foreignCreateBucket({ name: 'B', ttl: 3_600_000 });
  const watch = new BucketWatch(connection, 'B');
  const index = new KeyIndex(connection, watch);
  const session = { id: 's', index: () => index } as unknown as ConnectionSession;
  const rows = new KeyRows({ options: () => shape, filterOf: () => undefined });
  const node = bucketNode(session, 'B');
  index.open();
  try {
    for (const each of program) {
      await take(each, connection, index, () => expand(rows, index, node));
    }
    connection.goOnline();
    await settled(index);
    if (index.state.current.kind !== 'ready') {
      index.open();
    }
    rows.index(node);
    await settled(index);
    await index.dropExpired();
    const found = await expand(rows, index, node, (row, above) =>
      expect(parentOf(row, rows.shapeOf(index))).toEqual(above),
    );
    const server = await listAll(connection, shape.showDeleted);
    expect(found.map((row) => row.key).sort()).toEqual(server.sort());
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const live = await listAll(connection, false);
    expect(index.count('')).toBe(live.length);
    expect(index.levels.countDeleted('')).toBe(server.length - live.length);
  } finally {
    index.dispose();
    watch.dispose();
  }
}

async function take(
  each: Step,
  connection: FakeKvConnection,
  index: KeyIndex,
  look: () => Promise<unknown>,
): Promise<void> {
  switch (each.kind) {
    case 'put':
      connection.foreignPut('B', each.key, 'x');
      break;
    case 'offline':
      connection.goOffline();
      break;
    case 'online':
      connection.goOnline();
      break;
    case 'relist':
      index.reload();
      break;
    case 'look':
      await look();
      break;
    case 'age':
      await age(connection, index);
      break;
    default:
      connection.foreignMark('B', each.key, each.kind);
  }
}

/** The older half of the messages is gone, and no marker tells it; offline nobody can ask. */
async function age(connection: FakeKvConnection, index: KeyIndex): Promise<void> {
  const revisions: number[] = [];
  connection.foreignLose('B', ({ revision }) => revisions.push(revision) < 0);
  const middle = revisions[revisions.length >> 1] ?? 0;
  connection.foreignLose('B', ({ revision }) => revision < middle);
  await index.dropExpired().catch(() => undefined);
}

async function listAll(connection: FakeKvConnection, deleted: boolean): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of connection.list('B')) {
    batch.forEach((info) => (deleted || isLive(info)) && keys.push(info.key));
  }
  return keys;
}

describe('KeyRows', () => {
  it('are a few of a level while its keys come, and all of a page when they are listed', async () => {
    const connection = new FakeKvConnection({ batchSize: 1_000 });
    connection.foreignCreateBucket({ name: 'B' });
    for (let at = 0; at < 1_200; at++) {
      connection.foreignPut('B', `k${at}`, '');
    }
    const { index, rows, node } = setUpRows(connection);
    const counts: number[] = [];
    const count = async () => {
      const { rows: found, page } = await rows.level(node, index);
      counts.push(found.length);
      expect(page.hasMore).toBe(true);
    };
    const held = index.state.onDidChange((state) => {
      if (state.kind === 'listing' && state.found > 0) {
        void count();
      }
    });

    index.open();
    await settled(index);
    await count();
    expect(counts).toEqual([100, 100, 500]);
    // What is in view is listed again out of sight.
    index.reload();
    await count();
    held.dispose();
    await settled(index);

    expect(counts).toEqual([100, 100, 500, 500]);
  });

  it('equals the listing of the server after any program, in every shape', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), options, run), {
      numRuns: 1_000,
    });
  }, 120_000);

  it('sorts each level as people do', async () => {
    const connection = new FakeKvConnection();
    connection.foreignCreateBucket({ name: 'B' });
    const names = ['k10', 'k9', 'K9', 'é', 'f', 'e', '_', '1', 'a-1', 'a1'];
    names.forEach((name) => connection.foreignPut('B', name, ''));
    const watch = new BucketWatch(connection, 'B');
    const index = new KeyIndex(connection, watch);
    index.open();
    await settled(index);

    const found = index.levels.page('', { limit: 100 }).rows.map(({ path }) => path);

    expect(found).toEqual([...names].sort(naturalOrder()));
    index.dispose();
    watch.dispose();
  });
});
