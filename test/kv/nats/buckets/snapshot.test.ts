import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ignore } from '../../../../src/kv/base/ignore';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { expectKind } from '../../contract/harness';
import { FakeClient, statusHeaders } from '../fakeClient';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const created = '2026-01-01T00:00:00Z';
const times = { first_ts: created, last_ts: created };
const state = { messages: 1, bytes: 1, last_seq: 9, first_seq: 1, ...times };
const stream = { config: { name: 'KV_b', subjects: ['$KV.b.>'] }, created, state };

/** A snapshot that a server has begun to send: the test plays what comes to its inbox. */
async function begin(signal?: AbortSignal) {
  const client = new FakeClient();
  let inbox = '';
  client.answer = (subject, payload) => {
    if (subject.includes('SNAPSHOT')) {
      inbox = (JSON.parse(payload) as { deliver_subject: string }).deliver_subject;
    }
    return stream;
  };
  const connection = await connectionOf(client);
  const { chunks } = await connection.snapshot('b', { signal });
  const acknowledged = () =>
    client.published.filter(({ subject }) => subject.startsWith('ack')).map((each) => each.subject);
  const isListening = () => client.hasSubscription(inbox);
  const send = (data: string, reply = '') => client.deliver(inbox, { data, reply });
  const endWith = (code: number) =>
    client.deliver(inbox, { headers: statusHeaders(code, 'Status') });
  const read = async () => {
    const parts: string[] = [];
    for await (const chunk of chunks) {
      parts.push(Buffer.from(chunk).toString());
    }
    return parts;
  };
  return { client, chunks, send, endWith, read, acknowledged, isListening };
}

describe('a bucket that the server is packing already', () => {
  const busy = { error: { code: 500, err_code: 10_064, description: 'snapshot in progress' } };

  it('is asked for again until the server has ended that', async () => {
    const refusals = [busy, busy];
    const { asked, snapshot } = await ask(() => refusals.pop());
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await snapshot).state).toMatchObject({ last_seq: 9 });
    expect(asked()).toBe(3);
  });

  it('is told as such where the server does not end it', async () => {
    const { asked, snapshot } = await ask(() => busy);
    const refused = expect(snapshot).rejects.toThrow(/another backup of "b"/);
    await vi.advanceTimersByTimeAsync(10_000);
    await refused;
    expect(asked()).toBe(8);
  });

  it('is not asked for again once it is cancelled', async () => {
    const abort = new AbortController();
    const { asked, snapshot } = await ask(() => busy, abort.signal);
    const cancelled = expectKind('cancelled', snapshot);
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    await cancelled;
    expect(asked()).toBe(1);
  });

  /** Asks a server for a snapshot that answers with what `refusal` returns, if anything. */
  async function ask(refusal: () => object | undefined, signal?: AbortSignal) {
    const client = new FakeClient();
    let count = 0;
    client.answer = (subject) => {
      if (!subject.includes('SNAPSHOT')) {
        return stream;
      }
      count += 1;
      return refusal() ?? stream;
    };
    const snapshot = (await connectionOf(client)).snapshot('b', { signal });
    return { asked: () => count, snapshot };
  }
});

async function connectionOf(client: FakeClient): Promise<NatsConnection> {
  const channel = new Channel(client, undefined);
  const link = await Link.open({ dial: () => Promise.resolve(channel) });
  return new NatsConnection(link, new JetStreamApi('$JS.API', 1000), { check: ignore });
}

describe('a snapshot that is sent', () => {
  it('is acknowledged chunk by chunk, each once it is taken', async () => {
    const { chunks, send, endWith, acknowledged, isListening } = await begin();
    send('one', 'ack.1');
    send('two', 'ack.2');
    endWith(204);
    const reader = chunks[Symbol.asyncIterator]();
    await reader.next();
    expect(acknowledged()).toEqual([]);
    await reader.next();
    expect(acknowledged()).toEqual(['ack.1']);
    expect(await reader.next()).toMatchObject({ done: true });
    expect([acknowledged(), isListening()]).toEqual([['ack.1', 'ack.2'], false]);
  });

  it('ends without a status where it was one chunk', async () => {
    const { client, send, read } = await begin();
    send('all');
    client.deliver(lastInbox(client), {});
    expect(await read()).toEqual(['all']);
  });

  it('is cut where the server gives up, says nothing more, or is lost', async () => {
    const refused = await begin();
    refused.send('one');
    refused.endWith(408);
    await expect(refused.read()).rejects.toThrow(/status 408.*\$JS\.SNAPSHOT\.ACK/);

    const silent = await begin();
    const reading = expectKind('timeout', silent.read());
    await vi.advanceTimersByTimeAsync(60_000);
    await reading;

    const lost = await begin();
    lost.send('one');
    const cut = expectKind('disconnected', lost.read());
    lost.client.lose();
    await cut;
    expect([refused, silent, lost].map(({ isListening }) => isListening())).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('leaves nothing behind where nobody ever reads it', async () => {
    const cancelling = new AbortController();
    const { isListening } = await begin(cancelling.signal);
    expect(isListening()).toBe(true);
    cancelling.abort();
    expect([isListening(), vi.getTimerCount()]).toEqual([false, 0]);
  });
});

function lastInbox({ published }: FakeClient): string {
  const { payload = '{}' } =
    published.findLast(({ subject }) => subject.includes('SNAPSHOT')) ?? {};
  return (JSON.parse(payload) as { deliver_subject: string }).deliver_subject;
}
