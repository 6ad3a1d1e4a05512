import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { expectKind } from '../../contract/harness';
import { FakeClient } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A request for three replies within 100 ms each. */
function setUp() {
  const client = new FakeClient();
  const channel = new Channel(client, undefined);
  const abort = new AbortController();
  const taken: string[] = [];
  const options = { timeoutMs: 100, signal: abort.signal };
  const request = channel.requestMany('a', '', options, ({ data }) => {
    taken.push(new TextDecoder().decode(data));
    return taken.length === 3;
  });
  request.catch(() => undefined);
  const reply = (data: string) => client.deliver(client.published[0]?.reply ?? '', { data });
  return { client, abort, taken, request, reply };
}

describe('Channel.requestMany', () => {
  it('takes replies until the last one, and none after it', async () => {
    const { taken, request, reply } = setUp();
    ['1', '', '3', '4'].forEach(reply);
    await request;
    expect(taken).toEqual(['1', '', '3']);
  });

  it('waits anew after each reply', async () => {
    const { request, reply } = setUp();
    for (const data of ['1', '2', '3']) {
      await vi.advanceTimersByTimeAsync(90);
      reply(data);
    }
    await request;
  });

  it('times out when the next reply does not come', async () => {
    const { request, reply, taken } = setUp();
    reply('1');
    await vi.advanceTimersByTimeAsync(101);
    await expectKind('timeout', request);
    reply('2');
    expect(taken).toEqual(['1']);
  });

  it('ends with the connection and when it is aborted', async () => {
    const lost = setUp();
    lost.client.lose();
    await expectKind('disconnected', lost.request);
    const aborted = setUp();
    aborted.abort.abort();
    await expectKind('cancelled', aborted.request);
  });

  it('ends when the publish is denied', async () => {
    const { client, request } = setUp();
    client.tell({ permissionContext: { operation: 'publish', subject: 'a' } });
    await expectKind('denied', request);
  });
});
