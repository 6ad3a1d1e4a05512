import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KvError } from '../../../src/kv/model/errors';
import { valueMatcher, type ValueQuery } from '../../../src/kv/find/valueQuery';
import {
  searchValues,
  type FoundValue,
  type SearchCounts,
  type SearchPlace,
  type ValueSearchOptions,
} from '../../../src/kv/find/valueSearch';
import { exactText } from '../../../src/kv/values/textForm';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let session: ConnectionSession;
let found: FoundValue[];
let progress: SearchCounts[];

beforeEach(() => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  found = [];
  progress = [];
});

afterEach(() => session.dispose());

function search(
  query: ValueQuery,
  options: Partial<ValueSearchOptions> = {},
  places: readonly SearchPlace[] = [{ session, bucket: 'B' }],
) {
  const matcher = valueMatcher(query);
  if (typeof matcher !== 'function') {
    throw new Error(matcher.reason);
  }
  return searchValues(places, {
    matcher,
    textOf: exactText,
    maxResults: 1_000,
    maxValueBytes: 1_000,
    pauseMs: 0,
    signal: new AbortController().signal,
    onFound: (more) => found.push(...more),
    onProgress: (counts) => progress.push(counts),
    ...options,
  });
}

const text = (needle: string): ValueQuery => ({ kind: 'text', text: needle, matchCase: false });

describe('a search in values', () => {
  it('finds the values that match, with their keys and revisions', async () => {
    connection.foreignPut('B', 'a.1', '{"status":"new"}');
    connection.foreignPut('B', 'a.2', '{"status":"paid"}');
    connection.foreignPut('B', 'b.1', 'new and NEW');

    const { end, counts } = await search(text('new'));

    expect(end).toBe('complete');
    expect(found.map(({ key, revision, matches }) => [key, revision, matches.length])).toEqual([
      ['a.1', 1, 1],
      ['b.1', 3, 2],
    ]);
    expect(counts).toMatchObject({ searched: 3, total: 3, found: 2, matches: 3 });
  });

  it('looks only where it is told to', async () => {
    ['a.1', 'a.2', 'b.1', 'c'].forEach((key) => connection.foreignPut('B', key, 'x'));
    await search(text('x'), {}, [
      { session, bucket: 'B', filters: ['a.>', 'a.*', 'b.>'] },
      { session, bucket: 'B', keys: ['c'] },
      { session, bucket: 'B', matches: (key) => key.endsWith('.2') },
    ]);
    expect(found.map(({ key }) => key)).toEqual(['a.1', 'a.2', 'b.1', 'c', 'a.2']);
  });

  it('passes over markers, counts what is too large or no text', async () => {
    connection.foreignPut('B', 'deleted', 'x');
    const value = new TextEncoder().encode('x');
    connection.foreignWrite('B', { key: 'deleted', operation: 'DEL', value });
    connection.foreignPut('B', 'large', 'x'.repeat(1_001));
    connection.foreignPut('B', 'fits', 'x'.repeat(1_000));
    connection.foreignPut('B', 'binary', new Uint8Array([0x78, 0]));

    const { counts } = await search(text('x'));

    expect(found.map(({ key }) => key)).toEqual(['fits']);
    expect(counts).toMatchObject({ searched: 4, total: 4, tooLarge: 1, binary: 1 });
  });

  it('does not read what is known to be too large', async () => {
    connection.foreignPut('B', 'large', 'x'.repeat(1_001));
    await session.connect();
    const index = session.index('B');
    const listed = new Promise<void>((resolve) => {
      index?.state.onDidChange(({ kind }) => kind === 'ready' && resolve());
    });
    index?.open();
    await listed;

    const { counts } = await search(text('x'));

    expect(counts).toMatchObject({ searched: 1, tooLarge: 1 });
    expect(connection.calls).not.toContain('getMany');
  });

  it('ends at the limit of matches', async () => {
    for (let number = 0; number < 10; number++) {
      connection.foreignPut('B', `k${number}`, 'xx');
    }
    const { end, counts } = await search(text('x'), { maxResults: 5 });
    expect(end).toBe('limit');
    expect(counts).toMatchObject({ matches: 5, found: 3 });
    expect(found.at(-1)?.matches).toHaveLength(1);
  });

  it('reads in batches, tells how far it is, and stops when cancelled', async () => {
    for (let number = 0; number < 1_000; number++) {
      connection.foreignPut('B', `k${number}`, 'x');
    }
    const abort = new AbortController();
    const { end, counts } = await search(text('x'), {
      signal: abort.signal,
      maxResults: 10_000,
      onProgress: (told) => {
        progress.push(told);
        abort.abort();
      },
    });
    expect(end).toBe('cancelled');
    expect(progress).toMatchObject([{ total: 1_000, searched: 64 }]);
    expect(counts.searched).toBe(64);
    expect(found).toHaveLength(64);
    expect(connection.calls.filter((call) => call === 'getMany').length).toBeLessThanOrEqual(2);
  });

  it('is cancelled before it has begun', async () => {
    connection.foreignPut('B', 'k', 'x');
    expect((await search(text('x'), { signal: AbortSignal.abort() })).end).toBe('cancelled');
    expect(found).toEqual([]);
  });

  it('gives up on a value that an expression does not come to an end with', async () => {
    connection.foreignPut('B', 'a', 'aab');
    connection.foreignPut('B', 'b', `${'a'.repeat(60)}c`);
    connection.foreignPut('B', 'c', 'aaaa');

    const { end, counts } = await search({ kind: 'regex', text: '^(a+)+$', matchCase: true });

    expect(end).toBe('complete');
    expect(found.map(({ key }) => key)).toEqual(['c']);
    expect(counts).toMatchObject({ searched: 3, tooSlow: 1 });
  });

  it('gives up an expression that takes too long on many values', async () => {
    for (let number = 0; number < 40; number++) {
      connection.foreignPut('B', `k${number}`, `${'a'.repeat(60)}c`);
    }
    const { end, counts } = await search({ kind: 'regex', text: '^(a+)+$', matchCase: true });
    expect(end).toBe('tooSlow');
    expect(counts).toMatchObject({ searched: 20, tooSlow: 20 });
  });

  it('tells what was found before reading failed', async () => {
    for (let number = 0; number < 1_000; number++) {
      connection.foreignPut('B', `k${number}`, 'x');
    }
    const failed = search(text('x'), {
      onFound: (more) => {
        found.push(...more);
        connection.goOffline();
      },
    });
    await expect(failed).rejects.toBeInstanceOf(KvError);
    expect(found.length).toBeGreaterThan(0);
  });
});
