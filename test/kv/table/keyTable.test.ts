import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { KvError } from '../../../src/kv/model/errors';
import { isRuleProblem, parseRule } from '../../../src/kv/rules/parseRule';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { KeyTable, type OrderState } from '../../../src/kv/table/keyTable';
import { columnOf } from '../../../src/kv/table/tableColumn';
import { eventually } from '../../support/poll';
import type { FakeKvConnection } from '../fakeKvConnection';
import { setUpSession } from '../session/sessionSetUp';

let session: ConnectionSession;
let connection: FakeKvConnection;

beforeEach(async () => {
  const setUp = setUpSession();
  session = setUp.session;
  connection = await setUp.connected();
  onTestFinished(() => session.dispose());
  connection.foreignCreateBucket({ name: 'B', history: 5 });
});

function open(): KeyTable {
  const parts = { sessionOf: () => session, bucket: 'B', now: Date.now, pauseMs: () => 0 };
  const table = new KeyTable(parts);
  table.setView({});
  onTestFinished(() => table.dispose());
  return table;
}

function keys(table: KeyTable): string[] {
  return Array.from({ length: table.count }, (_, at) => table.row(at)?.key ?? '');
}

async function shows(table: KeyTable, expected: readonly string[]): Promise<void> {
  await eventually(() => expect(keys(table)).toEqual(expected));
}

function sortBy(id: string, isDescending = false, type: 'number' | 'text' = 'number') {
  const column = columnOf(id, type);
  return column && { column, isDescending };
}

function ruleOf(text: string) {
  const rule = parseRule(text);
  if (isRuleProblem(rule)) {
    throw new Error(rule.problem);
  }
  return rule;
}

