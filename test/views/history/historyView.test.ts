import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TreeItem } from 'vscode';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import type { HistoryNode, RevisionNode } from '../../../src/views/history/historyNodes';
import { HistoryView } from '../../../src/views/history/historyView';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import { eventually } from '../../support/poll';

let now: number;
let connection: FakeKvConnection;
let session: ConnectionSession;
let view: HistoryView;
let told: readonly string[];

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  connection = new FakeKvConnection({ now: () => now });
  await connection.createBucket({ name: 'b', history: 64 });
  await connection.createBucket({ name: 'ttl', markerTtl: 60_000 });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  told = [];
  view = new HistoryView(
    () => told,
    () => now,
  );
});

afterEach(() => {
  view.dispose();
  session.dispose();
});

function show(key: string, bucket = 'b'): void {
  view.show({ session, bucket, key });
}

function item(node: HistoryNode): TreeItem {
  return view.getTreeItem(node);
}

function rows(): string[] {
  return view.getChildren().map((node) => {
    const { label, description } = item(node);
    const parts = [label, description].filter((part) => typeof part === 'string');
    return parts.filter((part) => part !== '').join(' | ');
  });
}

function showsRows(expected: readonly string[]): Promise<void> {
  return eventually(() => expect(rows()).toEqual(expected));
}

async function revisionRows(count: number): Promise<RevisionNode[]> {
  return eventually(() => {
    const nodes = view.getChildren().filter((node) => node.kind === 'revision');
    expect(nodes).toHaveLength(count);
    return nodes;
  });
}

