import { beforeEach, describe, expect, it } from 'vitest';
import { KvError } from '../../../src/kv/model/errors';
import { runTableChanges } from '../../../src/kv/table/runTableChanges';
import type { TablePage } from '../../../src/views/table/tablePage';
import type { RowsChange, TablePageMessage } from '../../../src/views/table/tableProtocol';
import { eventually } from '../../support/poll';
import { TableBench } from './tableBench';

let bench: TableBench;

beforeEach(async () => {
  bench = await TableBench.start();
});

function put(values: Readonly<Record<string, string>>): void {
  Object.entries(values).forEach(([key, value]) => bench.connection.foreignPut('B', key, value));
}

function columns(page: TablePage, ...ids: string[]): void {
  const type = (id: string) => (id === 'value.n' ? 'number' : 'text');
  page.receive({ kind: 'columns', columns: ids.map((id) => ({ id, type: type(id), width: 100 })) });
}

async function change(
  page: TablePage,
  what: RowsChange,
  [first, last]: readonly [number, number],
  ids: readonly string[],
) {
  const { version } = page.rows();
  const before = bench.plans.length + bench.told.length;
  page.receive({ kind: 'change', change: what, version, first, last, columns: ids });
  await eventually(() => expect(bench.plans.length + bench.told.length).toBe(before + 1));
  const plan = bench.plans.at(-1);
  return {
    plan,
    values: Object.fromEntries(
      (plan?.changes ?? []).map(({ change: { key, ...rest } }) => [
        key,
        'value' in rest ? Buffer.from(rest.value).toString() : rest.kind,
      ]),
    ),
    left: plan?.left.map(({ key, why }) => `${key} ${why}`),
  };
}

function edit(page: TablePage, typed: string, more: Partial<TablePageMessage> = {}): void {
  const { rows, created } = page.rows();
  const { key = '', revision = 0 } = rows[0] ?? {};
  const message = { kind: 'edit', key, revision, created, column: 'value.n', typed } as const;
  page.receive({ ...message, ...more } as typeof message);
}

function edited() {
  return eventually(() => Promise.resolve(bench.last('edited').outcome));
}

describe('what is done to several rows of a table', () => {
  it('is planned for the rows that are selected, each from the revision that was read', async () => {
    put({ a: '{"n":1}', b: '{"n":2}', c: '{"n":3}', d: 'x' });
    const page = bench.open();
    await bench.rows(page, 4);
    const { plan, values, left } = await change(
      ...([page, { does: 'set', column: 'value.n', typed: '9' }, [1, 3], ['value.n']] as const),
    );
    expect(values).toEqual({ b: '{"n":9}', c: '{"n":9}' });
    expect(left).toEqual(['d notJson']);
    expect(plan?.changes.map((each) => each.change.expected)).toEqual([2, 3]);
    const { created } = await bench.connection.bucketStatus('B');
    expect(plan?.bucketCreated).toBe(created);
  });

  it('shows in the cells what somebody else was faster with', async () => {
    put({ a: '{"n":1}', b: '{"n":2}' });
    const page = bench.open();
    await bench.rows(page, 2);
    const set = { does: 'set', column: 'value.n', typed: '9' } as const;
    const { plan } = await change(page, set, [0, 1], ['value.n']);
    put({ b: '{"n":5}' });
    const { signal } = new AbortController();
    const { connection } = bench;
    const place = { connection, bucket: 'B', bucketCreated: plan?.bucketCreated };
    const changes = plan?.changes ?? [];
    const { outcomes } = await runTableChanges(place, changes, { isAtomic: false, signal });
    plan?.ran(changes, outcomes);
    await eventually(() => {
      expect(bench.last('edited')).toMatchObject({
        ...{ key: 'b', column: 'value.n' },
        outcome: { kind: 'conflict', stored: '5', typed: '9', revision: 3 },
      });
    });
    expect(bench.sent.filter(({ kind }) => kind === 'edited')).toHaveLength(1);
  });

  it('fills down what the first row has, in each column of values', async () => {
    put({ a: '{"n":1.50,"s":"x y"}', b: '{"n":2,"s":"b"}', c: '{"n":3}' });
    const page = bench.open();
    columns(page, 'key', 'value.n', 'value.s');
    await bench.rows(page, 3);
    const ids = ['key', 'value.n', 'value.s'];
    const { values, left } = await change(page, { does: 'fill' }, [0, 2], ids);
    expect(values).toEqual({ b: '{"n":1.50,"s":"x y"}' });
    expect(left).toEqual(['c missing']);
    await change(page, { does: 'fill' }, [0, 0], ids);
    expect(bench.told).toEqual([expect.stringContaining('those below it')]);
  });

  it('pastes cells from the first one on, or one into all', async () => {
    put({ a: '{"n":1,"s":"a"}', b: '{"n":2,"s":"b"}', c: '{"n":3,"s":"c"}' });
    const page = bench.open();
    columns(page, 'value.n', 'revision', 'value.s');
    await bench.rows(page, 3);
    bench.clipboard = '10\t77\tx\r\n\t78\ty\r\n';
    const block = await change(page, { does: 'paste' }, [1, 1], ['value.n']);
    expect(block.values).toEqual({ b: '{"n":10,"s":"x"}', c: '{"n":3,"s":"y"}' });
    bench.clipboard = '5';
    const one = await change(page, { does: 'paste' }, [0, 2], ['value.n']);
    expect(Object.keys(one.values)).toEqual(['a', 'b', 'c']);
    bench.clipboard = '1\n2\n3\n';
    await change(page, { does: 'paste' }, [1, 1], ['value.n']);
    expect(bench.told.at(-1)).toContain('3 rows are pasted, but there are only 2 here');
    bench.clipboard = '1\t2';
    await change(page, { does: 'paste' }, [0, 0], ['value.s']);
    expect(bench.told.at(-1)).toContain('2 columns are pasted, but there are only 1 here');
  });

  it('deletes and duplicates', async () => {
    put({ a: '1', b: '2', 'b-copy': '3' });
    const page = bench.open();
    await bench.rows(page, 3);
    expect((await change(page, { does: 'delete' }, [0, 1], ['key'])).values).toEqual({
      ...{ a: 'delete', b: 'delete' },
    });
    const copies = await change(page, { does: 'duplicate' }, [0, 1], ['key']);
    expect(copies.values).toEqual({ 'a-copy': '1' });
    expect(copies.left).toEqual(['b exists']);
  });

  it('is not planned for rows that have moved since, nor without a connection, nor for too many', async () => {
    put({ a: '1', b: '2' });
    const page = bench.open();
    await bench.rows(page, 2);
    const cells = { version: -5, first: 0, last: 1, columns: ['key'] };
    page.receive({ kind: 'change', change: { does: 'delete' }, ...cells });
    await eventually(() => expect(bench.told.at(-1)).toContain('moved'));
    await change(page, { does: 'delete' }, [0, 10_000], ['key']);
    expect(bench.told.at(-1)).toContain('more than 10,000 rows');
    await bench.session.disconnect();
    await change(page, { does: 'delete' }, [0, 1], ['key']);
    expect(bench.told.at(-1)).toContain('no connection');
    expect(bench.plans).toEqual([]);
  });
});

