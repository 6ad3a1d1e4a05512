import { beforeEach, describe, expect, it } from 'vitest';
import { dependentsOf, planRemoval } from '../../../src/kv/clean/planRemoval';
import { KvError } from '../../../src/kv/model/errors';
import { removalPlanText } from '../../../src/views/plan/removalPlanText';
import { FakeKvConnection } from '../fakeKvConnection';

const start = 3_600_000_000;

let connection: FakeKvConnection;

beforeEach(async () => {
  connection = new FakeKvConnection({ now: () => start });
  await connection.createBucket({ name: 'b', history: 3 });
  connection.foreignPut('b', 'one', 'x'.repeat(10));
  connection.foreignPut('b', 'two', 'y');
  await connection.delete('b', 'two', { expected: 'any' });
});

describe('what goes with a bucket', () => {
  it('is told with counts, what depends on it, and each key that has a value', async () => {
    connection.foreignMirror('copy', 'b');
    await connection.createBucket({ name: 'sum', sources: [{ bucket: 'b' }] });
    const plan = await planRemoval(connection, 'b');
    const text = removalPlanText(plan, 'b · local', start + 7_200_000).split('\n');
    expect(text).toEqual([
      '# Delete bucket b',
      '#',
      '# It holds 1 key with a value: 3 messages, 20 B.',
      '# In b · local.',
      '# All keys, values and history of b will be gone for good.',
      '# Its configuration goes too; Copy As… keeps it.',
      '# What is written meanwhile goes as well.',
      '# Buckets of this account that copy from it, and get nothing more: 2.',
      '',
      '# Buckets that copy from it',
      '!copy: a mirror, which keeps what it has',
      '!sum: has it as a source, and keeps what it has',
      '',
      '# Keys: 1',
      '-one r1: 10 B, 2 h ago',
      '',
    ]);
  });

  it('says what this user may not ask for', async () => {
    const denied = new KvError('denied', 'no');
    connection.failNext('bucketStatus', denied);
    connection.failNext('listBuckets', denied);
    const plan = await planRemoval(connection, 'b');
    expect(plan).toEqual({
      bucket: 'b',
      status: undefined,
      keys: undefined,
      dependents: undefined,
    });
    const text = removalPlanText(plan, 'b · local', start);
    expect(text).toMatch(/may not look at it[^]*may not list buckets/);
  });

  it('counts the keys of a large bucket without listing them', async () => {
    const large = { ...(await connection.bucketStatus('b')), subjects: 100_001, consumers: 2 };
    connection.bucketStatus = () => Promise.resolve(large);
    const text = removalPlanText(await planRemoval(connection, 'b'), 'b · local', start);
    expect(connection.calls).not.toContain('list');
    expect(text).toMatch(
      /holds 100,001 keys, deleted ones included: 3 messages, 20 B\. They are not/,
    );
    expect(text).toMatch(/Consumers that end: 2/);
  });

  it('is nothing where the bucket was made again meanwhile', async () => {
    const { created } = await connection.bucketStatus('b');
    let looks = 0;
    const bucketStatus = connection.bucketStatus.bind(connection);
    connection.bucketStatus = async (bucket) => ({
      ...(await bucketStatus(bucket)),
      created: created + looks++,
    });
    await expect(planRemoval(connection, 'b')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('leaves out who copies from a bucket of that name elsewhere', async () => {
    const status = await connection.bucketStatus('b');
    const origin = { bucket: 'b', lag: 0, active: 1, error: undefined };
    const elsewhere = { ...status, name: 'far', mirror: { ...origin, apiPrefix: '$JS.hub.API' } };
    expect(dependentsOf('b', [elsewhere, { ...elsewhere, mirror: origin }])).toEqual([
      { bucket: 'far', role: 'mirror' },
    ]);
  });
});
