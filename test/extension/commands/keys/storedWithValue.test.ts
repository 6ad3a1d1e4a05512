import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restoreRevision } from '../../../../src/extension/commands/history/restoreRevision';
import { deleteKeys } from '../../../../src/extension/commands/keys/removeKeys';
import {
  restoreDeletedKeys,
  undoDelete,
} from '../../../../src/extension/commands/keys/restoreKeys';
import { transferKeys } from '../../../../src/extension/commands/keys/transferKeys';
import { Once } from '../../../../src/extension/commands/once';
import type { Connections } from '../../../../src/kv/session/connections';
import { DeletedEntries } from '../../../../src/kv/operations/deletedEntries';
import { bucketNode } from '../../../../src/views/buckets/rows/nodes';
import type { RevisionNode } from '../../../../src/views/history/historyNodes';
import { bytes } from '../../../kv/contract/harness';
import { KeyBench } from './keyBench';
import { window } from 'vscode';

const headers = [
  ['Content-Type', 'text/plain'],
  ['X-Trace', '7'],
] as const;
const hour = 3_600_000;

let bench: KeyBench;
let deleted: DeletedEntries;
let connections: Connections;

beforeEach(async () => {
  bench = await KeyBench.start();
  await bench.connection.createBucket({ name: 'kept', markerTtl: 60_000, history: 5 });
  deleted = new DeletedEntries();
  connections = { get: () => bench.session, all: [bench.session] } as unknown as Connections;
  await write('a', 'value');
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

async function write(key: string, value: string, expected = 0): Promise<void> {
  const ttl = { kind: 'set', ttl: hour } as const;
  await bench.connection.put('kept', key, bytes(value), { expected, ttl, headers });
}

async function expectKept(key: string, value = 'value'): Promise<void> {
  const entry = await bench.connection.get('kept', key);
  expect(entry).toMatchObject({ operation: 'PUT', value: bytes(value) });
  expect(entry?.headers).toEqual(expect.arrayContaining(headers.map((pair) => [...pair])));
  const { ttl = 0 } = entry ?? {};
  expect(Number(ttl) / hour).toBeCloseTo(1, 1);
}

/** The row of the oldest revision of the key. */
async function firstRow(): Promise<RevisionNode> {
  const history = (await bench.connection.historyInfo('kept', 'a')).toReversed();
  const [latest] = history;
  const info = history.at(-1);
  return { ...bench.key('kept', 'a'), kind: 'revision', info, latest } as unknown as RevisionNode;
}

describe('headers and TTL of a value', () => {
  it.each([
    ['copy', 'b'],
    ['move', 'c'],
  ] as const)('stay with it through a %s', async (kind, to) => {
    const place = { session: bench.session, bucket: 'kept' };
    const transfer = { from: { ...place, key: 'a' }, to: { ...place, key: to } };
    expect(await transferKeys(bench.log, kind, [transfer])).toHaveLength(1);
    await expectKept(to);
  });

  it('come back with it when its deletion is undone', async () => {
    bench.answer('Delete');
    await deleteKeys(bench.log, deleted, { keys: [bench.key('kept', 'a')] });
    await undoDelete(connections, bench.log, deleted);
    await expectKept('a');
  });

  it('come back with it when a deleted key is restored', async () => {
    await bench.connection.delete('kept', 'a', { expected: 1 });
    vi.spyOn(window, 'showQuickPick').mockImplementation(
      async (items: unknown) => (await items) as never,
    );
    await restoreDeletedKeys(connections, bench.log, deleted, bucketNode(bench.session, 'kept'));
    await expectKept('a');
  });

  it('come back with it when a revision is restored over another value', async () => {
    await write('a', 'other', 1);
    await restoreRevision(bench.log, new Once(), await firstRow());
    await expectKept('a');
  });

  it('come back with it when a revision is restored over a marker', async () => {
    await bench.connection.delete('kept', 'a', { expected: 1 });
    await restoreRevision(bench.log, new Once(), await firstRow());
    await expectKept('a');
  });

  it('come back with what a restore had replaced when that is undone', async () => {
    await write('a', 'other', 1);
    const shown = vi
      .spyOn(window, 'showInformationMessage')
      .mockImplementation(((_: string, label: string) => Promise.resolve(label)) as never);
    await restoreRevision(bench.log, new Once(), await firstRow());
    await vi.waitFor(() => expect(shown).toHaveBeenCalled());
    await vi.waitFor(() => expectKept('a', 'other'));
  });
});
