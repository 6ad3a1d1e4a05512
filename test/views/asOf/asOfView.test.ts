import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asOfKeys } from '../../../src/kv/asOf/asOfKeys';
import { listAsOf } from '../../../src/kv/asOf/listAsOf';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { AsOfNode } from '../../../src/views/asOf/asOfNodes';
import { AsOfView } from '../../../src/views/asOf/asOfView';
import { FakeKvConnection } from '../../kv/fakeKvConnection';

const { signal } = new AbortController();
let connection: FakeKvConnection;
let session: ConnectionSession;
let view: AsOfView;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b', history: 2 });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  view = new AsOfView(() => '.');
});

afterEach(() => {
  view.dispose();
  session.dispose();
});

async function show(revision: number): Promise<void> {
  const moment = { kind: 'revision', revision } as const;
  const query = { moment, filter: '>', matches: undefined };
  const listing = await listAsOf(connection, 'b', query, { signal });
  const keys = await asOfKeys(listing);
  view.show({ session, bucket: 'b', prefix: '', ...query, keys });
}

/** All rows, folders opened, as `label | description`. */
function rows(node?: AsOfNode): string[] {
  return view.getChildren(node).flatMap((child) => {
    const { label, description } = view.getTreeItem(child);
    const own = [label, description].filter((part) => typeof part === 'string').join(' | ');
    return [own, ...rows(child).map((row) => `  ${row}`)];
  });
}

describe('the As Of view', () => {
  it('shows the values of then in folders, and what became of them', async () => {
    connection.foreignPut('b', 'orders.eu.1', 'then');
    connection.foreignPut('b', 'orders.eu.2', 'then');
    connection.foreignPut('b', 'gone', 'then');
    connection.foreignPut('b', 'deleted', 'then');
    connection.foreignMark('b', 'deleted', 'DEL');
    connection.foreignPut('b', 'orders.eu.2', 'now');
    connection.foreignMark('b', 'gone', 'DEL');
    for (let at = 0; at < 3; at++) {
      connection.foreignPut('b', 'often', 'now');
    }
    await show(5);
    expect(rows()).toEqual([
      'gone | 4 B · deleted since',
      'often | not known',
      'orders | 2',
      '  eu | 2',
      '    1 | 4 B · as now',
      '    2 | 4 B · changed since',
    ]);
  });

  it('shows a large level page by page', async () => {
    for (let at = 0; at < 600; at++) {
      connection.foreignPut('b', `k.${at}`, 'x');
    }
    await show(600);
    const [folder] = view.getChildren();
    expect(view.getChildren(folder)).toHaveLength(501);
    const more = view.getChildren(folder).at(-1);
    expect(more && view.getTreeItem(more).label).toBe('Load more (of 100)…');
    view.showMore(more?.id ?? '');
    expect(view.getChildren(folder)).toHaveLength(600);
  });

  it('is empty once it is closed', async () => {
    connection.foreignPut('b', 'k', 'x');
    await show(1);
    view.close();
    expect(rows()).toEqual([]);
  });
});