describe('the History view', () => {
  it('says in the rows what the headers tell that are asked for', async () => {
    told = ['x-user', 'X-Other'];
    await connection.put('b', 'k', new Uint8Array(1), {
      expected: 0,
      headers: [['X-User', 'ann']],
    });
    await connection.put('b', 'k', new Uint8Array(2), { expected: 1 });
    show('k');

    await showsRows(['r2 | put · now · 2 B · latest', 'r1 | put · now · 1 B · ann']);
  });

  it('shows nothing until a key is chosen', () => {
    expect(view.getChildren()).toEqual([]);
  });

  it('tells each revision, newest first, with what happened, when, and its size', async () => {
    connection.foreignPut('b', 'key', 'one');
    connection.foreignPut('b', 'other', 'x');
    now += 86_400_000;
    connection.foreignMark('b', 'key', 'DEL');
    now += 20_000;
    connection.foreignPut('b', 'key', 'x'.repeat(1229));
    now += 15_000;
    show('key');
    expect(rows()).toEqual(['Reading the history…']);
    await showsRows([
      'r4 | put · 10 s ago · 1.2 KiB · latest',
      'r3 | deleted · 30 s ago',
      'r1 | put · yesterday · 3 B',
    ]);
    expect(view.view.description).toBe('key');
  });

  it('reads no value', async () => {
    for (let at = 0; at < 64; at++) {
      connection.foreignPut('b', 'key', 'x'.repeat(10_000));
    }
    show('key');
    await revisionRows(64);
    expect(new Set(connection.calls)).toEqual(
      new Set(['createBucket', 'rtt', 'bucketStatus', 'historyInfo']),
    );
  });

  it('follows what others write, purge and delete', async () => {
    connection.foreignPut('b', 'key', 'one');
    show('key');
    await showsRows(['r1 | put · now · 3 B · latest']);
    connection.foreignPut('b', 'key', 'four');
    await showsRows(['r2 | put · now · 4 B · latest', 'r1 | put · now · 3 B']);
    connection.foreignMark('b', 'key', 'PURGE');
    await showsRows(['r3 | purged · now · latest']);
  });

  it('does not read again when other keys change', async () => {
    connection.foreignPut('b', 'key', 'one');
    show('key');
    await revisionRows(1);
    await eventually(() => expect(session.watch('b')?.state.current.kind).toBe('live'));
    connection.foreignPut('b', 'key.other', 'x');
    connection.foreignPut('b', 'key', 'two');
    await revisionRows(2);
    const reads = connection.calls.filter((call) => call === 'historyInfo').length;
    connection.foreignPut('b', 'another', 'x');
    connection.foreignPut('b', 'key', 'three');
    await revisionRows(3);
    expect(connection.calls.filter((call) => call === 'historyInfo')).toHaveLength(reads + 1);
  });

  it('marks what menus and readers of the screen need', async () => {
    connection.foreignPut('b', 'key', 'one');
    connection.foreignMark('b', 'key', 'DEL');
    show('key');
    const [marker, value] = (await revisionRows(2)).map(item);
    expect(marker?.contextValue).toBe('revision writable marker latest successor');
    expect(value?.contextValue).toBe('revision writable value older');
    expect(value?.accessibilityInformation?.label).toBe('revision 1, put, now, 3 B');
    expect([marker?.id, value?.id]).toEqual(['local/b/key/r2', 'local/b/key/r1']);
  });

  it('tells how long a value still lives', async () => {
    const ttl = { kind: 'set', ttl: 60_000 } as const;
    await connection.put('ttl', 'key', new Uint8Array(1), { expected: 0, ttl });
    now += 15_000;
    show('key', 'ttl');
    await showsRows(['r1 | put · 10 s ago · 1 B · expires in 45s']);
    const [row] = await revisionRows(1);
    const { tooltip } = item(row as RevisionNode);
    expect((tooltip as { value: string }).value).toMatch(
      /TTL \| 1m .*Time left \| expires in 45s/s,
    );
  });

  it('turns to another key, and lets go of the bucket when it is closed', async () => {
    connection.foreignPut('b', 'key', 'one');
    connection.foreignPut('b', 'other', 'three');
    show('key');
    await revisionRows(1);
    show('other');
    await showsRows(['r2 | put · now · 5 B · latest']);
    expect(session.isWatched).toBe(true);
    view.dispose();
    expect(session.isWatched).toBe(false);
  });

  it('says that there is none, that it failed, and that it is disconnected', async () => {
    show('key');
    await showsRows(['No revision of key is stored.']);
    connection.failNext('historyInfo', new KvError('denied', 'not allowed'));
    show('denied');
    await showsRows(['Failed to read the history. Click to try again. | not allowed']);
    view.refresh();
    await showsRows(['No revision of denied is stored.']);
    await session.disconnect();
    await showsRows(['local is disconnected. Click to connect.']);
  });

  it('keeps what it read when the link is lost, and reads again when it is back', async () => {
    connection.foreignPut('b', 'key', 'one');
    show('key');
    await revisionRows(1);
    connection.goOffline();
    view.refresh();
    await eventually(() => expect(rows()[0]).toMatch(/^As read before the connection was lost/));
    expect(rows()[1]).toBe('r1 | put · now · 3 B · latest');
    connection.foreignPut('b', 'key', 'two');
    connection.goOnline();
    await showsRows(['r2 | put · now · 3 B · latest', 'r1 | put · now · 3 B']);
  });

  it('refreshes only the rows whose age has come a step on', async () => {
    connection.foreignPut('b', 'key', 'one');
    now += 3_600_000;
    connection.foreignPut('b', 'key', 'two');
    // Ages are told anew at the same moments everywhere: one of them is in the time that passes here.
    vi.useFakeTimers({ now });
    const aged = new HistoryView(undefined, () => now);
    aged.show({ session, bucket: 'b', key: 'key' });
    await vi.advanceTimersByTimeAsync(1_000);
    const [latest, older] = aged.getChildren();
    [latest, older].forEach((node) => node && aged.getTreeItem(node));
    const told: unknown[] = [];
    aged.onDidChangeTreeData((nodes) => told.push(nodes));

    now += 6_000;
    await vi.advanceTimersByTimeAsync(6_000);

    expect(told).toEqual([[latest]]);
    aged.dispose();
    vi.useRealTimers();
  });

  it('refreshes nothing where VS Code was given all as it reads', async () => {
    connection.foreignPut('b', 'key', 'one');
    vi.useFakeTimers({ now });
    const seen = new HistoryView(undefined, () => now);
    seen.show({ session, bucket: 'b', key: 'key' });
    await vi.advanceTimersByTimeAsync(1_000);
    seen.getChildren().forEach((node) => seen.getTreeItem(node));
    const told: unknown[] = [];
    seen.onDidChangeTreeData((nodes) => told.push(nodes));

    seen.refresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([]);

    connection.foreignPut('b', 'key', 'two');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([undefined]);
    seen.dispose();
    vi.useRealTimers();
  });
});
