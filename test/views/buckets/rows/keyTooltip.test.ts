import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Uri, type MarkdownString, type TreeItem } from 'vscode';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { BucketsView } from '../../../../src/views/buckets/bucketsView';
import { bucketNode, keyNode } from '../../../../src/views/buckets/rows/nodes';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { inBackground } from '../../../support/inBackground';

let connection: FakeKvConnection;
let session: ConnectionSession;
let view: BucketsView;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'plain' });
  await connection.createBucket({ name: 'ttl', markerTtl: 60_000 });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  const list = { all: [session], onDidChange: () => ({ dispose: () => undefined }) };
  view = new BucketsView(list, {
    inBackground,
    uriOf: ({ key }) => Uri.parse(`natskv://local/b/${key}`),
  });
  await session.loadBuckets();
});

afterEach(() => {
  view.dispose();
  session.dispose();
});

function tooltipOf({ tooltip }: TreeItem): string {
  return typeof tooltip === 'string' ? tooltip : ((tooltip as MarkdownString).value ?? '');
}

describe('the tooltip of a key', () => {
  it('tells how long a value still lives, without reading it', async () => {
    const ttl = { kind: 'set', ttl: 3_600_000 } as const;
    await connection.put('ttl', 'a', new Uint8Array(1), { expected: 0, ttl });
    const node = keyNode(session, 'ttl', 'a');
    const item = view.getTreeItem(node);
    expect(item.tooltip).toBeUndefined();
    const resolved = tooltipOf(await view.resolveTreeItem(item, node));
    expect(resolved).toMatch(/TTL \| 1h .*Time left \| expires in (59m|1h)/s);
    expect(connection.calls).not.toContain('get');
  });

  it('tells what the listing told, once it is asked for', async () => {
    connection.foreignPut('plain', 'a', 'x');
    const bucket = bucketNode(session, 'plain');
    const node = await eventually(async () => {
      const [row] = await view.getChildren(bucket);
      return row?.kind === 'key' && row;
    });
    const item = view.getTreeItem(node);
    expect(item.tooltip).toBeUndefined();
    const told = tooltipOf(await view.resolveTreeItem(item, node));
    expect(told).toMatch(/Revision \| 1 .*Size \| 1 B .*Written \|/s);
  });

  it('tells the headers that a value was stored with, without reading it', async () => {
    const headers = [
      ['Content-Type', 'text/plain'],
      ['X-Long', 'x'.repeat(300)],
    ] as const;
    await connection.put('plain', 'a', new Uint8Array(1), { expected: 0, headers });
    const node = keyNode(session, 'plain', 'a');
    const item = view.getTreeItem(node);
    const told = tooltipOf(await view.resolveTreeItem(item, node));
    expect(told).toMatch(/Header Content\S*Type \| text\S*plain .*Header X\S*Long \| x{200}…/s);
    expect(connection.calls).not.toContain('get');
  });

  it('asks the server nothing while it is not connected', async () => {
    connection.foreignPut('plain', 'a', 'x');
    const node = keyNode(session, 'plain', 'a');
    const item = view.getTreeItem(node);
    await session.disconnect();
    const before = connection.calls.length;
    expect(tooltipOf(await view.resolveTreeItem(item, node))).toBe('a');
    expect(connection.calls).toHaveLength(before);
  });

  it('is the name alone when the server cannot be asked', async () => {
    const node = keyNode(session, 'ttl', 'a');
    const item = view.getTreeItem(node);
    connection.goOffline();
    expect(tooltipOf(await view.resolveTreeItem(item, node))).toBe('a');
  });
});
