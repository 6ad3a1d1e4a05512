import { ErrorCode, NatsError } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import type { LinkState } from '../../../../src/kv/model/kvConnection';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { Link } from '../../../../src/kv/nats/link/link';
import { FakeClient } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A link whose dials succeed, or fail with what `failures` holds. */
async function setUp(options = {}) {
  const clients: FakeClient[] = [];
  const failures: KvError[] = [];
  const dial = vi.fn(() => {
    const failure = failures.shift();
    if (failure) {
      return Promise.reject(failure);
    }
    const client = new FakeClient();
    clients.push(client);
    return Promise.resolve(new Channel(client, undefined));
  });
  const link = await Link.open({ dial, reconnectDelay: () => 100, ...options });
  const states: LinkState[] = [];
  link.state.onDidChange((state) => states.push(state));
  return { link, clients, failures, states, dial };
}

const refused = new KvError('disconnected', 'refused');
const rejected = new KvError('authFailed', 'rejected');
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('Link', () => {
  it('throws what the first dial failed with', async () => {
    const dial = () => Promise.reject(refused);
    await expect(Link.open({ dial })).rejects.toBe(refused);
  });

  it('dials until it is connected again, telling each attempt', async () => {
    const { clients, failures, states } = await setUp();
    await vi.advanceTimersByTimeAsync(5000);
    failures.push(refused, refused);
    clients[0]?.lose();
    await vi.advanceTimersByTimeAsync(300);
    const since = 1_005_000;
    expect(states).toMatchObject([
      { kind: 'reconnecting', attempt: 1, since },
      { kind: 'reconnecting', attempt: 2, since },
      { kind: 'reconnecting', attempt: 3, since },
      { kind: 'connected', server: { name: 'fake' } },
    ]);
  });

  it('refuses its connection at once when it is lost', async () => {
    const { link, clients } = await setUp();
    clients[0]?.lose();
    await settle();
    expect(() => link.current).toThrow('there is no connection');
  });

  it('does not wait before the first attempt, and backs off after', async () => {
    const { clients, failures, dial } = await setUp({ reconnectDelay: undefined });
    await vi.advanceTimersByTimeAsync(5000);
    failures.push(refused, refused);
    clients[0]?.lose();
    await settle();
    expect(dial).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(190);
    expect(dial).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(120);
    expect(dial).toHaveBeenCalledTimes(3);
  });

  it('counts on when connections break as soon as they are made', async () => {
    const { clients, states } = await setUp();
    for (let at = 0; at < 3; at++) {
      clients[at]?.lose();
      await vi.advanceTimersByTimeAsync(100);
    }
    const attempts = states.flatMap((state) =>
      state.kind === 'reconnecting' ? [state.attempt] : [],
    );
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('dials at once when asked to in the middle of a wait', async () => {
    const { link, clients, dial } = await setUp({ reconnectDelay: () => 60_000 });
    clients[0]?.lose();
    await settle();
    expect(dial).toHaveBeenCalledTimes(1);
    link.reconnectNow();
    await settle();
    expect(link.state.current.kind).toBe('connected');
  });

  it('closes when the credentials are rejected twice in a row', async () => {
    const { link, clients, failures, dial } = await setUp();
    failures.push(rejected, refused, rejected, rejected, rejected);
    clients[0]?.lose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(link.state.current).toEqual({ kind: 'closed', error: rejected });
    expect(dial).toHaveBeenCalledTimes(5);
  });

  it('closes at the first rejection after the server ended it because of an expiry', async () => {
    for (const code of [ErrorCode.AuthenticationExpired, ErrorCode.AccountExpired]) {
      const { link, clients, failures, dial } = await setUp();
      failures.push(rejected);
      clients[0]?.lose(NatsError.errorForCode(code));
      await vi.advanceTimersByTimeAsync(1000);
      expect(dial).toHaveBeenCalledTimes(2);
      const { current } = link.state;
      expect(current).toMatchObject({ kind: 'closed', error: { kind: 'authFailed' } });
      expect(current.kind === 'closed' && current.error?.message).toMatch(/have|has expired/);
    }
  });

  it('goes on with new credentials after an expiry, and counts rejections anew', async () => {
    const { link, clients, failures } = await setUp();
    clients[0]?.lose(NatsError.errorForCode(ErrorCode.AuthenticationExpired));
    await vi.advanceTimersByTimeAsync(5000);
    expect(link.state.current.kind).toBe('connected');
    failures.push(rejected);
    clients[1]?.lose();
    await vi.advanceTimersByTimeAsync(5000);
    expect(link.state.current.kind).toBe('connected');
  });

  it('stops dialling when it is closed', async () => {
    const { link, clients, dial } = await setUp();
    clients[0]?.lose();
    await settle();
    await link.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(dial).toHaveBeenCalledTimes(1);
    expect(link.state.current).toEqual({ kind: 'closed' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stays closed when a dial succeeds too late', async () => {
    const { link, clients, dial } = await setUp();
    let succeed: (channel: Channel) => void = () => undefined;
    dial.mockReturnValueOnce(new Promise((resolve) => (succeed = resolve)));
    clients[0]?.lose();
    await vi.advanceTimersByTimeAsync(100);
    await link.close();
    const late = new FakeClient();
    const close = vi.spyOn(late, 'close');
    succeed(new Channel(late, undefined));
    await settle();
    expect(link.state.current).toEqual({ kind: 'closed' });
    expect(close).toHaveBeenCalledOnce();
  });

  it('lets others wait for the connection', async () => {
    const { link, clients } = await setUp();
    clients[0]?.lose();
    await settle();
    const waiting = link.whenConnected();
    const aborted = expect(link.whenConnected(AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(await waiting).toBe(link.current);
    await aborted;
  });

  it('fails those who wait when it is closed', async () => {
    const { link, clients } = await setUp();
    clients[0]?.lose();
    await settle();
    const waiting = expect(link.whenConnected()).rejects.toMatchObject({ kind: 'disconnected' });
    await link.close();
    await waiting;
  });
});
