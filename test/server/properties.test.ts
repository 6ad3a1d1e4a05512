import { describe, expect, it, onTestFinished } from 'vitest';
import { accountHealth, bucketHealth } from '../../src/kv/health/bucketHealth';
import { BucketInspection } from '../../src/kv/inspect/bucketInspection';
import { ConnectionInspection } from '../../src/kv/inspect/connectionInspection';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { ConnectionSession } from '../../src/kv/session/connectionSession';
import { startWatch, isIn } from '../kv/contract/harness';
import { fillBucket } from '../support/fillBucket';
import { eventually } from '../support/poll';
import { createInCluster, startCluster, urlsOf } from './natsCluster';
import { connectTo, startSystem } from './system';

/** An inspection of the bucket `b` over a session whose link this is. */
function inspect(link: KvConnection) {
  const config = { id: 'test', name: 'test', url: 'nats://127.0.0.1' };
  const session = new ConnectionSession(config, () => Promise.resolve(link));
  const inspection = new BucketInspection({ sessionOf: () => session, bucket: 'b' });
  onTestFinished(() => {
    inspection.dispose();
    session.dispose();
  });
  return { session, inspection };
}

describe('the properties of a bucket on a real server', () => {
  it('tell the first numbers of a large bucket by one request, and its prefixes from the index', async () => {
    const { server, proxy, ...system } = await startSystem();
    await fillBucket(server.url, { name: 'b', keys: 20_000, revisions: 1 });
    const { session, inspection } = inspect(await system.connect());
    await session.connect();
    proxy.reset();
    let before: readonly string[] | undefined;
    inspection.onDidChange(() => {
      if (inspection.status.value) {
        before ??= [...proxy.published];
      }
    });
    await inspection.refresh();

    expect(inspection.status.value).toMatchObject({ values: 20_000, subjects: 20_000 });
    expect(before).toEqual(['$JS.API.STREAM.INFO.KV_b']);
    expect(proxy.published.filter((subject) => subject.includes('CONSUMER.CREATE'))).toEqual([]);

    session.index('b')?.open();
    await inspection.refresh();
    await eventually(() => expect(inspection.survey.value?.keys).toBe(20_000));
    expect(inspection.liveKeys).toBe(20_000);
    const { parts = [], rest } = inspection.survey.value ?? {};
    const keys = parts.reduce((sum, part) => sum + part.keys, rest?.keys ?? 0);
    expect(keys).toBe(20_000);
  });

  it('tell who consumes it, and which of them are ours', async () => {
    const { foreign, ...system } = await startSystem();
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'orders.1', 'x');
    const connection = await system.connect();
    const { watch } = startWatch(connection, 1);
    await isIn('live', watch);
    await foreign.jsm.consumers.add('KV_b', {
      durable_name: 'billing',
      description: 'invoices',
      filter_subject: '$KV.b.orders.>',
      ack_policy: 'explicit' as never,
    });
    const { total, consumers } = await eventually(async () => {
      const list = await connection.listConsumers('b');
      expect(list.consumers).toHaveLength(2);
      return list;
    });

    expect(total).toBe(2);
    const billing = consumers.find(({ name }) => name === 'billing');
    expect(billing).toMatchObject({
      isOwn: false,
      isDurable: true,
      kind: 'pull',
      description: 'invoices',
      filters: ['$KV.b.orders.>'],
      pending: 1,
      lastDelivered: undefined,
    });
    const own = consumers.find(({ name }) => name !== 'billing');
    expect(own).toMatchObject({ isOwn: true, isDurable: false, kind: 'push', isBound: true });
  });

  it('tell more consumers than are listed in one answer', async () => {
    const { foreign, ...system } = await startSystem();
    await foreign.createBucket({ name: 'b' });
    const names = Array.from({ length: 300 }, (_, at) => `c${String(at).padStart(3, '0')}`);
    for (const name of names) {
      await foreign.jsm.consumers.add('KV_b', { durable_name: name, ack_policy: 'none' as never });
    }
    const { total, consumers } = await (await system.connect()).listConsumers('b');
    expect(total).toBe(300);
    expect(consumers.map(({ name }) => name)).toEqual(names);
  });

  it('say of each part what this user may not read, and tell the others', async () => {
    const config = `
      authorization {
        users: [
          { user: admin, password: admin }
          {
            user: reader, password: reader
            permissions: { publish: ["$JS.API.STREAM.INFO.KV_b"], subscribe: ["_INBOX.>"] }
          }
        ]
      }`;
    const foreignAuth = { user: 'admin', pass: 'admin' };
    const { foreign, ...system } = await startSystem({ config, foreignAuth });
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'key', 'x');
    const credentials = () =>
      Promise.resolve([{ kind: 'userPassword', user: 'reader', password: 'reader' }] as const);
    const { inspection } = inspect(await system.connect({ credentials }));
    await inspection.refresh();

    expect(inspection.status.value?.values).toBe(1);
    expect(inspection.account.failed?.error).toMatchObject({
      kind: 'denied',
      message: 'this user may not publish to "$JS.API.INFO"',
    });
    expect(inspection.consumers.failed?.error.message).toContain('CONSUMER.LIST.KV_b');
    await eventually(() => expect(inspection.listing?.kind).toBe('failed'));
  });

  it('tell the leader, how far the others are, and who is not there', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), {
      timeoutMs: 5_000,
      reconnectDelay: () => 20,
    });
    await createInCluster(connection, { name: 'b', replicas: 3 });
    const { inspection } = inspect(connection);
    const { leader, peers } = await eventually(async () => {
      await inspection.refresh();
      const { cluster } = inspection.status.value ?? {};
      expect(cluster?.leader).toBeDefined();
      expect(cluster?.peers.map(({ current }) => current)).toEqual([true, true]);
      return cluster ?? { leader: '', peers: [] };
    });
    expect([leader, ...peers.map(({ name }) => name)].toSorted()).toEqual(['s0', 's1', 's2']);
    expect(inspection.status.value && bucketHealth(inspection.status.value)).toEqual([]);

    const [follower] = peers;
    await servers.get(follower?.name ?? '')?.kill9();
    await eventually(
      async () => {
        await inspection.refresh();
        const status = inspection.status.value;
        const facts = status ? bucketHealth(status) : [];
        expect(facts).toMatchObject([{ server: follower?.name }]);
      },
      { timeoutMs: 60_000, intervalMs: 200 },
    );
  });
});