describe('a cell that is typed into', () => {
  it('begins with the very text that is stored, and cannot be where a line cannot hold it', async () => {
    const long = 'x'.repeat(300);
    put({ a: JSON.stringify({ s: long, l: 'a\nb', z: 'a\u200bb', n: 1 }) });
    const page = bench.open();
    columns(page, 'value.s', 'value.l', 'value.z', 'value.n', 'value');
    const [row] = await bench.rows(page, 1);
    expect(row?.cells).toMatchObject([
      { isEditable: true, typed: long },
      { isEditable: false, text: 'a\\nb' },
      { isEditable: true, typed: 'a\u200bb', text: 'a\\u200bb' },
      { isEditable: true, text: '1' },
      { isEditable: false },
    ]);
    expect(row?.cells[3]?.typed).toBeUndefined();
  });

  it('does not change a bucket that was made again under the same revisions', async () => {
    put({ a: '{"n":1}' });
    const page = bench.open();
    await bench.rows(page, 1);
    const { created = 0 } = page.rows();
    edit(page, '9', { created: created - 1 });
    expect(await edited()).toMatchObject({ kind: 'conflict', stored: '1', typed: '9' });
    expect(bench.connection.foreignGet('B', 'a')).toBe('{"n":1}');
  });

  it('is undone, and stays where somebody wrote since', async () => {
    put({ a: '{"n":1}' });
    const page = bench.open();
    await bench.rows(page, 1);
    edit(page, '2');
    await eventually(() => expect(page.state().canUndo).toBe(true));
    page.receive({ kind: 'undo' });
    await eventually(() => expect(bench.connection.foreignGet('B', 'a')).toBe('{"n":1}'));
    await bench.rows(page, 1);
    await eventually(() => expect(page.rows().rows[0]?.revision).toBe(3));
    edit(page, '3');
    await eventually(() => expect(bench.connection.foreignGet('B', 'a')).toBe('{"n":3}'));
    put({ a: '{"n":4}' });
    page.receive({ kind: 'undo' });
    await eventually(() => expect(bench.told.at(-1)).toContain('changed since'));
    expect(bench.connection.foreignGet('B', 'a')).toBe('{"n":4}');
  });

  it('can be undone once more when the link was not there', async () => {
    put({ a: '{"n":1}' });
    const page = bench.open();
    await bench.rows(page, 1);
    edit(page, '2');
    await eventually(() => expect(page.state().canUndo).toBe(true));
    bench.connection.failNext('put', new KvError('denied', 'no'));
    page.receive({ kind: 'undo' });
    await eventually(() => expect(bench.told).toHaveLength(1));
    expect(page.state().canUndo).toBe(true);
    page.receive({ kind: 'undo' });
    await eventually(() => expect(bench.connection.foreignGet('B', 'a')).toBe('{"n":1}'));
  });
});

