import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { FakeClient } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A channel whose server answers pings or not. */
function setUp(answersPings: boolean) {
  const client = new FakeClient();
  let pings = 0;
  client.flush = () => {
    pings++;
    return answersPings ? Promise.resolve() : new Promise(() => undefined);
  };
  const channel = new Channel(client, undefined);
  const told: (number | undefined)[] = [];
  channel.onDidChange(() => told.push(channel.silentSince));
  const request = () =>
    channel.request('a', '', { timeoutMs: 2000 }).catch((error: unknown) => error);
  return { client, channel, told, request, pings: () => pings };
}

describe('a channel whose server is silent', () => {
  it('tells so after the first request that nothing came after, not even a pong', async () => {
    const { told, request } = setUp(false);
    const failed = request();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await failed).toMatchObject({ kind: 'timeout' });
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([1_000_000]);
  });

  it('is not told to be so for a request that is left unanswered by a server that is well', async () => {
    const { channel, told, request, pings } = setUp(true);
    const failed = request();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await failed).toMatchObject({ kind: 'timeout' });
    expect([pings(), told, channel.isLost]).toEqual([1, [], false]);
  });

  it('is told to be so where the last that came was under way when it stopped', async () => {
    const { channel, told, request } = setUp(false);
    void request();
    await vi.advanceTimersByTimeAsync(1);
    channel.heard();
    await vi.advanceTimersByTimeAsync(3000);
    expect(told).toEqual([1_000_001]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(channel.isLost).toBe(true);
  });

  it('is told to be so where something came just before, and nothing after', async () => {
    const { channel, told, request } = setUp(false);
    void request();
    await vi.advanceTimersByTimeAsync(1500);
    channel.heard();
    await vi.advanceTimersByTimeAsync(1499);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    expect(told).toEqual([1_001_500]);
  });

  it('is not told to be so while something comes, though what was asked is not answered', async () => {
    const { channel, told, request, pings } = setUp(false);
    void request();
    for (let at = 0; at < 40; at++) {
      await vi.advanceTimersByTimeAsync(500);
      channel.heard();
    }
    expect([pings(), told]).toEqual([1, []]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([1_020_000]);
  });

  it('is well again with the first that comes', async () => {
    const { channel, told } = setUp(false);
    channel.suspect(1_000_000);
    await vi.advanceTimersByTimeAsync(5000);
    channel.heard();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([1_000_000, undefined]);
    expect(channel.isLost).toBe(false);
  });

  it('is given up when nothing comes for long, so that it is dialled again', async () => {
    const { channel } = setUp(false);
    channel.suspect(1_000_000);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await channel.lost).toMatchObject({
      kind: 'disconnected',
      message: 'the server stopped answering',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is suspected when the ping of an idle connection is not answered', async () => {
    const { client, channel } = setUp(false);
    await vi.advanceTimersByTimeAsync(20_000);
    client.tell({ type: 'pingTimer' as never, data: '1' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(channel.silentSince).toBeUndefined();
    client.tell({ type: 'pingTimer' as never, data: '2' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(channel.silentSince).toBeDefined();
  });
});
