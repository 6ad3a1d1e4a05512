import { describe, expect, it } from 'vitest';
import { ThemeIcon } from 'vscode';
import type { BucketStatus } from '../../../../src/kv/model/bucket';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { bucketNode } from '../../../../src/views/buckets/rows/nodes';
import { bucketItem, bucketTooltip } from '../../../../src/views/buckets/rows/treeItems';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };

async function rowOf(change: Partial<BucketStatus>) {
  const connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'b' });
  const status = { ...(await connection.bucketStatus('b')), ...change };
  const session = new ConnectionSession(config, () => Promise.resolve(connection));
  const facts = { status, index: undefined, filter: undefined, marks: [], isExpanded: false };
  const item = bucketItem(bucketNode(session, 'b'), facts);
  session.dispose();
  return { item, status, icon: item.iconPath instanceof ThemeIcon ? item.iconPath.id : '' };
}

const peer = { name: 's1', current: false, offline: true, active: 12_000, lag: 3 };

describe('the row of a bucket', () => {
  it('says nothing of its health while it is well', async () => {
    const { item, icon } = await rowOf({});
    expect([item.description, icon]).toEqual(['0 keys · 0 B', 'database']);
    expect(item.contextValue).not.toMatch(/unhealthy/);
  });

  it('says first what does not work, by its icon and in words, and the rest in the tooltip', async () => {
    const cluster = { name: 'c', leader: undefined, peers: [peer] };
    const { item, icon, status } = await rowOf({ cluster });
    expect([item.description, icon]).toEqual(['no leader · 0 keys · 0 B', 'error']);
    expect(item.accessibilityInformation?.label).toMatch(/^b, bucket, no leader/);
    expect(item.contextValue).toMatch(/\bunhealthy\b/);
    const tooltip = bucketTooltip(status).value.replaceAll('\\', '');
    expect(tooltip).toMatch(/It has no leader: nothing can be written/);
    expect(tooltip).toMatch(/The copy on s1 is offline, silent for 12s\./);
  });

  it('has the icon of a warning where something is at risk', async () => {
    const cluster = {
      name: 'c',
      leader: 's0',
      peers: [peer, { ...peer, name: 's2', offline: false, current: true }],
    };
    const { item, icon } = await rowOf({ cluster, replicas: 3 });
    expect([item.description, icon]).toEqual(['s1 is offline · 0 keys · 0 B', 'warning']);
  });
});
