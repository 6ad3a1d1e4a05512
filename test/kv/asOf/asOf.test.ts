import { beforeEach, describe, expect, it } from 'vitest';
import { listAsOf, stateAt, type AsOfListing } from '../../../src/kv/asOf/listAsOf';
import { planRestore, type RestorePlan } from '../../../src/kv/asOf/planRestore';
import { runRestore, undoRestore } from '../../../src/kv/asOf/runRestore';
import { KvError } from '../../../src/kv/model/errors';
import type { Moment } from '../../../src/kv/model/moment';
import { expectKind, listAll } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let clock: number;
const { signal } = new AbortController();

beforeEach(async () => {
  clock = 1_000_000;
  connection = new FakeKvConnection({ now: () => clock });
  await connection.createBucket({ name: 'b', history: 2 });
});

function put(key: string, value = 'x'): number {
  return connection.foreignPut('b', key, value);
}

function mark(key: string, operation: 'DEL' | 'PURGE' = 'DEL'): number {
  return connection.foreignMark('b', key, operation);
}

function at(revision: number): Moment {
  return { kind: 'revision', revision };
}

function list(moment: Moment, filter = '>'): Promise<AsOfListing> {
  return listAsOf(connection, 'b', { moment, filter }, { signal });
}

function plan(moment: Moment, filter = '>'): Promise<RestorePlan> {
  return planRestore(connection, 'b', { moment, filter }, { signal });
}

/** `key: state` and the revision of then, sorted. */
function shown(listing: AsOfListing): string[] {
  return Array.from({ length: listing.rows.count }, (_, place) => {
    const { key, then } = listing.rows.at(place);
    return `${key}: ${stateAt(listing, place)} ${then?.revision ?? '-'}`;
  }).sort();
}

function planned({ targets }: RestorePlan): string[] {
  return Array.from(
    { length: targets.count },
    (_, place) => `${targets.actAt(place)} ${targets.at(place).key}`,
  ).sort();
}

async function values(): Promise<string[]> {
  const all = await listAll(connection, 'b');
  return all
    .map(({ key, operation }) =>
      operation === 'PUT' ? `${key}=${connection.foreignGet('b', key)}` : `${key} ${operation}`,
    )
    .sort();
}

describe('a bucket as of a moment', () => {
  it('does not take a message that cannot be read for one that never was', async () => {
    const then = put('k', 'then');
    put('k', 'now');
    connection.getMany = (_bucket, keys, options) => {
      keys.forEach((key) => options?.onUnreadable?.(key, new KvError('server', 'damaged')));
      return Promise.resolve(keys.map(() => undefined));
    };
    expect(shown(await list(at(then)))).toEqual(['k: unknown -']);
    const { targets, unknownKeys } = await plan(at(then));
    expect([targets.count, unknownKeys]).toEqual([0, ['k']]);
  });

  it.each([1, 0])('tells what each key was, API level %i', async (level) => {
    connection.apiLevel = level;
    put('same');
    put('changed', 'then');
    put('deleted.later');
    put('deleted.before');
    mark('deleted.before');
    const then = put('many', '1');
    put('changed', 'now');
    mark('deleted.later');
    put('many', '2');
    put('many', '3');
    put('new');

    expect(shown(await list(at(then)))).toEqual([
      'changed: value 2',
      'deleted.before: deleted 5',
      'deleted.later: value 3',
      'many: unknown -',
      'new: unknown -',
      'same: value 1',
    ]);
    expect(connection.calls.filter((call) => call === 'list')).toHaveLength(1);
    expect(connection.calls.includes('getMany')).toBe(level > 0);
  });

  it('knows what was not there where no message was ever removed', async () => {
    const then = put('old');
    put('new');
    const listing = await list(at(then));
    expect(listing.isWhole).toBe(true);
    expect(shown(listing)).toEqual(['new: absent -', 'old: value 1']);
  });

  it('goes by the time at which a message was stored', async () => {
    put('key', 'then');
    const then = clock;
    clock += 10;
    put('key', 'now');
    expect(shown(await list({ kind: 'time', time: then }))).toEqual(['key: value 1']);
    expect(shown(await list({ kind: 'time', time: clock }))).toEqual(['key: value 2']);
  });

  it('looks at a prefix only', async () => {
    put('a.1');
    put('b.1');
    expect(shown(await list(at(2), 'a.>'))).toEqual(['a.1: value 1']);
  });

  it('throws where the bucket is gone, and stops when it is aborted', async () => {
    const query = { moment: at(1), filter: '>' };
    await expectKind('notFound', listAsOf(connection, 'missing', query, { signal }));
    put('a');
    await expectKind(
      'cancelled',
      listAsOf(connection, 'b', query, { signal: AbortSignal.abort() }),
    );
  });
});

describe('restoring a bucket to a moment', () => {
  it('puts values back, deletes what was deleted, and leaves what it does not know', async () => {
    put('changed', 'then');
    put('deleted.later', 'value');
    put('deleted.before', 'value');
    mark('deleted.before');
    const then = put('same', 'same');
    put('changed', 'now');
    mark('deleted.later');
    put('deleted.before', 'again');
    put('new', 'value');

    const found = await plan(at(then));
    expect(found).toMatchObject({ puts: 2, deletes: 1, same: 1, unknown: 1, bytes: 9 });
    expect(found.unknownKeys).toEqual(['new']);
    expect(planned(found)).toEqual(['delete deleted.before', 'put changed', 'put deleted.later']);

    const result = await runRestore(found, { signal });
    expect(result).toMatchObject({ left: 0, done: { count: 3 } });
    expect(await values()).toEqual([
      'changed=then',
      'deleted.before DEL',
      'deleted.later=value',
      'new=value',
      'same=same',
    ]);

    const undone = await undoRestore({ plan: found, result }, { signal });
    expect(undone.done.count).toBe(3);
    expect(await values()).toEqual([
      'changed=now',
      'deleted.before=again',
      'deleted.later DEL',
      'new=value',
      'same=same',
    ]);
  });

  it('leaves alone what was changed since the plan', async () => {
    put('key', 'then');
    put('key', 'now');
    const found = await plan(at(1));
    put('key', 'theirs');
    const result = await runRestore(found, { signal });
    // The bucket keeps two of a key, so that the value of then is gone by now.
    expect([result.done.count, result.refused.count + result.skipped.count]).toEqual([0, 1]);
    expect(connection.foreignGet('b', 'key')).toBe('theirs');
  });

  it('writes nothing to a bucket that was made again since the plan', async () => {
    put('key', 'then');
    put('key', 'now');
    const found = await plan(at(1));
    connection.foreignDeleteBucket('b');
    clock += 1;
    await connection.createBucket({ name: 'b', history: 2 });
    put('key', 'other');
    put('key', 'theirs');
    const result = await runRestore(found, { signal });
    expect(result.refused.count).toBe(1);
    expect(connection.foreignGet('b', 'key')).toBe('theirs');
  });

  it('ends at the first key where nothing may be written', async () => {
    put('a', 'then');
    const then = put('b', 'then');
    put('a', 'now');
    put('b', 'now');
    const found = await plan(at(then));
    connection.failNext('put', new KvError('readOnly', 'the connection is read-only'));
    const result = await runRestore(found, { signal, inFlight: 1 });
    expect(result).toMatchObject({ stoppedBy: { kind: 'readOnly' }, left: 1 });
  });

  it('is refused for a mirror', async () => {
    await connection.createBucket({ name: 'copy', mirror: { bucket: 'b' } });
    const query = { moment: at(1), filter: '>' };
    await expectKind('unsupported', planRestore(connection, 'copy', query, { signal }));
  });
});
