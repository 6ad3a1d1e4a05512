import { describe, expect, it, onTestFinished } from 'vitest';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { isRuleProblem, parseRule } from '../../src/kv/rules/parseRule';
import { ConnectionSession } from '../../src/kv/session/connectionSession';
import { exportTable } from '../../src/kv/table/exportTable';
import { KeyTable } from '../../src/kv/table/keyTable';
import { runTableChanges, undoOf } from '../../src/kv/table/runTableChanges';
import { changesOfCells, deletionsOf } from '../../src/kv/table/tableChanges';
import { columnOf, type ValueType } from '../../src/kv/table/tableColumn';
import { TableEdits } from '../../src/kv/table/tableEdits';
import type { ExportFormat } from '../../src/kv/table/tableText';
import { NodeFiles } from '../../src/kv/transfer/nodeFiles';
import { text } from '../kv/contract/harness';
import { fillBucket, keyAt } from '../support/fillBucket';
import { eventually } from '../support/poll';
import { startSystem } from './system';

const { signal } = new AbortController();

async function tableOf(connection: KvConnection): Promise<KeyTable> {
  const config = { id: 'local', name: 'local', url: '' };
  const session = new ConnectionSession(config, () => Promise.resolve(connection));
  onTestFinished(() => session.dispose());
  await session.connect();
  const parts = { sessionOf: () => session, bucket: 'b', now: Date.now, pauseMs: () => 0 };
  const table = new KeyTable(parts);
  onTestFinished(() => table.dispose());
  table.setView({});
  return table;
}

function sortBy(id: string, type: ValueType = 'number', isDescending = false) {
  const column = columnOf(id, type);
  return column && { column, isDescending };
}

function keys(table: KeyTable): string[] {
  return Array.from({ length: table.count }, (_, at) => table.row(at)?.key ?? '');
}

async function shows(table: KeyTable, expected: readonly string[]): Promise<void> {
  await eventually(() => expect(keys(table)).toEqual(expected));
}

/** The rows with their values. */
async function rowsOf(table: KeyTable) {
  return eventually(() => {
    table.want(0, table.count);
    const rows = Array.from({ length: table.count }, (_, at) => table.row(at));
    expect(rows.every((row) => row?.entry && row.entry.revision >= (row.info?.revision ?? 0))).toBe(
      true,
    );
    return rows.filter((row) => row !== undefined);
  });
}

async function stored(
  connection: KvConnection,
  ...names: string[]
): Promise<(string | undefined)[]> {
  const entries = await connection.getMany('b', names);
  return entries.map((entry) => (entry?.operation === 'PUT' ? text(entry.value) : undefined));
}

function numberIn(text: string): number {
  return (JSON.parse(text) as { n: number }).n;
}

/** The place of a key of a filled bucket. */
function indexOf(key: string): number {
  return Number(key.slice(-7));
}

