import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { window } from 'vscode';
import { deleteKeys, purgeKeys } from '../../../../src/extension/commands/keys/removeKeys';
import {
  restoreDeletedKeys,
  restoreRows,
  undoDelete,
} from '../../../../src/extension/commands/keys/restoreKeys';
import type { Connections } from '../../../../src/kv/session/connections';
import { Once } from '../../../../src/extension/commands/once';
import { DeletedEntries } from '../../../../src/kv/operations/deletedEntries';
import { KvError } from '../../../../src/kv/model/errors';
import { bucketNode } from '../../../../src/views/buckets/rows/nodes';
import { eventually } from '../../../support/poll';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let deleted: DeletedEntries;
let connections: Connections;

beforeEach(async () => {
  bench = await KeyBench.start();
  deleted = new DeletedEntries();
  connections = { get: () => bench.session, all: [bench.session] } as unknown as Connections;
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

function deleteAll(...keys: string[]): Promise<{ isDone: boolean }> {
  return deleteKeys(bench.log, deleted, { keys: keys.map((key) => bench.key('one', key)) });
}

describe('deleting keys', () => {
  it('asks once, deletes all, and brings their values back on undo', async () => {
    ['a', 'b', 'c'].forEach((key) => bench.put('one', key, `value of ${key}`));
    bench.answer('Delete');
    await deleteAll('a', 'b', 'c');
    expect(bench.asked).toHaveLength(1);
    expect(bench.asked[0]).toMatch(/^Delete 3 keys in one on local\?/);
    expect(await bench.value('one', 'b')).toBeUndefined();
    await undoDelete(connections, bench.log, deleted);
    expect(await bench.value('one', 'b')).toBe('value of b');
    expect(bench.errors).toEqual([]);
    expect(deleted.isEmpty).toBe(true);
  });

  it('deletes nothing when it is not confirmed', async () => {
    bench.put('one', 'a', 'x');
    bench.answer(undefined);
    await deleteAll('a');
    expect(await bench.value('one', 'a')).toBe('x');
  });

  it('asks nothing where writes are locked, and says so', async () => {
    bench.put('one', 'a', 'x');
    vi.spyOn(bench.session.lock.state, 'current', 'get').mockReturnValue({ kind: 'locked' });
    bench.answer('Delete');
    await deleteAll('a');
    expect(bench.asked).toEqual([expect.stringMatching(/^local is read-only/)]);
    expect(await bench.value('one', 'a')).toBe('x');
    expect(bench.errors).toEqual([]);
  });

  it('keeps a key that changed between the question and the answer', async () => {
    bench.put('one', 'a', 'x');
    vi.spyOn(window, 'showWarningMessage').mockImplementation((() => {
      bench.put('one', 'a', 'newer');
      return Promise.resolve('Delete');
    }) as never);
    await deleteAll('a');
    expect(await bench.value('one', 'a')).toBe('newer');
    expect(bench.errors).toEqual(['Failed to delete: a: it changed meanwhile and is still there.']);
    expect(deleted.isEmpty).toBe(true);
  });

  it('names the first failures, tells how many there are, and logs them all', async () => {
    const keys = Array.from({ length: 6 }, (_, at) => `k${at}`);
    keys.forEach((key) => bench.put('one', key, 'secret value'));
    bench.answer('Delete');
    bench.connection.delete = () => Promise.reject(new KvError('denied', 'not allowed'));
    await deleteAll(...keys);
    expect(bench.errors).toEqual([
      'Failed to delete 6 of 6 keys: k0: not allowed; k1: not allowed; k2: not allowed; and 3 more, see the log.',
    ]);
    expect(bench.logged).toHaveLength(7);
    expect(bench.logged.join()).not.toContain('secret value');
  });

  it('stops when it is cancelled, and tells how many are left', async () => {
    const keys = Array.from({ length: 40 }, (_, at) => `k${at}`);
    keys.forEach((key) => bench.put('one', key, 'x'));
    bench.answer('Delete');
    let cancel = (): void => undefined;
    vi.spyOn(window, 'withProgress').mockImplementation(((_: unknown, task: never) =>
      (task as (...args: unknown[]) => unknown)(
        { report: () => cancel() },
        { onCancellationRequested: (listener: () => void) => void (cancel = listener) },
      )) as never);
    await deleteAll(...keys);
    expect(bench.errors[0]).toMatch(/^Failed to delete \d+ of 40 keys: \d+ were left out/);
    expect(await bench.value('one', 'k39')).toBe('x');
    expect(await bench.value('one', 'k0')).toBeUndefined();
  });

  it('reads no more values than it remembers', async () => {
    deleted = new DeletedEntries({ bytes: 5, entries: 100 });
    const keys = Array.from({ length: 30 }, (_, at) => `k${at}`);
    keys.forEach((key) => bench.put('one', key, 'x'));
    bench.session.index('one')?.open();
    await eventually(() => expect(bench.session.index('one')?.state.current.kind).toBe('ready'));
    bench.answer('Delete');
    await deleteAll(...keys);
    expect(bench.connection.calls.filter((call) => call === 'get').length).toBeLessThan(20);
    expect(await bench.value('one', 'k29')).toBeUndefined();
  });

  it('asks for the name of the bucket in production', async () => {
    bench.session.dispose();
    bench = await KeyBench.start('prod', 'production');
    bench.put('one', 'a', 'x');
    const typed = vi.fn(() => Promise.resolve('other'));
    Object.assign(window, { showInputBox: typed });
    await deleteAll('a');
    expect(typed).toHaveBeenCalledOnce();
    expect(await bench.value('one', 'a')).toBe('x');
  });
});

describe('a delete that was not answered', () => {
  it.each([true, false])('says that it is not known, and finds out (done: %s)', async (isDone) => {
    bench.put('one', 'a', 'old');
    bench.answer('Delete');
    const told = vi.spyOn(window, 'setStatusBarMessage');
    const remove = bench.connection.delete.bind(bench.connection);
    vi.spyOn(bench.connection, 'delete').mockImplementationOnce(async (...call) => {
      if (isDone) {
        await remove(...call);
      }
      return { kind: 'unknown', reason: 'the connection was lost' };
    });
    await deleteAll('a');
    expect(String(told.mock.calls[0])).toMatch(/a: it is not known yet whether it was written/);
    expect(await bench.value('one', 'a')).toBeUndefined();
    expect(bench.errors).toEqual([]);
    await undoDelete(connections, bench.log, deleted);
    expect(await bench.value('one', 'a')).toBe('old');
  });

  it('tells that somebody wrote the key meanwhile', async () => {
    bench.put('one', 'a', 'old');
    bench.answer('Purge');
    vi.spyOn(bench.connection, 'purge').mockImplementationOnce(() => {
      bench.put('one', 'a', 'new');
      return Promise.resolve({ kind: 'unknown', reason: 'the connection was lost' });
    });
    await purgeKeys(bench.log, deleted, { keys: [bench.key('one', 'a')] });
    expect(bench.errors).toEqual(['Failed to purge: a: it changed meanwhile and is still there.']);
    expect(await bench.value('one', 'a')).toBe('new');
  });
});

describe('undoing a delete', () => {
  it('leaves alone what was written since', async () => {
    bench.put('one', 'a', 'old');
    bench.answer('Delete');
    await deleteAll('a');
    bench.put('one', 'a', 'new');
    await undoDelete(connections, bench.log, deleted);
    expect(await bench.value('one', 'a')).toBe('new');
    expect(bench.errors).toEqual([
      'Failed to restore: a: it was written meanwhile and was left as it is.',
    ]);
  });

  it('is of the very deletion that its message told of', async () => {
    ['a', 'b'].forEach((key) => bench.put('one', key, `old ${key}`));
    bench.answer('Delete', 'Delete');
    const first = await deleteKeys(bench.log, deleted, { keys: [bench.key('one', 'a')] });
    await deleteAll('b');
    await undoDelete(connections, bench.log, deleted, first.batch);

    expect(await bench.value('one', 'a')).toBe('old a');
    expect(await bench.value('one', 'b')).toBeUndefined();
    expect(deleted.isEmpty).toBe(false);
  });

  it('can be tried again after the connection was lost', async () => {
    bench.put('one', 'a', 'old');
    bench.answer('Delete');
    await deleteAll('a');
    bench.connection.goOffline();
    await undoDelete(connections, bench.log, deleted);
    expect(bench.errors).toHaveLength(1);
    bench.connection.goOnline();
    await undoDelete(connections, bench.log, deleted);
    expect(await bench.value('one', 'a')).toBe('old');
  });

  it('does not bring back what was purged since', async () => {
    bench.put('one', 'a', 'old');
    bench.answer('Delete', 'Purge');
    await deleteAll('a');
    bench.put('one', 'a', 'new');
    await purgeKeys(bench.log, deleted, { keys: [bench.key('one', 'a')] });
    expect(bench.asked[1]).toMatch(/whole history will be gone for good/);
    expect(deleted.isEmpty).toBe(true);
    expect((await bench.connection.get('one', 'a'))?.operation).toBe('PURGE');
  });
});

describe('restoring deleted keys', () => {
  function pickAll(): string[] {
    const offered: string[] = [];
    vi.spyOn(window, 'showQuickPick').mockImplementation(((items: { label: string }[]) => {
      offered.push(...items.map(({ label }) => label));
      return Promise.resolve(items);
    }) as never);
    return offered;
  }

  it('offers the keys that are gone and restores their last values from the history', async () => {
    bench.put('b', 'kept', 'x');
    bench.put('b', 'gone', 'one');
    bench.put('b', 'gone', 'two');
    bench.connection.foreignMark('b', 'gone', 'DEL');
    const offered = pickAll();
    await restoreDeletedKeys(connections, bench.log, deleted, bucketNode(bench.session, 'b'));
    expect(offered).toEqual(['gone']);
    expect(await bench.value('b', 'gone')).toBe('two');
  });

  it('restores the rows that are shown as deleted, and leaves a live one alone', async () => {
    bench.put('b', 'gone', 'one');
    bench.connection.foreignMark('b', 'gone', 'DEL');
    bench.put('b', 'back', 'old');
    bench.connection.foreignMark('b', 'back', 'DEL');
    bench.put('b', 'back', 'new');
    const rows = ['gone', 'back', 'never'].map((key) => bench.key('b', key));
    await restoreRows(bench.log, deleted, rows);
    expect(await bench.value('b', 'gone')).toBe('one');
    expect(await bench.value('b', 'back')).toBe('new');
    expect(bench.errors).toEqual([
      'Failed to restore 2 of 3 keys: back: it was written meanwhile and was left as it is; never: the bucket keeps no earlier value of it.',
    ]);
  });

  it('restores a row once when it is asked to twice, at once or one after the other', async () => {
    bench.put('b', 'gone', 'one');
    bench.connection.foreignMark('b', 'gone', 'DEL');
    const once = new Once();
    const restoreGone = () => restoreRows(bench.log, deleted, [bench.key('b', 'gone')], once);
    await Promise.all([restoreGone(), restoreGone()]);
    await restoreGone();
    expect(bench.errors).toEqual([]);
    const values = (await bench.connection.history('b', 'gone')).map(({ operation }) => operation);
    expect(values).toEqual(['PUT', 'DEL', 'PUT']);
  });

  it('offers what was read before it was deleted, and nothing that cannot come back', async () => {
    bench.put('one', 'ours', 'x');
    bench.put('one', 'theirs', 'y');
    bench.answer('Delete');
    await deleteAll('ours');
    bench.connection.foreignMark('one', 'theirs', 'DEL');
    const offered = pickAll();
    await restoreDeletedKeys(connections, bench.log, deleted, bucketNode(bench.session, 'one'));
    expect(offered).toEqual(['ours']);
    expect(await bench.value('one', 'ours')).toBe('x');
  });

  it('does not offer purged keys, and says that there is nothing to restore', async () => {
    bench.put('b', 'purged', 'x');
    bench.connection.foreignMark('b', 'purged', 'PURGE');
    bench.answer();
    const offered = pickAll();
    await restoreDeletedKeys(connections, bench.log, deleted, bucketNode(bench.session, 'b'));
    expect(offered).toEqual([]);
    expect(bench.asked[0]).toMatch(
      /^No deleted key in b has an earlier value that could come back \(1 looked at\)/,
    );
  });
});
