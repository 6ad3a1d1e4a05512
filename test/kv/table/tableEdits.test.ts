import { beforeEach, describe, expect, it } from 'vitest';
import { TableEdits, type CellEdit } from '../../../src/kv/table/tableEdits';
import { FakeKvConnection } from '../fakeKvConnection';

const { signal } = new AbortController();
let connection: FakeKvConnection;

beforeEach(() => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B', history: 5 });
});

async function cell(typed: string): Promise<CellEdit> {
  const { created } = await connection.bucketStatus('B');
  const seen = await connection.get('B', 'k');
  if (!seen) {
    throw new Error('there is no k');
  }
  return { connection, bucket: 'B', bucketCreated: created, seen, path: ['n'], typed };
}

describe('edits in the cells of a table', () => {
  it('change the value that was seen, and are undone', async () => {
    connection.foreignPut('B', 'k', '{ "n": 1.0, "m": 2 }');
    const edits = new TableEdits();
    const outcome = await edits.edit(await cell('7'), signal);
    expect(outcome).toMatchObject({ kind: 'saved', entry: { revision: 2 } });
    expect(connection.foreignGet('B', 'k')).toBe('{ "n": 7, "m": 2 }');
    expect(await edits.undo(connection, 'B', signal)).toMatchObject({ kind: 'saved' });
    expect(connection.foreignGet('B', 'k')).toBe('{ "n": 1.0, "m": 2 }');
    expect(await edits.undo(connection, 'B', signal)).toBeUndefined();
  });

  it('leave alone what has changed since, and tell what that is', async () => {
    connection.foreignPut('B', 'k', '{"n":1}');
    const edits = new TableEdits();
    const seen = await cell('7');
    connection.foreignPut('B', 'k', '{"n":5}');
    const outcome = await edits.edit(seen, signal);
    expect(outcome).toMatchObject({ kind: 'conflict', current: { revision: 2 } });
    expect(connection.foreignGet('B', 'k')).toBe('{"n":5}');
    expect(edits.canUndo).toBe(false);
  });

  it('leave alone a key that was deleted, and a bucket that was made again', async () => {
    connection.foreignPut('B', 'k', '{"n":1}');
    const seen = await cell('7');
    connection.foreignMark('B', 'k', 'DEL');
    const deleted = await new TableEdits().edit(seen, signal);
    expect(deleted).toEqual({ kind: 'conflict', current: undefined });
    connection.foreignDeleteBucket('B');
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'k', '{"n":2}');
    const other = { ...seen, bucketCreated: -1 };
    expect(await new TableEdits().edit(other, signal)).not.toMatchObject({ kind: 'saved' });
    expect(connection.foreignGet('B', 'k')).toBe('{"n":2}');
  });

  it('do not undo what others have changed', async () => {
    connection.foreignPut('B', 'k', '{"n":1}');
    const edits = new TableEdits();
    await edits.edit(await cell('7'), signal);
    connection.foreignPut('B', 'k', '{"n":8}');
    expect(await edits.undo(connection, 'B', signal)).toMatchObject({ kind: 'conflict' });
    expect(connection.foreignGet('B', 'k')).toBe('{"n":8}');
  });
});
