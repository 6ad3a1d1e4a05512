import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Uri, type TreeItem } from 'vscode';
import { ConnectionSession } from '../../src/kv/connectionSession';
import { KvError } from '../../src/kv/errors';
import { Emitter } from '../../src/kv/event';
import { BucketsView } from '../../src/views/bucketsView';
import type { TreeNode } from '../../src/views/nodes';
import { FakeKvConnection } from '../kv/fakeKvConnection';
import { eventually } from '../support/poll';

let connection: FakeKvConnection;
let sessions: ConnectionSession[];
let failWith: KvError | undefined;
let sessionsChanged: Emitter<void>;
let view: BucketsView;
let refreshed: (string | undefined)[];

function session(name: string): ConnectionSession {
  const config = { id: name, name, url: 'nats://127.0.0.1:4222' };
  return new ConnectionSession(config, () =>
    failWith ? Promise.reject(failWith) : Promise.resolve(connection),
  );
}

beforeEach(() => {
  connection = new FakeKvConnection();
  failWith = undefined;
  sessions = [session('local')];
  sessionsChanged = new Emitter();
  const list = {
    get all() {
      return sessions;
    },
    onDidChange: sessionsChanged.event,
  };
  view = new BucketsView(list, ({ bucket, key }) => Uri.parse(`natskv://local/${bucket}/${key}`));
  refreshed = [];
  view.onDidChangeTreeData((nodes) => {
    const all = Array.isArray(nodes) ? nodes : [nodes];
    refreshed.push(...all.map((node) => node?.id));
  });
});

afterEach(() => {
  view.dispose();
  sessions.forEach((each) => each.dispose());
});

function item(node: TreeNode): TreeItem {
  return view.getTreeItem(node);
}

function labels(nodes: readonly TreeNode[]): string[] {
  return nodes.map((node) => {
    const { label, description } = item(node);
    const parts = [label, description].filter((part) => typeof part === 'string');
    return parts.filter((part) => part !== '').join(' | ');
  });
}

/** The row at a path of labels, opened on the way as VS Code does. */
async function at(...path: string[]): Promise<TreeNode> {
  let nodes = view.getChildren();
  let found: TreeNode | undefined;
  for (const label of path) {
    const parent: TreeNode | undefined = found;
    found = await eventually(() => {
      nodes = view.getChildren(parent);
      const match = nodes.find((node) => item(node).label === label);
      expect(match, `${label} among ${labels(nodes).join(', ')}`).toBeDefined();
      return match;
    });
  }
  if (!found) {
    throw new Error('an empty path');
  }
  return found;
}

function shows(node: TreeNode, expected: readonly string[]): Promise<void> {
  return eventually(() => expect(labels(view.getChildren(node))).toEqual(expected));
}

describe('BucketsView', () => {
  it('shows connections, buckets and keys folded by token', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['orders.eu.1', 'orders.eu.2', 'order-1'].forEach((key) =>
      connection.foreignPut('B', key, '12345678'),
    );

    await shows(await at('local', 'B'), ['order-1 | 8 B · r3', 'orders | 2']);
    await shows(await at('local', 'B', 'orders'), ['eu | 2']);
    await shows(await at('local', 'B', 'orders', 'eu'), ['1 | 8 B · r1', '2 | 8 B · r2']);
    expect(item(await at('local', 'B')).description).toBe('3 keys');
  });

  it('gives every row an id of its own, a parent, and a name for screen readers', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['a', 'a.b'].forEach((key) => connection.foreignPut('B', key, ''));
    const bucket = await at('local', 'B');
    await shows(bucket, ['a | 1', 'a | 0 B · r1']);
    const rows = view.getChildren(bucket);

    expect(new Set(rows.map((row) => item(row).id)).size).toBe(2);
    expect(rows.map((row) => view.getParent(row))).toEqual([bucket, bucket]);
    expect(item(rows[1] ?? bucket).accessibilityInformation?.label).toBe('a, key, 0 B, revision 1');
  });

  it('refreshes only the row of a key whose value changed', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'a', '1');
    const key = await at('local', 'B', 'a');
    await eventually(() => expect(refreshed.length).toBeGreaterThan(0));
    refreshed.length = 0;

    connection.foreignPut('B', 'a', '22');

    await eventually(() => expect(refreshed).toEqual([key.id]));
    expect(item(key).description).toBe('2 B · r2');
  });

  it('refreshes the bucket when a key came', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    const bucket = await at('local', 'B');
    await shows(bucket, ['No keys in B.', 'New Key…']);

    connection.foreignPut('B', 'new', '1');

    await eventually(() => expect(refreshed).toContain(bucket.id));
    await shows(bucket, ['new | 1 B · r1']);
  });

  it('pages a level with many keys', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    for (let number = 0; number < 1_200; number++) {
      connection.foreignPut('B', `k${number}`, '');
    }
    const bucket = await at('local', 'B');
    const more = await at('local', 'B', 'Load 500 more (of 1,200)…');
    expect(view.getChildren(bucket)).toHaveLength(501);

    if (more.kind === 'more') {
      view.loadMore(more);
    }

    expect(view.getChildren(bucket)).toHaveLength(1_001);
    await at('local', 'B', 'Load 200 more (of 1,200)…');
  });

  it('says that there are no buckets and offers to create one', async () => {
    await shows(await at('local'), ['No buckets yet on local.', 'Create Bucket…']);
  });

  it('says why the server cannot be reached and offers to try again', async () => {
    failWith = new KvError('disconnected', 'nobody listens on 127.0.0.1:4222');

    await shows(await at('local'), [
      'local cannot be reached.',
      'Nobody listens on 127.0.0.1:4222.',
      'Reconnect Now',
    ]);
    expect(item(await at('local')).description).toBe('disconnected, trying again');
  });

  it('says that JetStream is off', async () => {
    connection.failNext('listBuckets', new KvError('jetStreamOff', 'off'));
    await shows(await at('local'), [
      'JetStream is off for this account.',
      'Start nats-server with -js, or enable it for the account.',
      'Look Again',
    ]);
  });

  it('keeps the keys in view while the link is down and says since when they are stale', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'a', '1');
    const bucket = await at('local', 'B');
    await shows(bucket, ['a | 1 B · r1']);

    connection.goOffline();

    expect(item(await at('local')).description).toBe('reconnecting (attempt 1)');
    expect(item(bucket).description).toMatch(/^1 key · stale since /);
    await shows(bucket, ['a | 1 B · r1']);
  });

  it('drops the rows of a connection that is no longer configured', () => {
    expect(labels(view.getChildren())).toEqual(['local']);
    sessions.splice(0).forEach((each) => each.dispose());
    sessionsChanged.fire();

    expect(view.getChildren()).toEqual([]);
  });
});
