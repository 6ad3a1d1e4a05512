import { describe, expect, it } from 'vitest';
import { ignore } from '../../../../src/kv/base/ignore';
import { Link } from '../../../../src/kv/nats/link/link';
import { NatsConnection } from '../../../../src/kv/nats/natsConnection';
import { Channel } from '../../../../src/kv/nats/wire/channel';
import { JetStreamApi } from '../../../../src/kv/nats/wire/jetStreamApi';
import { FakeClient } from '../fakeClient';

const created = '2026-01-01T00:00:00Z';
const state = {
  messages: 1,
  bytes: 1,
  last_seq: 9,
  last_ts: created,
  first_seq: 1,
  first_ts: created,
};
const stream = { config: { name: 'KV_b', subjects: ['$KV.b.>'] }, created, state };
const missing = { error: { code: 404, err_code: 10059, description: 'stream not found' } };

/** A connection to a server that gives these answers, by the end of the subject. */
async function setUp(answers: Record<string, object>) {
  const client = new FakeClient();
  client.answer = (subject) => answers[subject.replace(/^\$JS\.API\.(STREAM\.)?/, '')];
  const link = await Link.open({ dial: () => Promise.resolve(new Channel(client, undefined)) });
  const api = new JetStreamApi('$JS.API', 1000);
  const connection = new NatsConnection(link, api, { check: ignore });
  const sent = () => client.published.map(({ subject }) => subject.replace('$JS.API.', ''));
  return { connection, sent };
}

describe('Buckets', () => {
  it('lists what cannot be used with the reason, and asks for no page more because of it', async () => {
    const named = (name: string, subject = name, fields = {}) => ({
      ...stream,
      ...fields,
      config: { name: `KV_${name}`, subjects: [`$KV.${subject}.>`] },
    });
    const { connection, sent } = await setUp({
      LIST: {
        total: 7,
        streams: [
          named('b'),
          named('orders', 'b'),
          { ...stream, config: { name: 'ORDERS' } },
          named('broken', 'broken', { state: { messages: 'many' } }),
          named('huge', 'huge', { state: { ...state, last_seq: 2 ** 60 } }),
        ],
        missing: ['KV_lost', 'OTHER'],
        offline: { KV_new: 'unsupported - required API level: 9' },
      },
    });
    const told: string[] = [];
    const onUnavailable = ({ name, reason }: { name: string; reason: string }) =>
      told.push(`${name}: ${reason}`);
    const buckets = await connection.listBuckets({ onUnavailable });
    expect(buckets.map(({ name }) => name)).toEqual(['b']);
    expect(told).toEqual([
      expect.stringMatching(
        /^broken: the server sent an answer that cannot be right: stream\.state/,
      ),
      expect.stringMatching(/^huge: the bucket has revisions above/),
      'lost: no server answers for it: it has no leader at the moment',
      'new: the server cannot run it: unsupported - required API level: 9',
      'orders: its stream KV_orders holds $KV.b.>, not $KV.orders.>',
    ]);
    expect(sent()).toEqual(['STREAM.LIST']);
  });

  it('does not go on for ever with a server that tells the same page again and again', async () => {
    const { connection, sent } = await setUp({ LIST: { total: 1000, streams: [stream] } });
    expect(await connection.listBuckets()).toHaveLength(1);
    expect(sent()).toHaveLength(2);
  });

  it('sends no markers to a server that would drop them in silence', async () => {
    const { connection, sent } = await setUp({ INFO: { api: {} }, 'INFO.KV_b': missing });
    const refusal = { kind: 'unsupported' };
    const create = connection.createBucket({ name: 'b', markerTtl: 60_000 });
    await expect(create).rejects.toMatchObject(refusal);
    const update = connection.updateBucket('b', { markerTtl: 60_000 });
    await expect(update).rejects.toMatchObject(refusal);
    expect(sent()).toEqual(['INFO']);
  });

  it('tells what the server did not change in silence', async () => {
    const { connection } = await setUp({ 'INFO.KV_b': stream, 'UPDATE.KV_b': stream });
    const update = connection.updateBucket('b', { compressed: true, description: 'new' });
    await expect(update).rejects.toMatchObject({
      kind: 'invalidConfig',
      message:
        'the bucket was changed, but the server set description, compression otherwise than asked',
    });
  });

  it('deletes no stream that is not a bucket', async () => {
    const config = { name: 'KV_b', subjects: ['orders.>'] };
    const { connection, sent } = await setUp({ 'INFO.KV_b': { ...stream, config } });
    await expect(connection.deleteBucket('b')).rejects.toMatchObject({ kind: 'notFound' });
    expect(sent()).toEqual(['STREAM.INFO.KV_b']);
  });

  it('names the bucket that is gone by the time that it is changed or deleted', async () => {
    const gone = { 'INFO.KV_b': stream, 'UPDATE.KV_b': missing, 'DELETE.KV_b': missing };
    const { connection } = await setUp(gone);
    const failure = { kind: 'notFound', message: 'there is no bucket named "b"' };
    await expect(connection.updateBucket('b', { history: 2 })).rejects.toMatchObject(failure);
    await expect(connection.deleteBucket('b')).rejects.toMatchObject(failure);
  });

  it('gives up a look-up that is aborted', async () => {
    const { connection } = await setUp({});
    const abort = new AbortController();
    const status = connection.bucketStatus('b', { signal: abort.signal });
    abort.abort();
    await expect(status).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('looks a bucket up again after it was deleted', async () => {
    const answers: Record<string, object> = { 'INFO.KV_b': stream, 'DELETE.KV_b': {} };
    const { connection } = await setUp(answers);
    await connection.bucketStatus('b');
    await connection.deleteBucket('b');
    answers['INFO.KV_b'] = missing;
    await expect(connection.get('b', 'key')).rejects.toMatchObject({ kind: 'notFound' });
  });
});
