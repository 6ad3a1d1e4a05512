import { ErrorCode, NatsError } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import type { LinkState } from '../../../../src/kv/model/kvConnection';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { mostTelling } from '../../../../src/kv/nats/link/dialError';
import { Link, type LinkOptions } from '../../../../src/kv/nats/link/link';
import { TunnelError } from '../../../../src/kv/nats/link/tunnel';
import { FakeClient } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A link whose dials succeed, or fail with what `failures` holds. */
async function setUp(options = {}) {
  const clients: FakeClient[] = [];
  const failures: KvError[] = [];
  const dial = vi.fn<LinkOptions['dial']>(() => {
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
const cancelledWith = (signal?: AbortSignal) =>
  new Promise<Channel>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new KvError('cancelled', 'given up')));
  });
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

  it('goes on dialling while the credentials are rejected, and tells so', async () => {
    const { link, clients, failures, states } = await setUp();
    failures.push(...Array.from({ length: 20 }, () => rejected));
    clients[0]?.lose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(states.at(-1)).toMatchObject({ kind: 'reconnecting', error: rejected });
    await vi.advanceTimersByTimeAsync(2000);
    expect(link.state.current.kind).toBe('connected');
  });

  const ended = new TunnelError('disconnected', 'the tunnel by ssh ended: Permission denied');
  it.each([
    ['that rejects the credentials', rejected],
    ['that a program of a tunnel gives no way to', ended],
    ['beside another one behind such a tunnel', mostTelling([refused, ended])],
  ])('asks a server less often %s', async (_, failure) => {
    const { clients, failures, dial } = await setUp({ reconnectDelay: undefined });
    failures.push(...Array.from({ length: 50 }, () => failure));
    clients[0]?.lose();
    await vi.advanceTimersByTimeAsync(40_000);
    const before = dial.mock.calls.length;
    await vi.advanceTimersByTimeAsync(80_000);
    expect(dial.mock.calls.length - before).toBeLessThanOrEqual(4);
  });

  it('tells that the credentials have expired, whatever the server says of them later', async () => {
    for (const code of [ErrorCode.AuthenticationExpired, ErrorCode.AccountExpired]) {
      const { clients, failures, states } = await setUp();
      failures.push(rejected, rejected);
      clients[0]?.lose(NatsError.errorForCode(code));
      await vi.advanceTimersByTimeAsync(200);
      const state = states.at(-1);
      expect(state).toMatchObject({ kind: 'reconnecting', error: { kind: 'authFailed' } });
      expect(state?.kind === 'reconnecting' && state.error?.message).toMatch(/have|has expired/);
    }
  });

  it('makes its connection anew when it is asked to, though it looks well', async () => {
    const { link, clients, dial, states } = await setUp({ reconnectDelay: () => 60_000 });
    const close = vi.spyOn(clients[0] as FakeClient, 'close');
    link.reconnectNow();
    await settle();
    expect(close).toHaveBeenCalledOnce();
    expect(states.map(({ kind }) => kind)).toEqual(['reconnecting', 'connected']);
    expect(dial.mock.calls.at(-1)).toEqual([expect.anything(), 'askedFor']);
  });

  it('gives up a dial that takes its time when it is asked to', async () => {
    const { link, clients, dial } = await setUp();
    dial.mockImplementationOnce((signal) => cancelledWith(signal));
    clients[0]?.lose();
    await vi.advanceTimersByTimeAsync(100);
    expect(dial).toHaveBeenCalledTimes(2);
    link.reconnectNow();
    await settle();
    expect(link.state.current.kind).toBe('connected');
    expect(dial.mock.calls.map(([, reason]) => reason)).toEqual([
      'askedFor',
      'byItself',
      'askedFor',
    ]);
  });

  it('tells when the server does not answer, and what it says of itself', async () => {
    const { link, clients } = await setUp();
    const client = clients[0] as FakeClient;
    client.flush = () => new Promise(() => undefined);
    const failed = link.current.request('a', '', { timeoutMs: 500 }).catch((e: unknown) => e);
    await vi.advanceTimersByTimeAsync(1500);
    expect(await failed).toMatchObject({ kind: 'timeout' });
    expect(link.state.current).toMatchObject({ kind: 'connected', silentSince: 1_000_000 });
    link.current.heard();
    expect(link.state.current).not.toHaveProperty('silentSince');
    Object.assign(client.info, { max_payload: 10 });
    link.current.introducedAnew();
    expect(link.state.current).toMatchObject({ server: { maxPayload: 10 } });
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
