import { expect, describe, it, onTestFinished } from 'vitest';
import { ignore } from '../../src/kv/base/ignore';
import type { KeyIndex } from '../../src/kv/session/keyIndex';
import { KeyShelf } from '../../src/kv/keys/keptKeys';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { LinkResources } from '../../src/kv/session/linkResources';
import { eventually } from '../support/poll';
import { linkIs, startSystem } from './system';

function link(connection: KvConnection, shelf?: KeyShelf): LinkResources {
  const made = new LinkResources(connection, { gone: ignore, looked: ignore }, shelf);
  onTestFinished(() => made.dispose());
  return made;
}

async function opened(of: LinkResources): Promise<KeyIndex> {
  const index = of.index('b');
  index.open();
  await eventually(() => expect(index.state.current.kind).toBe('ready'));
  return index;
}

function keys(index: KeyIndex): string[] {
  return index.keysFrom(0, 1_000).keys.sort();
}

describe('what an index is not told of', () => {
  it('is dropped when a value has expired and the server leaves no marker', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    const { config } = await foreign.jsm.streams.info('KV_b');
    const age = { max_age: 2_000_000_000, duplicate_window: 1_000_000_000 };
    await foreign.jsm.streams.update('KV_b', { ...config, ...age });
    const index = await opened(link(await system.connect()));
    await eventually(async () => {
      // Again and again, since they may have expired before the index is looked at.
      await foreign.put('b', 'a', 'x');
      await foreign.put('b', 'b', 'x');
      expect(keys(index)).toEqual(['a', 'b']);
    });
    await eventually(async () => {
      const due = (await index.dropExpired()) ?? 0;
      expect(due - Date.now()).toBeLessThan(1_000);
    });

    await eventually(async () => {
      await foreign.put('b', 'b', 'y');
      await index.dropExpired();
      expect(keys(index)).toEqual(['b']);
    });
    await eventually(async () => {
      await index.dropExpired();
      expect(keys(index)).toEqual([]);
    });
  });

  it('is found after an outage: keys that were removed with all of their messages', async () => {
    const system = await startSystem();
    const { proxy, foreign } = system;
    await foreign.createBucket({ name: 'b' });
    await Promise.all(['a', 'b', 'c'].map((key) => foreign.put('b', key, 'x')));
    const connection = await system.connect();
    const index = await opened(link(connection));
    await eventually(() => expect(index.watch.state.current.kind).toBe('live'));
    proxy.refuse();
    proxy.cut();
    await linkIs('reconnecting', connection);
    await foreign.jsm.streams.purge('KV_b', { filter: '$KV.b.b' });
    await foreign.put('b', 'd', 'x');
    await proxy.accept();

    await eventually(() => expect(keys(index)).toEqual(['a', 'c', 'd']));
    expect(index.state.current.kind).toBe('ready');
  });
});

describe('an index on another link to the same bucket', () => {
  it('has its keys at once, and catches up from the last revision', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    await Promise.all(['a', 'b', 'c'].map((key) => foreign.put('b', key, 'x')));
    const shelf = new KeyShelf();
    const before = link(await system.connect(), shelf);
    const first = await opened(before);
    await eventually(() => expect(first.watch.lastRevision).toBe(3));
    before.dispose();
    await foreign.mark('b', 'a', 'DEL');
    await foreign.put('b', 'd', 'x');
    await foreign.jsm.streams.purge('KV_b', { filter: '$KV.b.b' });

    const index = link(await system.connect(), shelf).index('b');
    index.open();

    expect(index.state.current.kind).toBe('ready');
    expect(keys(index)).toEqual(['a', 'b', 'c']);
    await eventually(() => expect(keys(index)).toEqual(['c', 'd']));
    await foreign.put('b', 'e', 'x');
    await eventually(() => expect(keys(index)).toEqual(['c', 'd', 'e']));
  });

  it('lists a bucket that was created again meanwhile', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    await Promise.all(['a', 'b', 'c'].map((key) => foreign.put('b', key, 'x')));
    const shelf = new KeyShelf();
    const before = link(await system.connect(), shelf);
    await opened(before);
    before.dispose();
    await foreign.deleteBucket('b');
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'x', 'x');

    const index = link(await system.connect(), shelf).index('b');
    index.open();

    await eventually(() => expect(keys(index)).toEqual(['x']));
    await foreign.put('b', 'y', 'x');
    await eventually(() => expect(keys(index)).toEqual(['x', 'y']));
  });
});