describe('the value of a row', () => {
  it('is shown field by field as it changes, and its fields become columns', async () => {
    put({ a: '{"n":1,"o":{"x":"y"}}', b: 'text\u0000' });
    const page = bench.open();
    columns(page, 'key', 'revision');
    await bench.rows(page, 2);
    page.receive({ kind: 'inspect', key: 'a' });
    await eventually(() => {
      expect(bench.last('value').fields.map(({ id }) => id)).toEqual([
        ...['value', 'value.n', 'value.o', 'value.o.x'],
      ]);
    });
    page.receive({ kind: 'toggleColumn', id: 'value.o.x', type: 'text' });
    page.receive({ kind: 'toggleColumn', id: 'value.n', type: 'number' });
    const shown = (): string[] => page.state().columns.map(({ id }) => id);
    expect(shown()).toEqual(['key', 'value.o.x', 'value.n', 'revision']);
    page.receive({ kind: 'toggleColumn', id: 'value.o.x', type: 'text' });
    expect(shown()).toEqual(['key', 'value.n', 'revision']);
    put({ a: '{"m":2}' });
    page.rows();
    await eventually(() => {
      page.rows();
      expect(bench.last('value').fields.map(({ id }) => id)).toEqual(['value', 'value.m']);
    });
    page.receive({ kind: 'inspect', key: 'b' });
    await eventually(() => expect(bench.last('value').note).toContain('binary'));
  });

  it('leaves one column at least', async () => {
    put({ a: '1' });
    const page = bench.open();
    columns(page, 'key');
    await bench.rows(page, 1);
    page.receive({ kind: 'toggleColumn', id: 'key', type: 'text' });
    expect(page.state().columns).toHaveLength(1);
  });
});

describe('how a table is shown', () => {
  it('is remembered for each bucket: columns, their order and width, sort and filter', async () => {
    put({ a: '{"n":1}', b: '{"n":2}', c: '{"n":3}' });
    const page = bench.open();
    await bench.rows(page, 3);
    const shown = [
      { id: 'value.n', type: 'number' as const, width: 321 },
      { id: 'key', type: 'text' as const, width: 99 },
    ];
    page.receive({ kind: 'columns', columns: shown });
    page.receive({ kind: 'sort', sort: { column: 'value.n', isDescending: true } });
    page.receive({ kind: 'filter', text: 'value.n > 1' });
    await eventually(() => expect(page.rows().rows.map(({ key }) => key)).toEqual(['c', 'b']));
    const again = bench.open();
    await eventually(() => expect(again.rows().rows.map(({ key }) => key)).toEqual(['c', 'b']));
    expect(again.state()).toMatchObject({
      columns: shown,
      sort: { column: 'value.n', isDescending: true },
      filter: 'value.n > 1',
    });
    bench.connection.foreignCreateBucket({ name: 'C' });
    const other = bench.open({ bucket: 'C' });
    expect(other.state()).toMatchObject({ sort: undefined, filter: '' });
  });

  it('does not take keys that could not be listed for none', async () => {
    put({ a: '{"n":1}' });
    bench.connection.failNext('list', new KvError('timeout', 'no answer'));
    const page = bench.open();
    await eventually(() => expect(page.state().notices[0]?.action?.does).toBe('list'));
    expect([page.rows().count, page.state().isListed]).toEqual([0, false]);
    page.receive({ kind: 'notice', does: 'list' });
    await bench.rows(page, 1);
    await eventually(() => expect(page.state().isListed).toBe(true));
  });

  it('is of a folder, a filter or some keys too', async () => {
    put({ 'a.1': '1', 'a.2': '1', 'b.1': '1', c: '1' });
    const keys = async (place: Parameters<TableBench['open']>[0], count: number) =>
      (await bench.rows(bench.open(place), count)).map(({ key }) => key);
    expect(await keys({ folder: { prefix: 'a', separator: '.' } }, 2)).toEqual(['a.1', 'a.2']);
    expect(await keys({ filter: '*.1' }, 2)).toEqual(['a.1', 'b.1']);
    expect(await keys({ keys: ['c', 'gone', 'a.2'] }, 2)).toEqual(['c', 'a.2']);
  });
});

describe('the sums of what is selected', () => {
  it('are told by all digits', async () => {
    put({ a: '{"n":9007199254740993}', b: '{"n":0.10}', c: '{"n":0.20}', d: '{"n":"x"}' });
    const page = bench.open();
    columns(page, 'key', 'value.n');
    await bench.rows(page, 4);
    const { version } = page.rows();
    page.receive({ kind: 'select', version, first: 0, last: 3, columns: ['value.n'] });
    await eventually(() => {
      expect(bench.last('summary').text).toBe(
        '4 rows · 3 numbers · sum 9,007,199,254,740,993.3 · min 0.10 · max 9,007,199,254,740,993',
      );
    });
  });
});
