import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uri, type MarkdownString, type TreeItem } from 'vscode';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import { Emitter, ObservableValue } from '../../../src/kv/base/event';
import { parseKeyFilter, type KeyFilter } from '../../../src/kv/find/keyFilter';
import { BucketsView } from '../../../src/views/buckets/bucketsView';
import {
  bucketNode,
  keyNode,
  type BucketNode,
  type ConnectionNode,
  type MoreNode,
  type TreeNode,
} from '../../../src/views/buckets/rows/nodes';
import { Pulses } from '../../../src/views/buckets/rows/pulses';
import { Pins } from '../../../src/views/buckets/rows/pins';
import { defaultOptions, type TreeOptions } from '../../../src/views/buckets/rows/treeOptions';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import type { FakeTreeView } from '../../support/fakeVscode';
import { eventually } from '../../support/poll';
import { inBackground } from '../../support/inBackground';

let connection: FakeKvConnection;
let sessions: ConnectionSession[];
let failWith: KvError | undefined;
let sessionsChanged: Emitter<void>;
let view: BucketsView;
let refreshed: (string | undefined)[];
/** Whether the tree has been refreshed as a whole, as it is when it begins. */
let hasBegun: boolean;
let options: ObservableValue<TreeOptions>;
let filter: KeyFilter | undefined;
let filtersChanged: Emitter<{ connectionId: string; bucket: string }>;
let pins: Pins;

function session(name: string): ConnectionSession {
  const config = { id: name, name, url: 'nats://127.0.0.1:4222' };
  return new ConnectionSession(config, () =>
    failWith ? Promise.reject(failWith) : Promise.resolve(connection),
  );
}

beforeEach(() => {
  // Ages stand still: every row is as old as it was.
  vi.useFakeTimers({ toFake: ['Date'] });
  connection = new FakeKvConnection();
  failWith = undefined;
  options = new ObservableValue(defaultOptions);
  filter = undefined;
  filtersChanged = new Emitter();
  pins = new Pins(undefined);
  sessions = [session('local')];
  sessionsChanged = new Emitter();
  const list = {
    get all() {
      return sessions;
    },
    onDidChange: sessionsChanged.event,
  };
  view = new BucketsView(list, {
    inBackground,
    uriOf: ({ bucket, key }) => Uri.parse(`natskv://local/${bucket}/${key}`),
    options,
    filters: { get: () => filter, onDidChange: filtersChanged.event },
    pins,
  });
  refreshed = [];
  hasBegun = false;
  view.onDidChangeTreeData((nodes) => {
    const all = Array.isArray(nodes) ? nodes : [nodes];
    refreshed.push(...all.map((node) => node?.id));
    hasBegun ||= nodes === undefined;
  });
});

afterEach(() => {
  view.dispose();
  sessions.forEach((each) => each.dispose());
  vi.useRealTimers();
});

/** So long ago that no age reads otherwise while a test runs. */
function hoursAgo(): number {
  return Date.now() - 5.5 * 3_600_000;
}

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
  let nodes = await view.getChildren();
  let found: TreeNode | undefined;
  for (const label of path) {
    const parent: TreeNode | undefined = found;
    found = await eventually(async () => {
      nodes = await view.getChildren(parent);
      const match = nodes.find((node) => item(node).label === label);
      expect(match, `${label} among ${labels(nodes).join(', ')}`).toBeDefined();
      return match;
    });
  }
  // What is refreshed from now on is refreshed by itself.
  await eventually(() => hasBegun);
  if (!found) {
    throw new Error('an empty path');
  }
  return found;
}

function shows(node: TreeNode, expected: readonly string[]): Promise<void> {
  return eventually(async () => expect(labels(await view.getChildren(node))).toEqual(expected));
}