describe('a table of a real bucket', () => {
  it('keeps the order of a column of values while somebody else writes', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    for (let at = 0; at < 40; at++) {
      await foreign.put('b', `k${at}`, `{"n":${(at * 7) % 40}}`);
    }
    const table = await tableOf(await system.connect());
    table.setView({ sort: sortBy('value.n') });
    const values = new Map(Array.from({ length: 40 }, (_, at) => [`k${at}`, (at * 7) % 40]));
    const inOrder = () => [...values].sort(([, a], [, b]) => a - b).map(([key]) => key);
    await shows(table, inOrder());
    for (let round = 0; round < 60; round++) {
      const key = `k${(round * 13) % 45}`;
      values.set(key, 100 + round);
      await foreign.put('b', key, `{"n":${100 + round}}`);
    }
    values.delete('k3');
    await foreign.mark('b', 'k3', 'DEL');
    await shows(table, inOrder());
  });

  it('shows and edits a bucket that was deleted and made again, and nothing of the old one', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'k', '{"n":1}');
    await foreign.put('b', 'old', '{"n":1}');
    const connection = await system.connect();
    const table = await tableOf(connection);
    await shows(table, ['k', 'old']);
    const [seen] = await rowsOf(table);
    const { bucketCreated } = table;
    await foreign.jsm.streams.delete('KV_b');
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'k', '{"n":5}');
    await shows(table, ['k']);
    await eventually(() => expect(table.bucketCreated).not.toBe(bucketCreated));
    const [row] = await rowsOf(table);
    expect(text(row?.entry?.value ?? new Uint8Array())).toBe('{"n":5}');
    // The old row has the revision that the new one has.
    expect(seen?.entry?.revision).toBe(row?.entry?.revision);
    const typed = () => [{ column: 'value.n', path: ['n'], typed: '9' }];
    const changes = seen ? changesOfCells([seen], typed).changes : [];
    const place = { connection, bucket: 'b', bucketCreated };
    const run = { isAtomic: false, signal };
    const { outcomes } = await runTableChanges(place, changes, run);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused']);
    expect(await stored(connection, 'k')).toEqual(['{"n":5}']);
    const edit = { connection, bucket: 'b', bucketCreated: table.bucketCreated, path: ['n'] };
    const edits = new TableEdits();
    if (row?.entry) {
      expect(await edits.edit({ ...edit, seen: row.entry, typed: '6' }, signal)).toMatchObject({
        kind: 'saved',
      });
    }
    expect(await stored(connection, 'k')).toEqual(['{"n":6}']);
  });

  it('goes on reading values when the link was cut in the middle', async () => {
    const system = await startSystem();
    const { foreign, proxy } = system;
    await foreign.createBucket({ name: 'b' });
    for (let at = 0; at < 300; at++) {
      await foreign.put('b', `k${at}`, `{"n":${300 - at},"x":"${'x'.repeat(2_000)}"}`);
    }
    const connection = await system.connect();
    const table = await tableOf(connection);
    await eventually(() => expect(table.count).toBe(300));
    table.setView({ sort: sortBy('value.n') });
    proxy.cut();
    await eventually(() => {
      if (table.orderState.kind === 'failed') {
        table.agree();
      }
      expect([table.orderState.kind, table.row(0)?.key]).toEqual(['done', 'k299']);
    });
    expect(keys(table)).toHaveLength(300);
  });

  it('orders thousands of rows by values that come as one stream, cut in the middle, and follows', async () => {
    const system = await startSystem();
    const { foreign, proxy, server } = system;
    const count = 3_000;
    const textOf = (at: number) => `{"n":${(at * 7919) % count},"x":"${'x'.repeat(500)}"}`;
    await fillBucket(server.url, { name: 'b', keys: count, revisions: 1, textOf });
    const connection = await system.connect();
    const table = await tableOf(connection);
    await eventually(() => expect(table.count).toBe(count));
    const cut = table.onDidChange(() => {
      if (table.orderState.kind === 'reading' && table.orderState.read > 0) {
        cut.dispose();
        proxy.cut();
      }
    });
    table.setView({ sort: sortBy('value.n') });
    await eventually(() => expect(table.orderState.kind).toBe('ask'));
    table.agree();
    await eventually(() => {
      if (table.orderState.kind === 'failed') {
        table.agree();
      }
      expect(table.orderState.kind).toBe('done');
    });
    const inOrder = Array.from({ length: count }, (_, at) => keyAt(at)).sort(
      (a, b) => numberIn(textOf(indexOf(a))) - numberIn(textOf(indexOf(b))),
    );
    expect(keys(table)).toEqual(inOrder);
    await foreign.put('b', inOrder[7] ?? '', '{"n":-1}');
    await eventually(() => expect(table.row(0)?.key).toBe(inOrder[7]));
    expect(keys(table)).toHaveLength(count);
  });

  it('has empty cells for a key that may not be read, and the values of all others', async () => {
    const config = `authorization { users: [
      { user: admin, password: admin }
      { user: some, password: some, permissions: {
        publish: { allow: [ "$JS.API.>", "$JS.FC.>" ], deny: [ "$JS.API.DIRECT.GET.KV_b.$KV.b.secret", "$JS.API.DIRECT.GET.KV_b", "$JS.API.STREAM.MSG.GET.KV_b" ] }
        subscribe: [ "_INBOX.>" ] } }
    ] }`;
    const system = await startSystem({
      ...{ config, foreignAuth: { user: 'admin', pass: 'admin' } },
    });
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    await foreign.put('b', 'open', '{"n":1}');
    await foreign.put('b', 'secret', '{"n":0}');
    const credentials = () =>
      Promise.resolve([{ kind: 'userPassword', user: 'some', password: 'some' }] as const);
    const table = await tableOf(await system.connect({ credentials }));
    await shows(table, ['open', 'secret']);
    await eventually(() => {
      table.want(0, 2);
      const secret = table.infoOf('secret');
      expect(text(table.row(0)?.entry?.value ?? new Uint8Array())).toBe('{"n":1}');
      expect(secret && table.values.isLeftOut(secret)).toBe(true);
    });
    table.setView({ sort: sortBy('value.n') });
    await eventually(() => expect(table.orderState).toEqual({ kind: 'done' }));
    await shows(table, ['open', 'secret']);
  });

  it('changes rows byte for byte, deletes them, and puts them back', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b', history: 3 });
    await foreign.put('b', 'a', '{ "n" : 1.0 , "huge": 123456789012345678901234567890 }');
    await foreign.put('b', 'b', '{"n":2,"n":3}');
    await foreign.put('b', 'c', '{"":{"a.b":[{"]":1}]}}');
    const connection = await system.connect();
    const table = await tableOf(connection);
    await shows(table, ['a', 'b', 'c']);
    const rows = await rowsOf(table);
    const { bucketCreated } = table;
    const place = { connection, bucket: 'b', bucketCreated };
    const run = { isAtomic: false, signal };
    const [, , third] = rows;
    const odd = columnOf('value[""]["a.b"][0]["]"]');
    const changes = changesOfCells(rows, (row) => {
      const path = row === third ? odd?.path : ['n'];
      return path ? [{ column: 'x', path, typed: '7' }] : [];
    });
    const ran = await runTableChanges(place, changes.changes, run);
    expect(await stored(connection, 'a', 'b', 'c')).toEqual([
      '{ "n" : 7 , "huge": 123456789012345678901234567890 }',
      '{"n":2,"n":7}',
      '{"":{"a.b":[{"]":7}]}}',
    ]);
    const before = new Map(rows.map((row) => [row.key, row.entry]));
    const back = undoOf(changes.changes, ran.outcomes, (key) => before.get(key));
    await runTableChanges(place, back, run);
    expect(await stored(connection, 'b')).toEqual(['{"n":2,"n":3}']);
    await eventually(async () => {
      const again = deletionsOf(await rowsOf(table)).changes;
      const { result } = await runTableChanges(place, again, run);
      expect(result.done.count).toBe(3);
    });
    await shows(table, []);
  });

  it('writes all rows to a file as they are filtered and ordered, and nothing half', async () => {
    const system = await startSystem();
    const { foreign } = system;
    await foreign.createBucket({ name: 'b' });
    for (let at = 0; at < 250; at++) {
      await foreign.put('b', `k${at}`, `{"n":${(at * 7) % 250},"s":"a|b,\\t\\"${at}"}`);
    }
    const connection = await system.connect();
    const table = await tableOf(connection);
    const rule = parseRule('value.n < 200');
    if (isRuleProblem(rule)) {
      throw new Error(rule.problem);
    }
    table.setView({ sort: sortBy('value.n', 'number', true), rule });
    await eventually(() => expect(table.count).toBe(200));
    const folder = await mkdtemp(join(tmpdir(), 'table-export-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const columns = ['key', 'value.n', 'value.s'].flatMap((id) => columnOf(id) ?? []);
    const write = (format: ExportFormat, abort = signal) =>
      exportTable({
        ...{ table, columns, connection, bucket: 'b', format, pauseMs: 0, signal: abort },
        ...{ files: new NodeFiles(folder), path: `out.${format}`, onProgress: () => undefined },
      });
    const lines = async (format: ExportFormat) => {
      expect(await write(format)).toEqual({ rows: 200, gone: 0, unread: 0 });
      return (await readFile(join(folder, `out.${format}`), 'utf8')).split('\n').slice(0, -1);
    };
    const ndjson = (await lines('ndjson')).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(ndjson.map((row) => row['value.n'])).toEqual(
      Array.from({ length: 200 }, (_, at) => 199 - at),
    );
    const json = JSON.parse((await lines('json')).join('\n')) as unknown[];
    expect(json).toEqual(ndjson);
    expect((await lines('csv')).slice(0, 2)).toEqual([
      'key,value.n,value.s',
      expect.stringMatching(/^k\d+,199,"a\|b,\t""\d+"$/),
    ]);
    expect((await lines('tsv'))[1]).toMatch(/^k\d+\t199\t"a\|b,\t""\d+"$/);
    expect((await lines('markdown')).slice(1, 3)).toEqual([
      '| --- | --- | --- |',
      expect.stringMatching(/^\| k\d+ \| 199 \| a\\\|b,\t"\d+ \|$/),
    ]);
    const before = await readdir(folder);
    await expect(write('csv', AbortSignal.abort())).rejects.toThrow();
    expect(await readdir(folder)).toEqual(before);
  });
});
