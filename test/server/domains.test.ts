import { describe, expect, it, onTestFinished } from 'vitest';
import { promotion, whyNotPromoted } from '../../src/kv/operations/bucketActions';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { bytes, expectKind, isIn, listAll, startWatch } from '../kv/contract/harness';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { startProxy } from '../support/proxy';
import { connectTo } from './system';

describe('a JetStream domain behind a leaf node', () => {
  it('is used from the hub by its name, with every request below its prefix', async () => {
    const { hub, leaf } = await startDomains();
    const proxy = await startProxy(hub.port);
    onTestFinished(() => proxy.stop());
    const far = await connectTo(proxy.url, { domain: 'leaf' });
    await useEverything(far);
    const outside = proxy.published.filter((subject) => !subject.startsWith('$JS.leaf.API.'));
    expect(outside.filter((subject) => !subject.startsWith('$JS.FC.'))).toEqual([]);

    const near = await connectTo(leaf.url);
    expect((await near.listBuckets()).map(({ name }) => name)).toEqual(['b']);
    expect(await near.get('b', 'other')).toMatchObject({ operation: 'PUT' });
    expect(await (await connectTo(hub.url)).listBuckets()).toEqual([]);
  });

  it('is used from the leaf for the hub, both ways at once', async () => {
    const { hub, leaf } = await startDomains();
    const toHub = await connectTo(leaf.url, { apiPrefix: '$JS.hub.API' });
    const toLeaf = await connectTo(leaf.url, { domain: 'leaf' });
    await useEverything(toHub);
    await toLeaf.createBucket({ name: 'only-here' });
    expect((await toHub.listBuckets()).map(({ name }) => name)).toEqual(['b']);
    expect((await toLeaf.listBuckets()).map(({ name }) => name)).toEqual(['only-here']);
    expect(await (await connectTo(hub.url)).listBuckets()).toHaveLength(1);
  });

  it('has a mirror of a bucket in the hub', async () => {
    const { hub, leaf } = await startDomains();
    const atHub = await connectTo(hub.url);
    await atHub.createBucket({ name: 'origin' });
    await atHub.put('origin', 'key', bytes('x'), { expected: 0 });
    const atLeaf = await connectTo(leaf.url);
    const mirror = { bucket: 'origin', apiPrefix: '$JS.hub.API' };
    const status = await atLeaf.createBucket({ name: 'copy', mirror });
    expect(status).toMatchObject({ mirrorOf: 'origin', mirror });
    await eventually(async () =>
      expect(await atLeaf.get('copy', 'key')).toMatchObject({ revision: 1 }),
    );
    expect(await listAll(atLeaf, 'copy')).toMatchObject([{ key: 'key' }]);
  });

  it('has a mirror of the same name, which keeps the subjects of its origin, and is promoted', async () => {
    const { hub, leaf } = await startDomains();
    const atHub = await connectTo(hub.url);
    await atHub.createBucket({ name: 'same' });
    await atHub.put('same', 'key', bytes('x'), { expected: 0 });
    const atLeaf = await connectTo(leaf.url);
    // As a `nats kv add --mirror` makes it: nothing is moved to other subjects.
    const mirror = { bucket: 'same', apiPrefix: '$JS.hub.API' };
    await atLeaf.createBucket({ name: 'same', mirror });
    const status = await eventually(async () => {
      const found = await atLeaf.bucketStatus('same');
      expect(found).toMatchObject({ mirrorOf: 'same', values: 1, keyPrefix: '$KV.same.' });
      return found;
    });
    const { apiLevel } = await atLeaf.accountInfo();
    if (apiLevel < 2) {
      expect(whyNotPromoted(status, apiLevel)).toMatch(/server 2\.12/);
      return;
    }
    expect(whyNotPromoted(status, apiLevel)).toBeUndefined();
    const expected = status.streamConfig;
    const outcome = await atLeaf.updateBucket('same', promotion(status), { expected });
    expect(outcome).toMatchObject({ kind: 'saved', status: { mirrorOf: undefined, values: 1 } });
    expect(await atLeaf.get('same', 'key')).toMatchObject({ revision: 1, value: bytes('x') });
    expect(await atLeaf.put('same', 'key', bytes('y'), { expected: 1 })).toMatchObject({
      kind: 'saved',
    });
    expect(await listAll(atLeaf, 'same')).toMatchObject([{ key: 'key', revision: 2 }]);
    await atHub.put('same', 'other', bytes('z'), { expected: 0 });
    expect(await atLeaf.get('same', 'other')).toBeUndefined();
  });

  it('tells of its buckets, not of those of the same name in the hub', async () => {
    const { hub } = await startDomains();
    const atHub = await connectTo(hub.url);
    const atLeaf = await connectTo(hub.url, { domain: 'leaf' });
    const told: string[] = [];
    atHub.onDidChangeBuckets(({ kind, bucket }) => told.push(`hub ${kind} ${bucket}`));
    atLeaf.onDidChangeBuckets(({ kind, bucket }) => told.push(`leaf ${kind} ${bucket}`));
    await atHub.createBucket({ name: 'b' });
    await atLeaf.createBucket({ name: 'b' });
    await atHub.deleteBucket('b');
    await atLeaf.deleteBucket('b');
    const changes = ['created b', 'deleted b'];
    await eventually(() => expect(told.length).toBeGreaterThanOrEqual(4));
    expect(told.filter((text) => text.startsWith('hub'))).toEqual(changes.map((t) => `hub ${t}`));
    expect(told.filter((text) => text.startsWith('leaf'))).toEqual(changes.map((t) => `leaf ${t}`));
  });

  it('that does not exist has no JetStream', async () => {
    const { hub } = await startDomains();
    const connection = await connectTo(hub.url, { domain: 'nowhere' });
    await expectKind('jetStreamOff', connection.listBuckets());
    await expectKind('jetStreamOff', connection.put('b', 'key', bytes('x'), { expected: 0 }));
  });

  it('must have a name that can be part of a subject', async () => {
    await expectKind('invalidConfig', connectTo('127.0.0.1:4222', { domain: 'a.b' }));
  });
});

