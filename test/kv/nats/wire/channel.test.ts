import { ErrorCode, NatsError } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const client = new FakeClient();
  const channel = new Channel(client, '_ME');
  const request = (subject: string, options = {}) =>
    channel.request(subject, 'payload', { timeoutMs: 100, ...options });
  return { client, channel, request };
}

describe('Channel', () => {
  it('matches replies with their requests', async () => {
    const { client, request } = setUp();
    const replies = [request('a'), request('b')];
    const [first, second] = client.published;
    client.deliver(second?.reply ?? '', { data: 'for b' });
    client.deliver(first?.reply ?? '', { data: 'for a' });
    const texts = (await Promise.all(replies)).map(({ data }) => new TextDecoder().decode(data));
    expect(texts).toEqual(['for a', 'for b']);
  });

  it('asks for replies below the prefix given', () => {
    const { client, request } = setUp();
    void request('a');
    expect(client.published[0]?.reply).toMatch(/^_ME\.\w+\.1$/);
  });

  it('passes on that nobody responds', async () => {
    const { client, request } = setUp();
    const reply = request('a');
    const headers = statusHeaders(503, 'No Responders');
    client.deliver(client.published[0]?.reply ?? '', { headers });
    expect((await reply).headers?.code).toBe(503);
  });

  it('fails a request without a reply after its time', async () => {
    const { request } = setUp();
    const failed = expect(request('a')).rejects.toMatchObject({ kind: 'timeout' });
    await vi.advanceTimersByTimeAsync(100);
    await failed;
  });

  it('fails the requests to a subject that may not be published to, and no others', async () => {
    const { client, request } = setUp();
    const denied = expect(request('a.b')).rejects.toMatchObject({
      kind: 'denied',
      message: 'this user may not publish to "a.b"',
    });
    const other = request('c');
    client.tell({ permissionContext: { operation: 'publish', subject: 'a.b' } });
    await denied;
    client.deliver(client.published[1]?.reply ?? '', { data: 'ok' });
    await other;
  });

  const deaf = (): NatsError => {
    const error = new NatsError('no', ErrorCode.PermissionsViolation);
    error.permissionContext = { operation: 'subscription', subject: '_ME.x.*' };
    return error;
  };

  it('fails every request while it may not listen for replies, and sends none', async () => {
    const { client, request } = setUp();
    const before = request('a');
    const inbox = client.published[0]?.reply ?? '';
    client.flush = () => Promise.resolve(client.refuseSubscription(inbox, deaf()));
    client.refuseSubscription(inbox, deaf());
    await expect(before).rejects.toMatchObject({ kind: 'denied' });
    await expect(request('b')).rejects.toMatchObject({ kind: 'denied' });
    await expect(request('c')).rejects.toMatchObject({ kind: 'denied' });
    expect(client.published).toHaveLength(1);
  });

  it('hears replies again as soon as it may, whoever asks next', async () => {
    const { client, request } = setUp();
    const before = request('a');
    client.refuseSubscription(client.published[0]?.reply ?? '', deaf());
    await expect(before).rejects.toMatchObject({ kind: 'denied' });
    client.answer = () => ({});
    await Promise.all([request('b'), request('c')]);
    await request('d');
    expect(client.published.map(({ subject }) => subject)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('knows of a message that the server has closed the connection over that it was not taken', async () => {
    const { client, channel, request } = setUp();
    const large = channel.request('a', 'x'.repeat(500), { timeoutMs: 100 });
    const small = request('b');
    client.lose(new NatsError("'Maximum Payload Violation'", ErrorCode.ProtocolError));
    await expect(large).rejects.toMatchObject({ kind: 'tooLarge' });
    await expect(small).rejects.toMatchObject({ kind: 'disconnected' });
  });

  it('ends at once when it is broken off, though the other end does not close', async () => {
    const { client, channel, request } = setUp();
    client.close = () => new Promise(() => undefined);
    const pending = request('a');
    channel.breakOff(new KvError('disconnected', 'no use'));
    await expect(pending).rejects.toMatchObject({ message: 'no use' });
    expect(await channel.lost).toMatchObject({ message: 'no use' });
    expect(channel.isLost).toBe(true);
  });

  it('fails every request when the connection ends, and sends no more', async () => {
    const { client, channel, request } = setUp();
    const before = request('a');
    client.lose(new Error('reset'));
    await expect(before).rejects.toMatchObject({ kind: 'disconnected' });
    expect(channel.isLost).toBe(true);
    await expect(request('b')).rejects.toMatchObject({ kind: 'disconnected' });
    expect(client.published).toHaveLength(1);
    expect(await channel.lost).toMatchObject({ kind: 'disconnected' });
  });

  it('fails a request at once when it is aborted, and sends none that was aborted before', async () => {
    const { client, request } = setUp();
    const abort = new AbortController();
    const reply = request('a', { signal: abort.signal });
    abort.abort();
    await expect(reply).rejects.toMatchObject({ kind: 'cancelled' });
    const later = request('b', { signal: abort.signal });
    await expect(later).rejects.toMatchObject({ kind: 'cancelled' });
    expect(client.published).toHaveLength(1);
  });

  it('refuses a subject that the server would close the connection over', async () => {
    const { client, request } = setUp();
    await expect(request('k'.repeat(4096))).rejects.toMatchObject({ kind: 'tooLarge' });
    expect(client.published).toEqual([]);
  });

  it('tells its end once to each who wants to know, and holds nobody who does not any longer', async () => {
    const { client, channel } = setUp();
    const told: string[] = [];
    channel.whenLost(() => told.push('first'));
    channel.whenLost(() => told.push('second')).dispose();
    client.lose();
    await channel.lost;
    const late = channel.whenLost(() => told.push('disposed in time'));
    channel.whenLost(() => told.push('late'));
    late.dispose();
    await channel.lost;
    expect(told).toEqual(['first', 'late']);
  });

  it('leaves no timer behind', async () => {
    const { client, request } = setUp();
    const answered = request('a');
    client.deliver(client.published[0]?.reply ?? '', { data: 'ok' });
    await answered;
    const lost = request('b').catch(() => undefined);
    client.lose();
    await lost;
    expect(vi.getTimerCount()).toBe(0);
  });
});
