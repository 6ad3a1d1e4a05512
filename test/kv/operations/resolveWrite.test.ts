import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { KvError } from '../../../src/kv/model/errors';
import type { Disposable } from '../../../src/kv/base/event';
import { resolveWrite } from '../../../src/kv/operations/resolveWrite';
import { expectKind } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

const mine = new TextEncoder().encode('mine');

async function setUp() {
  const connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b', history: 5 });
  const resolve = (expected: number | 'any') =>
    resolveWrite(connection, 'b', 'key', { value: mine }, { expected });
  return { connection, resolve };
}

describe('resolveWrite', () => {
  it.each([
    ['before', { kind: 'notWritten' }],
    ['after', { kind: 'saved', revision: 1 }],
  ] as const)(
    'tells what became of a write whose answer was lost %s it was stored',
    async (moment, told) => {
      const { connection, resolve } = await setUp();
      connection.loseNextWrite(moment);
      const outcome = await connection.put('b', 'key', mine, { expected: 0 });
      expect(outcome.kind).toBe('unknown');
      expect(await resolve(0)).toEqual(told);
    },
  );

  it('takes one request when the value is there', async () => {
    const { connection, resolve } = await setUp();
    connection.foreignPut('b', 'key', mine);
    await resolve(0);
    expect(connection.calls).toEqual(['createBucket', 'get']);
  });

  it('asks the leader, and hands on the signal', async () => {
    const { connection } = await setUp();
    connection.foreignPut('b', 'key', 'theirs');
    const get = vi.spyOn(connection, 'get');
    const history = vi.spyOn(connection, 'history');
    const { signal } = new AbortController();
    await resolveWrite(connection, 'b', 'key', { value: mine }, { expected: 0, signal });
    expect(get).toHaveBeenCalledWith('b', 'key', { consistent: true, signal });
    expect(history).toHaveBeenCalledWith('b', 'key', { signal });
  });

  it('reads again when the link is lost while it reads', async () => {
    const { connection, resolve } = await setUp();
    const revision = connection.foreignPut('b', 'key', mine);
    const told = resolve(0);
    connection.goOffline();
    await Promise.resolve();
    connection.goOnline();
    expect(await told).toEqual({ kind: 'saved', revision });
  });

  it('does not ask again before the link has changed', async () => {
    const { connection, resolve } = await setUp();
    connection.failNext('get', new KvError('disconnected', 'the link was lost'));
    const told = resolve(0);
    await new Promise(setImmediate);
    expect(connection.calls).toEqual(['createBucket', 'get']);
    connection.goOffline();
    connection.goOnline();
    expect(await told).toEqual({ kind: 'notWritten' });
  });

  it('gives up when it is aborted while it waits for the link', async () => {
    const { connection } = await setUp();
    const abort = new AbortController();
    const { signal } = abort;
    connection.goOffline();
    const told = resolveWrite(connection, 'b', 'key', { value: mine }, { expected: 0, signal });
    abort.abort();
    await expectKind('cancelled', told);
  });

  it('leaves no listener behind when the link is back', async () => {
    const { connection } = await setUp();
    const { signal } = new AbortController();
    const subscribe = vi.spyOn(connection.state, 'onDidChange');
    connection.goOffline();
    const told = resolveWrite(connection, 'b', 'key', { value: mine }, { expected: 0, signal });
    const disposed = vi.spyOn(subscribe.mock.results[0]?.value as Disposable, 'dispose');
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    connection.goOnline();
    await told;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(disposed).toHaveBeenCalledOnce();
  });

  it('is not certain of a conflict when the history may not be read', async () => {
    const { connection, resolve } = await setUp();
    const expected = connection.foreignPut('b', 'key', 'before');
    const revision = connection.foreignPut('b', 'key', 'theirs');
    connection.failNext('history', new KvError('denied', 'no'));
    expect(await resolve(expected)).toEqual({ kind: 'conflict', revision, certain: false });
  });

  it('does not take a later write of the same value for its own', async () => {
    const { connection, resolve } = await setUp();
    const expected = connection.foreignPut('b', 'key', 'before');
    connection.foreignPut('b', 'key', 'theirs');
    connection.foreignPut('b', 'key', mine);
    const revision = connection.foreignPut('b', 'key', 'later');
    expect(await resolve(expected)).toEqual({ kind: 'conflict', revision, certain: true });
  });

  describe('of a write that changes nothing but', () => {
    const headers = [['Trace', '1']] as const;
    const ttl = { kind: 'set', ttl: 90_500 } as const;

    it.each([
      ['the headers', { headers }],
      ['the TTL', { ttl }],
      ['the headers, to none', {}],
    ] as const)('%s takes no other write of the same value for its own', async (_, change) => {
      const connection = new FakeKvConnection();
      await connection.createBucket({ name: 'b', history: 1, markerTtl: 60_000 });
      const old = { expected: 0, headers: [['Trace', '0']] } as const;
      await connection.put('b', 'key', mine, old);
      const attempted = { value: mine, ...change };
      const told = () => resolveWrite(connection, 'b', 'key', attempted, { expected: 1 });

      connection.loseNextWrite('before');
      await connection.put('b', 'key', mine, { expected: 1, ...change });
      expect(await told()).toEqual({ kind: 'notWritten' });
      await connection.put('b', 'key', mine, { ...old, expected: 1 });
      expect(await told()).toMatchObject({ kind: 'conflict', revision: 2 });

      connection.loseNextWrite('after');
      await connection.put('b', 'key', mine, { expected: 2, ...change });
      expect(await told()).toEqual({ kind: 'saved', revision: 3 });
    });
  });

  it('throws when the read fails otherwise', async () => {
    const { connection, resolve } = await setUp();
    connection.failNext('get', new KvError('denied', 'no'));
    await expectKind('denied', resolve(0));
    connection.foreignPut('b', 'key', 'theirs');
    connection.failNext('history', new KvError('timeout', 'no answer'));
    await expectKind('timeout', resolve(0));
  });

  it('looks for a write over any revision in all that is stored', async () => {
    const { connection, resolve } = await setUp();
    expect(await resolve('any')).toEqual({ kind: 'notWritten' });
    const revision = connection.foreignPut('b', 'key', mine);
    const replacedBy = connection.foreignPut('b', 'key', 'later');
    expect(await resolve('any')).toEqual({ kind: 'saved', revision, replacedBy });
  });
});