/** Every kind of request, on a new bucket `b` that holds the key `other` in the end. */
async function useEverything(connection: KvConnection): Promise<void> {
  await connection.createBucket({ name: 'b', history: 5 });
  const { watch, told } = startWatch(connection, 1);
  await isIn('live', watch);
  expect(await connection.put('b', 'key', bytes('1'), { expected: 0 })).toMatchObject({
    kind: 'saved',
  });
  expect(await connection.put('b', 'key', bytes('2'), { expected: 0 })).toMatchObject({
    kind: 'conflict',
    revision: 1,
  });
  expect(await connection.get('b', 'key')).toMatchObject({ revision: 1, value: bytes('1') });
  await connection.delete('b', 'key', { expected: 1 });
  await connection.put('b', 'other', bytes('3'), { expected: 0 });
  expect(await listAll(connection, 'b')).toHaveLength(2);
  await eventually(() => expect(told).toHaveLength(3));
  const updated = await connection.updateBucket('b', { description: 'far away' });
  expect(updated).toMatchObject({ kind: 'saved', status: { description: 'far away' } });
  const counts = await connection.compact('b', { olderThanMs: 0 });
  expect(counts).toEqual({ found: 1, done: 1, removed: 2 });
  expect(await connection.listBuckets()).toMatchObject([{ name: 'b', values: 1 }]);
  watch.dispose();
}

/** Two servers, each with a JetStream domain of its own name; the leaf is connected to the hub. */
async function startDomains(): Promise<{ hub: NatsServer; leaf: NatsServer }> {
  const hub = await start(`
    server_name: hub
    jetstream { domain: hub }
    leafnodes { listen: "127.0.0.1:-1" }
  `);
  const address = await eventually(
    () => /Listening for leafnode connections on (\S+)/.exec(hub.log)?.[1] ?? false,
  );
  const leaf = await start(`
    server_name: leaf
    jetstream { domain: leaf }
    leafnodes { remotes: [ { url: "nats-leaf://${address}" } ] }
  `);
  await eventually(() => leaf.log.includes('Leafnode connection created'));
  await eventually(() => hub.log.includes('Leafnode connection created'));
  await reaches(hub, 'leaf');
  await reaches(leaf, 'hub');
  return { hub, leaf };
}

/** Each learns what the other listens to some time after they are connected. */
async function reaches({ url }: NatsServer, domain: string): Promise<void> {
  const connection = await connectTo(url, { domain });
  await eventually(() => connection.listBuckets());
  await connection.close();
}

async function start(config: string): Promise<NatsServer> {
  const server = await startNatsServer({ config });
  onTestFinished(() => server.stop());
  return server;
}
