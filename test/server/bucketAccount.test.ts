import { describe, expect, it } from 'vitest';
import { changeProblems } from '../../src/kv/config/changeProblems';
import { streamOfValues, type BucketValues } from '../../src/kv/config/bucketDocument';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { startSystem } from './system';

const accounts = `
accounts {
  SMALL {
    users: [ { user: small, password: small } ]
    jetstream: {
      max_mem: 0, max_file: 4MB, max_streams: 2, max_consumers: 10
      max_bytes_required: true, disk_max_stream_bytes: 2MB
    }
  }
}`;

const mib = 1024 * 1024;

describe('the limits of an account', () => {
  it('are told before a save exactly where the server refuses', async () => {
    const system = await startSystem({
      config: accounts,
      foreignAuth: { user: 'small', pass: 'small' },
    });
    const credentials = () =>
      Promise.resolve([{ kind: 'userPassword', user: 'small', password: 'small' }] as const);
    const connection = await system.connect({ credentials });
    const documents: BucketValues[] = [
      {},
      { maxBytes: 3 * mib },
      { maxBytes: 5 * mib },
      { maxBytes: mib, storage: 'memory' },
      { maxBytes: mib },
      { maxBytes: 2 * mib },
      { maxBytes: 1024 },
    ];
    const outcomes: (readonly [told: boolean, refused: boolean])[] = [];
    for (const [at, values] of documents.entries()) {
      const told = await problemsOf(connection, values);
      const stream = streamOfValues(`b${at}`, values);
      const refused = await connection.createBucket({ name: `b${at}`, stream }).then(
        () => false,
        () => true,
      );
      outcomes.push([told.length > 0, refused]);
    }
    const refused = [true, true];
    const stored = [false, false];
    expect(outcomes).toEqual([refused, refused, refused, refused, stored, stored, refused]);
    expect(await problemsOf(connection, { maxBytes: 1024 })).toEqual([
      'the account has all 2 streams that it may have',
    ]);
  });
});

async function problemsOf(connection: KvConnection, after: BucketValues): Promise<string[]> {
  const account = await connection.accountInfo();
  const { apiLevel } = account;
  const facts = { apiLevel, version: '', tellsCompression: undefined, isClustered: false };
  return changeProblems({ bucket: 'b', before: undefined, after, abilities: { ...facts, account } })
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message);
}
