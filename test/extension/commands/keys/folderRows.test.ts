import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { window } from 'vscode';
import {
  chosenRows,
  describeRows,
  keysOfRows,
} from '../../../../src/extension/commands/keys/folderRows';
import { deleteKeys } from '../../../../src/extension/commands/keys/removeKeys';
import { undoDelete } from '../../../../src/extension/commands/keys/restoreKeys';
import { askAndTransfer } from '../../../../src/extension/commands/keys/transferCommands';
import type { Connections } from '../../../../src/kv/session/connections';
import * as quickSteps from '../../../../src/extension/commands/quickSteps';
import { DeletedEntries } from '../../../../src/kv/operations/deletedEntries';
import { parseKeyFilter } from '../../../../src/kv/find/keyFilter';
import type { BucketsView } from '../../../../src/views/buckets/bucketsView';
import { folderNode, type FolderNode } from '../../../../src/views/buckets/rows/nodes';
import { FakePlans } from './fakePlans';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let eu: FolderNode;
const noFilter = () => undefined;

beforeEach(async () => {
  bench = await KeyBench.start();
  eu = folderNode(bench.session, 'one', 'orders.eu');
  ['orders.eu.1', 'orders.eu.a.2', 'orders.eu.a.3', 'orders.europe', 'orders.us.1'].forEach((key) =>
    bench.put('one', key, `value of ${key}`),
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

/** Moves or copies the keys of the folder to another start, which is typed when it is asked for. */
async function transfer(kind: 'move' | 'copy', start: string): Promise<string[]> {
  const shown: string[] = [];
  vi.spyOn(quickSteps, 'askText').mockImplementation(({ title }, { value, prompt }) => {
    shown.push(`${title}: ${value ?? ''}: ${prompt}`);
    return Promise.resolve({ value: start });
  });
  const moved = (): Promise<void> => Promise.resolve();
  const views = { connections: {} as Connections, view: {} as BucketsView };
  const plans = new FakePlans().documents;
  const parts = { ...views, log: bench.log, moved, plans, filterOf: noFilter };
  await askAndTransfer(parts, { kind, elsewhere: false }, await keysOfRows([eu], noFilter));
  return shown;
}

describe('the keys of rows', () => {
  it('of a folder are all below it that are live on the server now', async () => {
    await bench.connection.delete('one', 'orders.eu.a.3', { expected: 'any' });
    const { keys, folder } = await keysOfRows([eu], noFilter);
    expect(keys.map(({ key }) => key)).toEqual(['orders.eu.1', 'orders.eu.a.2']);
    expect(folder).toEqual({ pattern: 'orders.eu.>', start: 'orders.eu.' });
    expect(describeRows({ keys, folder })).toBe('orders.eu.> (2 keys)');
  });

  it('are only those that a filter of the tree shows', async () => {
    const parsed = parseKeyFilter('orders.*.a.>');
    const filter = parsed.kind === 'filter' ? parsed.filter : undefined;
    const { keys } = await keysOfRows([eu], () => filter);
    expect(keys.map(({ key }) => key)).toEqual(['orders.eu.a.2', 'orders.eu.a.3']);
  });

  it('are each there once, whatever rows have them', async () => {
    const rows = [bench.key('one', 'orders.eu.1'), eu, bench.key('one', 'orders.us.1')];
    const { keys, folder } = await keysOfRows(chosenRows(eu, rows), noFilter);
    expect(keys.map(({ key }) => key)).toEqual([
      'orders.eu.1',
      'orders.eu.a.2',
      'orders.eu.a.3',
      'orders.us.1',
    ]);
    expect(folder).toBeUndefined();
  });

  it('are of the row that a menu was opened on when the selection is elsewhere', () => {
    const other = bench.key('one', 'orders.us.1');
    expect(chosenRows(eu, [other])).toEqual([eu]);
    expect(chosenRows(undefined, [other])).toEqual([other]);
  });

  it('are none when listing them was cancelled', async () => {
    vi.spyOn(window, 'withProgress').mockImplementation(((_: unknown, run: never) =>
      (run as (...args: unknown[]) => unknown)(
        { report: () => undefined },
        { onCancellationRequested: (cancel: () => void) => cancel() },
      )) as never);
    await expect(keysOfRows([eu], noFilter)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('a folder', () => {
  it('is deleted after a question with its count, and comes back on undo', async () => {
    const deleted = new DeletedEntries();
    bench.answer('Delete');
    await deleteKeys(bench.log, deleted, await keysOfRows([eu], noFilter));
    expect(bench.asked[0]).toMatch(/^Delete orders\.eu\.> \(3 keys\) in one on local\?/);
    expect(await bench.value('one', 'orders.eu.a.2')).toBeUndefined();
    expect(await bench.value('one', 'orders.europe')).toBe('value of orders.europe');

    const connections = { get: () => bench.session } as unknown as Connections;
    await undoDelete(connections, bench.log, deleted);
    expect(await bench.value('one', 'orders.eu.a.2')).toBe('value of orders.eu.a.2');
  });

  it('keeps what was written after it was listed', async () => {
    const chosen = await keysOfRows([eu], noFilter);
    bench.put('one', 'orders.eu.1', 'newer');
    bench.answer('Delete');
    await deleteKeys(bench.log, new DeletedEntries(), chosen);
    expect(await bench.value('one', 'orders.eu.1')).toBe('newer');
    expect(bench.errors[0]).toMatch(/^Failed to delete 1 of 3 keys: orders\.eu\.1: it changed/);
  });

  it('is renamed key by key, and says which key stayed', async () => {
    bench.put('one', 'sales.a.2', 'taken');
    bench.answer(undefined);
    const shown = await transfer('move', 'sales.');
    expect(shown).toEqual([
      'Rename orders.eu.> (3 keys): orders.eu: New name of the folder orders.eu; the . after it stays. The history stays with the old ones.',
    ]);
    expect(await bench.value('one', 'sales.1')).toBe('value of orders.eu.1');
    expect(await bench.value('one', 'orders.eu.1')).toBeUndefined();
    expect(await bench.value('one', 'sales.a.2')).toBe('taken');
    expect(await bench.value('one', 'orders.eu.a.2')).toBe('value of orders.eu.a.2');
    expect(bench.asked[0]).toMatch(/^sales\.a\.2 exists already in one on local\./);
  });

  it('is what its new name stands for, though all its keys lie deeper', async () => {
    await bench.connection.delete('one', 'orders.eu.1', { expected: 'any' });
    await transfer('move', 'sales.');
    expect(await bench.value('one', 'sales.a.2')).toBe('value of orders.eu.a.2');
  });

  it('says how many of its values an undo would bring back where these are not all', async () => {
    const keys = Array.from({ length: 1_001 }, (_, at) => bench.key('one', `many.${at}`));
    bench.answer(undefined);
    await deleteKeys(bench.log, new DeletedEntries(), { keys });
    expect(bench.asked[0]).toMatch(/^Delete 1,001 keys .* of 1,000 of them, no more/);
  });

  it('is duplicated under another start', async () => {
    bench.answer();
    await transfer('copy', 'backup.');
    expect(await bench.value('one', 'backup.a.3')).toBe('value of orders.eu.a.3');
    expect(await bench.value('one', 'orders.eu.a.3')).toBe('value of orders.eu.a.3');
  });
});