describe('BucketsView', () => {
  it('shows connections, buckets and keys folded by token', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['orders.eu.1', 'orders.eu.2', 'orders.us.1', 'order-1'].forEach((key) =>
      connection.foreignPut('B', key, '12345678'),
    );

    await shows(await at('local', 'B'), ['order-1 | 8 B · now', 'orders | 3']);
    await shows(await at('local', 'B', 'orders'), ['eu | 2', 'us | 1']);
    await shows(await at('local', 'B', 'orders', 'eu'), ['1 | 8 B · now', '2 | 8 B · now']);
    expect(item(await at('local', 'B')).description).toBe('4 keys');
  });

  it('gives the first keys of a bucket to whoever opens it, without a row that says they come', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'a', '12345678');
    const bucket = await at('local', 'B');
    const session = sessions[0] as ConnectionSession;
    expect(session.knownIndex('B')?.state.current.kind).toBe(undefined);
    refreshed.length = 0;

    expect(labels(await view.getChildren(bucket))).toEqual(['a | 8 B · now']);

    await eventually(() => expect(item(bucket).description).toBe('1 key'));
    await eventually(() => expect(refreshed).toContain('local/B'));
    expect(refreshed.filter((id) => id === 'local/B')).toHaveLength(1);
  });

  it('gives every row an id of its own, a parent, and a name for screen readers', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['a', 'a.b'].forEach((key) => connection.foreignPut('B', key, ''));
    const bucket = await at('local', 'B');
    await shows(bucket, ['a | 1', 'a | 0 B · now']);
    const rows = await view.getChildren(bucket);

    expect(new Set(rows.map((row) => item(row).id)).size).toBe(2);
    expect(rows.map((row) => view.getParent(row))).toEqual([bucket, bucket]);
    expect(item(rows[1] ?? bucket).accessibilityInformation?.label).toBe('a, key, 0 B, now');
  });

  it('refreshes only the row of a key whose value changed', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['a', 'b'].forEach((each) => connection.foreignPut('B', each, '1'));
    const key = await at('local', 'B', 'a');
    const other = await at('local', 'B', 'b');
    // What the listing has refreshed comes no later than this.
    connection.foreignPut('B', 'a', '22');
    await eventually(() => expect(refreshed.at(-1)).toBe(key.id));
    refreshed.length = 0;

    connection.foreignPut('B', 'a', '333');

    await eventually(() => expect(refreshed).toContain(key.id));
    expect(refreshed).not.toContain(other.id);
    expect(item(key).description).toBe('3 B · now');
  });

  it('does not refresh the row of a key that reads as before', async () => {
    connection = new FakeKvConnection({ now: hoursAgo });
    connection.foreignCreateBucket({ name: 'B' });
    ['a', 'b'].forEach((key) => connection.foreignPut('B', key, '1'));
    const marked = vi.spyOn(Pulses.prototype, 'wordsOf').mockReturnValue(undefined);
    const same = await at('local', 'B', 'a');
    const other = await at('local', 'B', 'b');
    refreshed.length = 0;

    connection.foreignPut('B', 'a', '2');
    connection.foreignPut('B', 'b', '22');

    await eventually(() => expect(refreshed).toContain(other.id));
    expect(refreshed).not.toContain(same.id);
    marked.mockRestore();
  });

  it('refreshes what is below a collapsed row when it is expanded again', async () => {
    connection = new FakeKvConnection({ now: hoursAgo });
    connection.foreignCreateBucket({ name: 'B' });
    ['a.1', 'b'].forEach((key) => connection.foreignPut('B', key, '1'));
    const folder = await at('local', 'B', 'a');
    const unseen = await at('local', 'B', 'a', '1');
    const seen = await at('local', 'B', 'b');
    const tree = view.view as unknown as FakeTreeView;
    tree.collapsed.fire({ element: folder });
    refreshed.length = 0;

    connection.foreignPut('B', 'a.1', '22');
    connection.foreignPut('B', 'b', '22');
    await eventually(() => expect(refreshed).toContain(seen.id));
    expect(refreshed).not.toContain(unseen.id);
    refreshed.length = 0;
    tree.expanded.fire({ element: folder });

    await eventually(() => expect(refreshed).toContain(folder.id));
  });

  it('refreshes the bucket when a key came', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    const bucket = await at('local', 'B');
    await shows(bucket, ['No keys in B.', 'New Key…']);

    connection.foreignPut('B', 'new', '1');

    await eventually(() => expect(refreshed).toContain(bucket.id));
    await shows(bucket, ['new | 1 B · now']);
  });

  it('pages a level with many keys', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    for (let number = 0; number < 1_200; number++) {
      connection.foreignPut('B', `k${number}`, '');
    }
    const bucket = await at('local', 'B');
    const more = await at('local', 'B', 'Load 500 more (of 1,200)…');
    expect(await view.getChildren(bucket)).toHaveLength(501);

    if (more.kind === 'more') {
      view.loadMore(more);
    }

    expect(await view.getChildren(bucket)).toHaveLength(1_001);
    await at('local', 'B', 'Load 200 more (of 1,200)…');
  });

  it('shows folders that hold nothing but one folder in one row, and finds the way back', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['a.b.c.1', 'a.b.c.2'].forEach((key) => connection.foreignPut('B', key, ''));
    const bucket = await at('local', 'B');
    const folder = await at('local', 'B', 'a.b.c');
    await shows(folder, ['1 | 0 B · now', '2 | 0 B · now']);
    const key = await at('local', 'B', 'a.b.c', '1');
    expect([view.getParent(key), view.getParent(folder)]).toEqual([folder, bucket]);

    connection.foreignPut('B', 'a.x', '');

    await shows(bucket, ['a | 3']);
    const parted = await at('local', 'B', 'a');
    expect(parted).toBe(folder);
    await shows(parted, ['b.c | 2', 'x | 0 B · now']);
    expect(view.getParent(key)).toBe(await at('local', 'B', 'a', 'b.c'));
  });

  it('parts keys at slashes too when the setting says so', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['/etc/app/name', '/etc/app/port', 'a.b', 'a/b'].forEach((key) =>
      connection.foreignPut('B', key, ''),
    );
    options.set({ ...defaultOptions, slash: true });

    await shows(await at('local', 'B'), ['/etc/app | 2', 'a | 2']);
    await shows(await at('local', 'B', '/etc/app'), ['name | 0 B · now', 'port | 0 B · now']);
    await shows(await at('local', 'B', 'a'), ['b | 0 B · now', 'b | 0 B · now']);
  });

  it('shows one list of whole keys when the setting says so', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['a', 'a.b', 'a.c.d', 'b'].forEach((key) => connection.foreignPut('B', key, ''));
    const bucket = await at('local', 'B');

    options.set({ ...defaultOptions, flat: true });

    await shows(
      bucket,
      ['a', 'a.b', 'a.c.d', 'b'].map((key) => `${key} | 0 B · now`),
    );
    expect(view.getParent(await at('local', 'B', 'a.c.d'))).toBe(bucket);
  });

  it('shows deleted keys on demand, and leads to their history', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['gone', 'here', 'old'].forEach((key) => connection.foreignPut('B', key, ''));
    connection.foreignMark('B', 'gone', 'DEL');
    connection.foreignMark('B', 'old', 'EXPIRED');
    const bucket = await at('local', 'B');
    await shows(bucket, ['here | 0 B · now']);

    options.set({ ...defaultOptions, showDeleted: true });

    await shows(bucket, ['gone | deleted now', 'here | 0 B · now', 'old | expired now']);
    const gone = item(await at('local', 'B', 'gone'));
    expect(gone.command?.command).toBe('natsKv.history.show');
    expect(gone.contextValue).toMatch(/^deletedKey /);
    connection.foreignPut('B', 'gone', 'x');
    await shows(bucket, ['gone | 1 B · now', 'here | 0 B · now', 'old | expired now']);
    expect(item(bucket).description).toBe('2 keys');
  });

  it('shows a page of the buckets of a connection, filters them by their names, and reveals any', async () => {
    for (let number = 0; number < 1_200; number++) {
      connection.foreignCreateBucket({ name: `b${String(number).padStart(4, '0')}` });
    }
    const local = await at('local');
    const rows = () => Promise.resolve(view.getChildren(local));
    const labels = async () => (await rows()).map((row) => item(row).label as string);
    await eventually(async () => expect(await rows()).toHaveLength(501));
    expect((await labels()).at(-1)).toBe('Load 500 more (of 1,200)…');
    expect(item(local).contextValue).toMatch(/ buckets paged$/);
    const more = (await rows()).at(-1);
    view.loadMore(more as MoreNode);
    expect(await rows()).toHaveLength(1_001);

    view.filterBuckets(local as ConnectionNode, 'B11');
    expect((await labels())[0]).toBe('Buckets with “B11”: 100 of 1,200');
    expect(await rows()).toHaveLength(101);
    view.startAt(local as ConnectionNode, '');
    expect(await rows()).toHaveLength(501);

    void view.reveal(bucketNode(sessions[0] as ConnectionSession, 'b1199'));
    expect(await labels()).toContain('b1199');
    expect((await labels())[0]).toBe('Starts at b1199');
  });

  it('asks for one bucket of many when one has changed, and never for two lists at a time', async () => {
    for (let number = 0; number < 1_200; number++) {
      connection.foreignCreateBucket({ name: `b${number}` });
    }
    await at('local', 'b0');
    await eventually(() => expect(connection.calls).toContain('listBuckets'));
    const before = connection.calls.length;
    connection.foreignUpdateBucket('b7', { description: 'new' });
    const calls = () => connection.calls.slice(before);
    await eventually(() => expect(calls()).toEqual(['bucketStatus']));
    for (let number = 0; number < 100; number++) {
      connection.foreignCreateBucket({ name: `new${number}` });
    }
    const names = () => {
      const { current } = (sessions[0] as ConnectionSession).buckets;
      return current.kind === 'loaded' ? current.buckets.length : 0;
    };
    await eventually(() => expect(names()).toBe(1_300));
    expect(calls()).toEqual(['bucketStatus', 'listBuckets']);
  });

  it('tells in a row and its tooltip what else the stream of a bucket holds', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'here', '');
    connection.foreignOthers('B', 2);
    const bucket = await at('local', 'B');
    await shows(bucket, ['here | 0 B · now']);
    expect(item(bucket).description).toBe('1 key · 2 messages under other subjects');
    const { tooltip } = await view.resolveTreeItem(item(bucket), bucket);
    expect((tooltip as MarkdownString).value).toMatch(/Under other subjects.*2 messages/);
    connection.foreignOthers('B', 0);
    view.refresh();
    await eventually(() => expect(item(bucket).description).toBe('1 key'));
  });

  it('starts a level at the first letters that were asked for', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    for (let number = 0; number < 600; number++) {
      connection.foreignPut('B', `k${number}`, '');
    }
    const bucket = await at('local', 'B');
    await at('local', 'B', 'k0');
    await eventually(() => expect(item(bucket).contextValue).toContain('paged'));

    view.startAt(bucket as BucketNode, 'k598');
    await shows(bucket, [
      'Starts at k598 | click to show all',
      'k598 | 0 B · now',
      'k599 | 0 B · now',
    ]);

    view.startAt(bucket as BucketNode, '');
    expect(labels(await view.getChildren(bucket))[0]).toBe('k0 | 0 B · now');
  });

  it('reveals a key that is not on the page in view', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    for (let number = 0; number < 600; number++) {
      connection.foreignPut('B', `a.k${number}`, '');
    }
    await at('local', 'B', 'a', 'k0');
    const [session] = sessions;
    expect(session).toBeDefined();
    if (session) {
      await view.reveal(keyNode(session, 'B', 'a.k598'));
    }

    const rows = labels(await view.getChildren(await at('local', 'B', 'a')));
    expect(rows).toContain('k598 | 0 B · now');
  });

  it('shows what a filter lets through, with its text and a way to clear it', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['orders.1', 'orders.2', 'users.1'].forEach((key) => connection.foreignPut('B', key, ''));
    const bucket = await at('local', 'B');
    await shows(bucket, ['orders | 2', 'users | 1']);
    const setFilter = (text: string | undefined) => {
      const parsed = parseKeyFilter(text ?? '');
      filter = parsed.kind === 'filter' ? parsed.filter : undefined;
      filtersChanged.fire({ connectionId: 'local', bucket: 'B' });
    };

    setFilter('orders.>');
    await shows(bucket, ['orders | 2']);
    expect(item(bucket)).toMatchObject({ description: 'orders.> · 2 keys' });
    expect(item(bucket).contextValue).toContain('filtered');
    setFilter('ers.1');
    await shows(bucket, ['orders | 1', 'users | 1']);
    connection.foreignPut('B', 'orders.15', '');
    await shows(bucket, ['orders | 2', 'users | 1']);
    setFilter('fr.>');
    await shows(bucket, ['Nothing matches fr.>.', 'Clear Filter']);
    setFilter(undefined);
    await shows(bucket, ['orders | 3', 'users | 1']);
    expect(connection.openWatches).toBe(1);
  });

  it('keeps what a user opened by its name who may list nothing', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['mine.1', 'mine.2', 'other.1'].forEach((key) => connection.foreignPut('B', key, ''));
    connection.failNext('listBuckets', new KvError('denied', 'no'));
    connection.failNext('bucketStatus', new KvError('denied', 'no'));
    await pins.add('local', { bucket: 'B', filter: 'mine.>' });
    await pins.add('local', { bucket: 'B', filter: 'other.1' });

    const prefix = await at('local', 'B › mine');
    await shows(prefix, ['1 | 0 B · now', '2 | 0 B · now']);
    connection.foreignPut('B', 'mine.3', '');
    connection.foreignPut('B', 'other.2', '');
    await shows(prefix, ['1 | 0 B · now', '2 | 0 B · now', '3 | 0 B · now']);
    const key = await at('local', 'B › mine', '3');
    expect(view.getParent(key)).toBe(prefix);
    expect(item(prefix).description).toBe('3');
    await at('local', 'Open Bucket by Name…');
    await eventually(async () =>
      expect(item(await at('local', 'B › other.1')).description).toBe('0 B · now'),
    );

    await pins.remove('local', { bucket: 'B', filter: 'mine.>' });
    await eventually(async () =>
      expect(labels(await view.getChildren(await at('local')))).not.toContain('B › mine | 3'),
    );
  });

  it('does not list again by itself what was refused', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.failNext('list', new KvError('denied', 'no'));
    const refused = [
      'This user may not list these keys.',
      'Open Key…',
      'Open Prefix…',
      'List Again',
    ];
    const bucket = await at('local', 'B');

    await shows(bucket, refused);
    await view.getChildren(bucket);

    await shows(bucket, refused);
    expect(connection.calls.filter((call) => call === 'list')).toHaveLength(1);
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

  it('shows a bucket that cannot be used with the reason, and the others', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.unavailable = [{ name: 'lost', reason: 'no server answers for it' }];
    await shows(await at('local'), ['B | 0 keys · 0 B', 'lost | no server answers for it']);
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
    await shows(bucket, ['a | 1 B · now']);

    connection.goOffline();

    expect(item(await at('local')).description).toBe('reconnecting (attempt 1)');
    expect(item(bucket).description).toMatch(/^1 key · stale since /);
    await shows(bucket, ['a | 1 B · now']);
  });

  it('knows what parts the keys of a folder, in its rows and in the rows above others', async () => {
    options.set({ ...defaultOptions, slash: true });
    connection.foreignCreateBucket({ name: 'B' });
    ['etc/app/name', 'etc/app/port', 'orders.eu.1', 'orders.us.1'].forEach((key) =>
      connection.foreignPut('B', key, ''),
    );
    const bucket = await at('local', 'B');
    await shows(bucket, ['etc/app | 2', 'orders | 2']);
    const [etc, orders] = await view.getChildren(bucket);
    const key = await at('local', 'B', 'etc/app', 'name');

    expect([etc, orders]).toMatchObject([
      { prefix: 'etc/app', separator: '/' },
      { prefix: 'orders', separator: '.' },
    ]);
    expect(view.getParent(key)).toBe(etc);
    expect(etc).toMatchObject({ separator: '/' });
  });

  it('lists again for another shape only what is in view', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'a', '');
    const bucket = await at('local', 'B');
    await shows(bucket, ['a | 0 B · now']);
    const lists = () => connection.calls.filter((call) => call === 'list').length;
    options.set({ ...defaultOptions, showDeleted: true });
    expect(item(bucket).description).toBe('1 key');
    await Promise.resolve();
    expect(lists()).toBe(1);

    await view.getChildren(bucket);

    await eventually(() => expect(lists()).toBe(2));
  });

  it('filters by text what is listed already, without listing again', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    ['a.x', 'a.y', 'xx'].forEach((key) => connection.foreignPut('B', key, ''));
    const bucket = await at('local', 'B');
    await shows(bucket, ['a | 2', 'xx | 0 B · now']);
    const parsed = parseKeyFilter('x');
    filter = parsed.kind === 'filter' ? parsed.filter : undefined;
    filtersChanged.fire({ connectionId: 'local', bucket: 'B' });

    await shows(bucket, ['a | 1', 'xx | 0 B · now']);
    expect(connection.calls.filter((call) => call === 'list')).toHaveLength(1);
  });

  it('says why the keys cannot be listed, and lists them again when asked', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.failNext('list', new KvError('timeout', 'no answer'));

    await shows(await at('local', 'B'), ['Failed to list the keys. | no answer', 'List Again']);
  });

  it('tells no count of a pin before its keys were asked for', async () => {
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'a.b', '');
    await pins.add('local', { bucket: 'B', filter: 'a.>' });
    const pin = await at('local', 'B › a');
    expect(item(pin).description).toBe('');
    expect(item(pin).accessibilityInformation?.label).toBe('B › a, folder');

    await shows(pin, ['b | 0 B · now']);

    expect(item(pin).description).toBe('1');
  });

  it('drops the rows of a connection that is no longer configured', async () => {
    expect(labels(await view.getChildren())).toEqual(['local']);
    sessions.splice(0).forEach((each) => each.dispose());
    sessionsChanged.fire();

    expect(await view.getChildren()).toEqual([]);
  });
});
