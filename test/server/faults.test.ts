import { describe, expect, it } from 'vitest';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { isIn, startWatch } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import type { Proxy } from '../support/proxy';
import { fillBucket } from '../support/fillBucket';
import { expectTruth, SaveLog, SavingClient } from './savingClient';
import { connectTo, linkIs, startSystem, transports } from './system';

describe.each(transports)('over %s', (transport) => {
  describe('a crash of the server', () => {
    it('in the middle of two hundred saves loses none that was acknowledged', async () => {
      const { url, server, foreign } = await startSystem({ transport });
      await foreign.createBucket({ name: 'b', history: 64 });
      const connection = await connectTo(url, { reconnectDelay: () => 20 });
      const { watch, told } = startWatch(connection, 1);
      await isIn('live', watch);
      const log = new SaveLog();
      // Four clients for each key, so that most saves meet the save of another.
      const clients = Array.from({ length: 200 }, (_, at) =>
        new SavingClient(connection, `client${at}`, log).saveUntilStopped([`key.${at % 50}`]),
      );
      await eventually(() => log.saved.length > 1000, { intervalMs: 1 });
      await server.kill9();
      log.isStopped = true;
      await server.restart();
      await Promise.all(clients);
      await linkIs('connected', connection);
      const stored = await expectTruth(connection, log);
      expect(log.refused.size).toBeGreaterThan(100);
      await eventually(() => expect(told).toEqual(stored));
    });
  });

  describe('a listing', () => {
    it.each<[string, (proxy: Proxy) => Promise<void> | void]>([
      ['cut', (proxy) => proxy.cut()],
      ['stalled for a moment', (proxy) => stallFor(proxy, 300)],
      ['stalled until its consumer counts as lost', (proxy) => stallFor(proxy, 3000)],
      ['slow', (proxy) => proxy.delay(30)],
    ])('tells every key when the link is %s in its middle', async (_, disturb) => {
      const keys = 30_000;
      const system = await startSystem({ transport });
      const { server, proxy } = system;
      await fillBucket(server.url, { name: 'b', keys, revisions: 1 });
      const connection = await system.connect({ reconnectDelay: () => 5 });
      const found = new Set<string>();
      let disturbance: Promise<void> | undefined;
      for await (const batch of connection.list('b')) {
        batch.forEach(({ key }) => found.add(key));
        disturbance ??= Promise.resolve(disturb(proxy));
      }
      await disturbance;
      expect(found.size).toBe(keys);
    });
  });

  describe('a hundred reconnects', () => {
    it('leave no consumer behind, of watches and listings alike', async () => {
      const system = await startSystem({ transport });
      const { proxy, server, foreign } = system;
      await fillBucket(server.url, { name: 'b', keys: 3000, revisions: 1 });
      const connection = await system.connect({ reconnectDelay: () => 0 });
      const { watch } = startWatch(connection, 1);
      for (let at = 0; at < 100; at++) {
        await linkIs('connected', connection);
        const listing = connection.list('b')[Symbol.asyncIterator]();
        await listing.next();
        const lost = linkLost(connection);
        proxy.cut();
        await lost;
        await listing.return?.();
      }
      await isIn('live', watch);
      await eventually(async () => expect(await foreign.consumersOf('b')).toBe(1));
      watch.dispose();
      await eventually(async () => expect(await foreign.consumersOf('b')).toBe(0));
    });
  });
});

/** Resolves at the next loss of the link, however short. */
function linkLost(connection: KvConnection): Promise<void> {
  return new Promise((resolve) => {
    const subscription = connection.state.onDidChange(({ kind }) => {
      if (kind === 'reconnecting') {
        subscription.dispose();
        resolve();
      }
    });
  });
}

/** Lets nothing through for a time: what is tested is how long silence is borne. */
async function stallFor(proxy: Proxy, ms: number): Promise<void> {
  const until = Date.now() + ms;
  proxy.stall();
  await eventually(() => Date.now() >= until);
  proxy.reset();
}
