import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { window } from 'vscode';
import { restoreRevision } from '../../../../src/extension/commands/history/restoreRevision';
import { deleteKeys } from '../../../../src/extension/commands/keys/removeKeys';
import {
  restoreDeletedKeys,
  undoDelete,
} from '../../../../src/extension/commands/keys/restoreKeys';
import { Once } from '../../../../src/extension/commands/once';
import type { Connections } from '../../../../src/kv/session/connections';
import { DeletedEntries } from '../../../../src/kv/operations/deletedEntries';
import { bucketNode } from '../../../../src/views/buckets/rows/nodes';
import type { RevisionNode } from '../../../../src/views/history/historyNodes';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let deleted: DeletedEntries;
let connections: Connections;
let time: number;

beforeEach(async () => {
  // Two buckets are told apart by when they were created: the clock stands until it is moved.
  time = 1_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => time);
  bench = await KeyBench.start();
  deleted = new DeletedEntries();
  connections = { get: () => bench.session, all: [bench.session] } as unknown as Connections;
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

/** The bucket `b` is deleted and made again later, with messages under the same numbers. */
function makeAgain(fill: () => void): void {
  bench.connection.foreignDeleteBucket('b');
  time += 1_000;
  bench.connection.foreignCreateBucket({ name: 'b', history: 5 });
  fill();
}

const theirs = (): void => {
  bench.put('b', 'a', 'theirs');
  bench.connection.foreignMark('b', 'a', 'DEL');
};

async function firstRow(): Promise<RevisionNode> {
  const history = (await bench.connection.historyInfo('b', 'a')).toReversed();
  const [latest] = history;
  const info = history.at(-1);
  return { ...bench.key('b', 'a'), kind: 'revision', info, latest } as unknown as RevisionNode;
}

describe('a bucket that was deleted and made again', () => {
  it('gets no value back that was deleted in the one before', async () => {
    bench.put('b', 'a', 'ours');
    bench.answer('Delete');
    await deleteKeys(bench.log, deleted, { keys: [bench.key('b', 'a')] });
    makeAgain(theirs);
    await undoDelete(connections, bench.log, deleted);
    expect(await bench.value('b', 'a')).toBeUndefined();
    expect(bench.errors[0]).toMatch(/its bucket was deleted and made again meanwhile/);
  });

  it('is not offered what was remembered of the one before', async () => {
    bench.put('one', 'a', 'ours');
    bench.answer('Delete');
    await deleteKeys(bench.log, deleted, { keys: [bench.key('one', 'a')] });
    const created = (await bench.connection.bucketStatus('one')).created;
    const address = { connectionId: bench.session.id, bucket: 'one', key: 'a' };
    expect(deleted.find(address, 2, created)?.revision).toBe(1);
    expect(deleted.find(address, 2, created + 1)).toBeUndefined();
  });

  it('keeps its keys when a deleted key of the one before was picked', async () => {
    bench.put('b', 'a', 'ours');
    bench.connection.foreignMark('b', 'a', 'DEL');
    vi.spyOn(window, 'showQuickPick').mockImplementation(async (items: unknown) => {
      const picked = await items;
      makeAgain(theirs);
      return picked as never;
    });
    await restoreDeletedKeys(connections, bench.log, deleted, bucketNode(bench.session, 'b'));
    expect(await bench.value('b', 'a')).toBeUndefined();
    expect(bench.errors[0]).toMatch(/it was written meanwhile and was left as it is/);
  });

  it('keeps its value when a revision of the one before is restored', async () => {
    bench.put('b', 'a', 'one');
    bench.put('b', 'a', 'two');
    const row = await firstRow();
    makeAgain(() => ['their one', 'their two'].forEach((value) => bench.put('b', 'a', value)));
    await restoreRevision(bench.log, new Once(), row);
    expect(await bench.value('b', 'a')).toBe('their two');
    expect(bench.errors[0]).toMatch(/revision 1 of "a" is no longer stored/);
  });

  it.each(['PUT', 'DEL'] as const)(
    'keeps its value when a restore over a %s is undone',
    async (over) => {
      bench.put('b', 'a', 'one');
      if (over === 'PUT') {
        bench.put('b', 'a', 'two');
      } else {
        bench.connection.foreignMark('b', 'a', 'DEL');
      }
      let undo: (label: string) => void = () => undefined;
      vi.spyOn(window, 'showInformationMessage').mockImplementation(
        () => new Promise((resolve) => (undo = resolve as never)),
      );
      await restoreRevision(bench.log, new Once(), await firstRow());
      expect(await bench.value('b', 'a')).toBe('one');
      const values = ['their one', 'their two', 'their three'];
      makeAgain(() => values.forEach((value) => bench.put('b', 'a', value)));
      undo('Undo');
      await vi.waitFor(() => expect(bench.errors[0]).toMatch(/^Failed to undo the restore of a/));
      expect(await bench.value('b', 'a')).toBe('their three');
    },
  );
});
