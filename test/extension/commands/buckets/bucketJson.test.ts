import { describe, expect, it } from 'vitest';
import { bucketJsonText } from '../../../../src/extension/commands/buckets/bucketJson';
import { parseExactly } from '../../../../src/kv/values/exactJson';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

const read = new Date(Date.UTC(2026, 0, 1));

describe('the properties of a bucket', () => {
  it('are what is in it, and its configuration just as the server tells it', async () => {
    const connection = new FakeKvConnection();
    connection.foreignCreateBucket({ name: 'b', history: 5, ttl: 60_000 });
    connection.foreignPut('b', 'k', '1');
    const status = await connection.bucketStatus('b');
    const streamConfig = {
      ...status.streamConfig,
      unknown_field: [1],
      first_seq: parseExactly('18446744073709551615'),
    };
    const text = bucketJsonText('local', { ...status, streamConfig }, read);
    const shown = JSON.parse(text) as Record<string, Record<string, unknown>>;

    expect(shown).toMatchObject({
      bucket: 'b',
      connection: 'local',
      read: '2026-01-01T00:00:00.000Z',
      contents: { messages: 1, keysAtMost: 1, revisions: 'r1 to r1', ttl: '1m', keyTtls: false },
    });
    expect(shown['configuration']?.['unknown_field']).toEqual([1]);
    expect(text).toContain('"first_seq": 18446744073709551615');
    expect(shown).not.toHaveProperty('mirror');
  });

  it('of an empty bucket have no revisions', async () => {
    const connection = new FakeKvConnection();
    connection.foreignCreateBucket({ name: 'b' });
    const text = bucketJsonText('local', await connection.bucketStatus('b'), read);

    expect(JSON.parse(text)).toMatchObject({ contents: { revisions: 'none', ttl: 'never' } });
  });
});
