import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { Link } from '../../../../src/kv/nats/link/link';
import { FakeClient } from '../fakeClient';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A link, and which of its connections are still in memory, in the order in which they were made. */
async function setUp() {
  const clients: WeakRef<FakeClient>[] = [];
  const channels: WeakRef<Channel>[] = [];
  const server = { isThere: true };
  const dial = () => {
    if (!server.isThere) {
      return new Promise<never>(() => undefined);
    }
    const client = new FakeClient();
    const channel = new Channel(client, undefined);
    clients.push(new WeakRef(client));
    channels.push(new WeakRef(channel));
    return Promise.resolve(channel);
  };
  const link = await Link.open({ dial, reconnectDelay: () => 0 });
  const lose = () => clients.at(-1)?.deref()?.lose();
  const kept = () => {
    collectGarbage();
    return channels.map((channel) => channel.deref() !== undefined);
  };
  return { link, server, lose, kept };
}

describe('what a link remembers of lost connections', () => {
  it('is nothing once it is connected again', async () => {
    const { link, lose, kept } = await setUp();
    lose();
    await expect.poll(kept).toEqual([false, true]);
    lose();
    await expect.poll(kept).toEqual([false, false, true]);
    expect(link.state.current.kind).toBe('connected');
    await link.close();
  });

  it('is nothing while it dials', async () => {
    const { link, server, lose, kept } = await setUp();
    server.isThere = false;
    lose();
    await expect.poll(kept).toEqual([false]);
    expect(link.state.current.kind).toBe('reconnecting');
    await link.close();
  });
});
