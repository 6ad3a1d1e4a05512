import { headers as newHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { ignore } from '../../../../src/kv/base/ignore';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import { eventually } from '../../../support/poll';
import { expectKind } from '../../contract/harness';
import { FakeClient, type Published, statusHeaders } from '../fakeClient';

const batchSubject = '$JS.API.DIRECT.GET.KV_b';

/** A server of the given API level with one bucket; the test answers batch gets itself. */
async function setUp(options: { level: number; maxPayload?: number }) {
  const client = new FakeClient();
  Object.assign(client.info, { max_payload: options.maxPayload ?? 1_000_000 });
  const created = '2026-01-01T00:00:00Z';
  const state = {
    messages: 1,
    bytes: 1,
    last_seq: 9,
    last_ts: created,
    first_seq: 1,
    first_ts: created,
    num_subjects: 1,
  };
  const config = { name: 'KV_b', subjects: ['$KV.b.>'], allow_direct: true };
  client.answer = (subject) => {
    if (subject === '$JS.API.INFO') {
      return { api: { level: options.level } };
    }
    return subject.startsWith('$JS.API.STREAM.INFO') ? { config, created, state } : undefined;
  };
  const link = await Link.open({ dial: () => Promise.resolve(new Channel(client, undefined)) });
  const connection = new NatsConnection(link, new JetStreamApi('$JS.API', 1000), { check: ignore });
  let taken = 0;
  const nextRequest = (): Promise<Published> =>
    eventually(() => client.published.filter(isRead)[taken++] ?? (taken--, false));
  const reply = ({ reply: subject }: Published, ...keys: string[]) =>
    keys.forEach((key) => client.deliver(subject, { headers: storedHeaders(key), data: key }));
  const end = ({ reply: subject }: Published, code: number, text = 'words') =>
    client.deliver(subject, { headers: statusHeaders(code, text, { 'Nats-Num-Pending': '0' }) });
  return { client, connection, nextRequest, reply, end };
}

const isRead = ({ subject }: Published) => subject.startsWith(batchSubject);

function storedHeaders(key: string) {
  const headers = newHeaders();
  headers.set('Nats-Stream', 'KV_b');
  headers.set('Nats-Subject', `$KV.b.${key}`);
  headers.set('Nats-Sequence', '7');
  headers.set('Nats-Time-Stamp', '2026-01-01T00:00:00Z');
  return headers;
}

function keysOf({ payload }: Published): string[] {
  const { multi_last } = JSON.parse(payload) as { multi_last: string[] };
  return multi_last.map((subject) => subject.slice('$KV.b.'.length));
}

describe('MultiReader', () => {
  it('asks again for what a page left out, whatever it said was left', async () => {
    const { connection, nextRequest, reply, end } = await setUp({ level: 1 });
    const read = connection.getMany('b', ['a', 'b', 'c']);
    const first = await nextRequest();
    expect(keysOf(first)).toEqual(['a', 'b', 'c']);
    reply(first, 'a', 'b');
    end(first, 204);
    const second = await nextRequest();
    expect(keysOf(second)).toEqual(['c']);
    reply(second, 'c');
    end(second, 204);
    expect((await read).map((entry) => entry?.key)).toEqual(['a', 'b', 'c']);
  });

  it('ends when a page has nothing more', async () => {
    const { connection, nextRequest, reply, end, client } = await setUp({ level: 1 });
    const read = connection.getMany('b', ['a', 'b', 'c']);
    const first = await nextRequest();
    reply(first, 'b');
    end(first, 204);
    end(await nextRequest(), 404);
    expect((await read).map((entry) => entry?.key)).toEqual([undefined, 'b', undefined]);
    expect(client.published.filter(isRead)).toHaveLength(2);
  });

  it('reads by itself what cannot be read of a batch, and all else all the same', async () => {
    const { connection, client, nextRequest, reply, end } = await setUp({ level: 1 });
    const told: string[] = [];
    const onUnreadable = (key: string) => told.push(key);
    const read = connection.getMany('b', ['a', 'b', 'c'], { onUnreadable });
    const torn = (): ReturnType<typeof storedHeaders> => {
      const headers = storedHeaders('a');
      headers.set('Nats-Sequence', 'many');
      return headers;
    };
    const batch = await nextRequest();
    client.deliver(batch.reply, { headers: torn(), data: 'a' });
    reply(batch, 'b', 'c');
    end(batch, 204);
    const again = await nextRequest();
    client.deliver(again.reply, { headers: torn(), data: 'a' });
    end(again, 204);
    const single = await nextRequest();
    expect(single.subject).toBe(`${batchSubject}.$KV.b.a`);
    client.deliver(single.reply, { headers: torn(), data: 'a' });
    expect((await read).map((entry) => entry?.key)).toEqual([undefined, 'b', 'c']);
    expect(told).toEqual(['a']);
  });

  it('cuts a batch in halves when the server finds too many subjects in it', async () => {
    const { connection, nextRequest, reply, end } = await setUp({ level: 1 });
    const read = connection.getMany('b', ['a', 'b', 'c']);
    end(await nextRequest(), 413);
    const first = await nextRequest();
    expect(keysOf(first)).toEqual(['a', 'b']);
    reply(first, 'a', 'b');
    end(first, 204);
    const second = await nextRequest();
    expect(keysOf(second)).toEqual(['c']);
    reply(second, 'c');
    end(second, 204);
    expect((await read).map((entry) => entry?.key)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['the server does not know batches after all', 1],
    ['the API level tells that it does not', 0],
  ])('reads key by key when %s', async (_, level) => {
    const { connection, nextRequest, reply, end } = await setUp({ level });
    const read = connection.getMany('b', ['a', 'b']);
    if (level === 1) {
      end(await nextRequest(), 408, 'Empty Request');
    }
    const first = await nextRequest();
    const second = await nextRequest();
    expect([first.subject, second.subject]).toEqual(
      ['a', 'b'].map((key) => `${batchSubject}.$KV.b.${key}`),
    );
    reply(first, 'a');
    end(second, 404);
    expect((await read).map((entry) => entry?.key)).toEqual(['a', undefined]);
  });

  it('has at most 128 single gets in flight', async () => {
    const { connection, client, reply, nextRequest } = await setUp({ level: 0 });
    const keys = Array.from({ length: 200 }, (_, at) => `k${at}`);
    const read = connection.getMany('b', keys);
    const sent = () => client.published.filter(isRead).length;
    await eventually(() => expect(sent()).toBe(128));
    for (const key of keys) {
      expect(sent()).toBeLessThanOrEqual(128 + Number(key.slice(1)));
      reply(await nextRequest(), key);
    }
    expect((await read).filter((entry) => entry !== undefined)).toHaveLength(200);
  });

  it('cuts batches by 1024 keys and by the size of the request', async () => {
    const { connection, nextRequest, reply, end } = await setUp({ level: 1, maxPayload: 20_000 });
    const keys = Array.from({ length: 10 }, (_, at) => `${at}${'x'.repeat(1000)}`);
    const read = connection.getMany('b', keys);
    const sizes: number[] = [];
    for (let count = 0; count < keys.length;) {
      const request = await nextRequest();
      expect(request.payload.length).toBeLessThan(20_000);
      sizes.push(keysOf(request).length);
      count += keysOf(request).length;
      reply(request, ...keysOf(request));
      end(request, 204);
    }
    expect(sizes.length).toBeGreaterThan(1);
    expect((await read).map((entry) => entry?.key)).toEqual(keys);
  });

  it('fails when the connection is lost in the middle of a page', async () => {
    const { connection, nextRequest, reply, client } = await setUp({ level: 1 });
    const read = connection.getMany('b', ['a', 'b']);
    reply(await nextRequest(), 'a');
    client.lose();
    await expectKind('disconnected', read);
  });

  it('fails when a page stops in the middle', async () => {
    const { connection, nextRequest, reply } = await setUp({ level: 1 });
    const read = connection.getMany('b', ['a', 'b']);
    reply(await nextRequest(), 'a');
    await expectKind('timeout', read);
  });

  it('asks for the API level once on a connection', async () => {
    const { connection, nextRequest, end, client } = await setUp({ level: 1 });
    for (let count = 0; count < 3; count++) {
      const read = connection.getMany('b', ['a', 'b']);
      end(await nextRequest(), 404);
      await read;
    }
    const asked = client.published.filter(({ subject }) => subject === '$JS.API.INFO');
    expect(asked).toHaveLength(1);
  });
});