describe('JetStream at a glance on a real server', () => {
  it('tells the limits and the use of the account, its buckets, and what they grow by', async () => {
    const config = `
      accounts {
        A {
          jetstream { max_file: 1M, max_mem: 1M, max_streams: 300, max_consumers: 7 }
          users: [ { user: a, password: a } ]
        }
      }
      no_auth_user: a`;
    const { foreign, proxy, ...system } = await startSystem({ config });
    const names = Array.from({ length: 290 }, (_, at) => `b${String(at).padStart(3, '0')}`);
    for (const name of names) {
      await foreign.createBucket({ name });
    }
    await foreign.jsm.streams.add({ name: 'other', subjects: ['other.>'] });
    const link = await system.connect();
    const account = { id: 'test', name: 'test', url: 'nats://127.0.0.1' };
    const session = new ConnectionSession(account, () => Promise.resolve(link));
    const inspection = new ConnectionInspection({ sessionOf: () => session });
    onTestFinished(() => {
      inspection.dispose();
      session.dispose();
    });
    await session.connect();
    proxy.reset();
    await inspection.refresh();

    expect(inspection.list.value?.buckets.map(({ name }) => name)).toEqual(names);
    const lists = proxy.published.filter((subject) => subject.endsWith('STREAM.LIST'));
    expect(lists).toHaveLength(2);
    expect(inspection.account.value).toMatchObject({
      streams: { used: 291, limit: 300 },
      consumers: { limit: 7 },
      storage: { limit: 1_000_000 },
      memory: { limit: 1_000_000 },
    });
    const { value } = inspection.account;
    expect(value && accountHealth(value)).toMatchObject([{ what: 'streams' }]);

    await foreign.put('b007', 'key', 'x'.repeat(500));
    await inspection.refresh();
    const grown = inspection.list.value?.buckets.filter(
      (status) => (inspection.growth.of(status)?.changes ?? 0) > 0,
    );
    expect(grown?.map(({ name }) => name)).toEqual(['b007']);
  });
});