describe('the rows of a table', () => {
  it('are the live keys token by token, and follow the bucket', async () => {
    ['b.10', 'b.9', 'a', 'b'].forEach((key) => connection.foreignPut('B', key, '1'));
    const table = open();
    await shows(table, ['a', 'b', 'b.9', 'b.10']);
    connection.foreignPut('B', 'aa', '1');
    connection.foreignMark('B', 'b', 'DEL');
    await shows(table, ['a', 'aa', 'b.9', 'b.10']);
    expect(table.placeOf('b.9')).toBe(2);
    expect(table.placeOf('b')).toBe(-1);
  });

  it('are ordered by what is known of keys without a value read', async () => {
    connection.foreignPut('B', 'a', 'xxx');
    connection.foreignPut('B', 'b', 'x');
    connection.foreignPut('B', 'c', 'xx');
    const table = open();
    await shows(table, ['a', 'b', 'c']);
    table.setView({ sort: sortBy('size') });
    await shows(table, ['b', 'c', 'a']);
    table.setView({ sort: sortBy('revision', true) });
    await shows(table, ['c', 'b', 'a']);
    connection.foreignPut('B', 'a', 'now the newest');
    await shows(table, ['a', 'c', 'b']);
    expect(connection.calls).not.toContain('getMany');
  });

  it('are ordered by when their values end, those that stay last', async () => {
    const hour = 3_600_000;
    const write = { operation: 'PUT', value: new Uint8Array() } as const;
    connection.foreignPut('B', 'stays', 'x');
    connection.foreignWrite('B', { ...write, key: 'late', ttl: 5 * hour });
    connection.foreignWrite('B', { ...write, key: 'soon', ttl: hour });
    connection.foreignWrite('B', { ...write, key: 'stays after all', ttl: hour });
    connection.foreignPut('B', 'stays after all', 'x');
    const table = open();
    await shows(table, ['late', 'soon', 'stays', 'stays after all']);
    table.setView({ sort: sortBy('ttl') });
    await shows(table, ['soon', 'late', 'stays', 'stays after all']);
    table.setView({ sort: sortBy('ttl', true) });
    await shows(table, ['late', 'soon', 'stays', 'stays after all']);
  });

  it('are ordered and chosen by values, each read once for each revision', async () => {
    [3, 1, 2].forEach((n, at) => connection.foreignPut('B', `k${at}`, `{"n":${n}}`));
    connection.foreignPut('B', 'none', 'no json');
    const table = open();
    await shows(table, ['k0', 'k1', 'k2', 'none']);
    table.setView({ sort: sortBy('value.n') });
    await shows(table, ['k1', 'k2', 'k0', 'none']);
    table.setView({ sort: sortBy('value.n'), rule: ruleOf('value.n > 1 && age < 1h') });
    await shows(table, ['k2', 'k0']);
    const reads = connection.calls.filter((call) => call === 'getMany').length;
    table.setView({ sort: sortBy('value.n', true), rule: ruleOf('value.n > 1 && age < 1h') });
    await shows(table, ['k0', 'k2']);
    connection.foreignPut('B', 'k1', '{"n":9}');
    await shows(table, ['k1', 'k0', 'k2']);
    const after = connection.calls.filter((call) => call === 'getMany').length;
    expect(after - reads).toBeLessThanOrEqual(2);
  });

  it('are ordered by texts as people order them', async () => {
    ['b10', 'b9', 'a'].forEach((text, at) =>
      connection.foreignPut('B', `k${at}`, `{"t":"${text}"}`),
    );
    const table = open();
    table.setView({ sort: sortBy('value.t', false, 'text') });
    await shows(table, ['k2', 'k1', 'k0']);
  });

  it('are not ordered by many values before somebody has agreed, who was told how many', async () => {
    for (let at = 0; at < 2_100; at++) {
      connection.foreignPut('B', `k${at}`, `{"n":${-at}}`);
    }
    const table = open();
    await eventually(() => expect(table.count).toBe(2_100));
    table.setView({ sort: sortBy('value.n') });
    await eventually(() => expect(table.orderState.kind).toBe('ask'));
    expect(table.orderState).toMatchObject({ cost: { values: 2_100 } });
    expect(table.row(0)?.key).toBe('k0');
    expect(connection.calls).not.toContain('getMany');
    table.agree();
    await eventually(() => expect(table.row(0)?.key).toBe('k2099'));
    expect(table.orderState.kind).toBe('done');
  });

  describe('of a large bucket', () => {
    const most = 2_600;
    let table: KeyTable;
    const states: OrderState[] = [];
    const called = (name: string) => connection.calls.filter((call) => call === name).length;

    beforeEach(async () => {
      for (let at = 0; at < most; at++) {
        connection.foreignPut('B', `k${at}`, `{"n":${-at}}`);
      }
      table = open();
      await eventually(() => expect(table.count).toBe(most));
      states.length = 0;
      table.onDidChange(() => states.push(table.orderState));
      table.setView({ sort: sortBy('value.n') });
      await eventually(() => expect(table.orderState.kind).toBe('ask'));
    });

    it('are ordered by values that come as one stream, and keep that order', async () => {
      expect(table.orderState).toMatchObject({ cost: { values: most } });
      expect(called('read')).toBe(0);
      table.agree();
      await eventually(() => expect(table.orderState.kind).toBe('done'));
      expect(table.row(0)?.key).toBe('k2599');
      expect([called('read'), called('getMany')]).toEqual([1, 0]);
      const read = states.flatMap((state) => (state.kind === 'reading' ? [state.read] : []));
      expect(new Set(read)).toEqual(new Set([0, ...read, most]));
      expect(read.length).toBeGreaterThan(2);
      connection.foreignPut('B', 'k5', `{"n":${-most}}`);
      connection.foreignMark('B', 'k2599', 'DEL');
      await eventually(() => expect(table.row(0)?.key).toBe('k5'));
      expect(table.row(1)?.key).toBe('k2598');
      expect(called('read')).toBe(1);
    });

    it('are read by their names where nobody may have them streamed', async () => {
      connection.failNext('read', new KvError('denied', 'no consumers for you'));
      table.agree();
      await eventually(() => expect(table.orderState.kind).toBe('done'));
      expect(table.row(0)?.key).toBe('k2599');
      expect(called('getMany')).toBeGreaterThan(0);
    });

    it('stay as they were when reading is cancelled, and what was read is not read again', async () => {
      const half = table.onDidChange(() => {
        const { orderState: state } = table;
        if (state.kind === 'reading' && state.read > most / 2) {
          half.dispose();
          table.cancel();
        }
      });
      table.agree();
      await eventually(() => expect(table.orderState.kind).toBe('cancelled'));
      expect(table.row(0)?.key).toBe('k0');
      states.length = 0;
      table.agree();
      await eventually(() => expect(table.orderState.kind).toBe('done'));
      expect(table.row(0)?.key).toBe('k2599');
      const first = states.find(({ kind }) => kind === 'reading');
      expect(first?.kind === 'reading' && first.of).toBeLessThan(most / 2);
      expect(called('read')).toBe(1);
    });
  });

  it('stay where they are while they are held, and say that they are behind', async () => {
    connection.foreignPut('B', 'b', '1');
    const table = open();
    await shows(table, ['b']);
    table.hold(true);
    connection.foreignPut('B', 'a', '1');
    connection.foreignMark('B', 'b', 'DEL');
    await eventually(() => expect(table.isBehind).toBe(true));
    await eventually(() => expect(table.row(0)).toMatchObject({ key: 'b', info: undefined }));
    expect(keys(table)).toEqual(['b']);
    table.hold(false);
    await shows(table, ['a']);
    expect(table.isBehind).toBe(false);
  });

  it('have the values of those that are looked at, of their present revision', async () => {
    ['a', 'b', 'c'].forEach((key) => connection.foreignPut('B', key, `value of ${key}`));
    const table = open();
    await shows(table, ['a', 'b', 'c']);
    table.want(1, 1);
    await eventually(() => expect(table.row(1)?.entry?.key).toBe('b'));
    expect([table.row(0)?.entry, table.row(2)?.entry]).toEqual([undefined, undefined]);
    const revision = connection.foreignPut('B', 'b', 'another');
    await eventually(() => expect(table.row(1)?.info?.revision).toBe(revision));
    table.want(1, 1);
    await eventually(() => expect(table.row(1)?.entry?.revision).toBe(revision));
  });

  it('are those of some keys, or of what is true of a key', async () => {
    ['a.1', 'a.2', 'b.1'].forEach((key) => connection.foreignPut('B', key, '1'));
    const table = open();
    table.setView({ keys: ['b.1', 'a.2', 'gone'] });
    await shows(table, ['b.1', 'a.2']);
    table.setView({ matches: (key) => key.startsWith('a.') });
    await shows(table, ['a.1', 'a.2']);
  });
});
