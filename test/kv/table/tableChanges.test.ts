import { beforeEach, describe, expect, it } from 'vitest';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { copyNameOf } from '../../../src/kv/table/copyName';
import type { TableRow } from '../../../src/kv/table/keyTable';
import { pastedAt, pastedCells } from '../../../src/kv/table/pastedCells';
import { runTableChanges, undoOf } from '../../../src/kv/table/runTableChanges';
import {
  changesOfCells,
  copiesOf,
  deletionsOf,
  type TableChanges,
} from '../../../src/kv/table/tableChanges';
import { FakeKvConnection } from '../fakeKvConnection';

const { signal } = new AbortController();
let connection: FakeKvConnection;

beforeEach(() => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B', history: 5 });
});

async function rows(...keys: string[]): Promise<TableRow[]> {
  const entries = await connection.getMany('B', keys);
  return keys.map((key, at) => ({ key, info: entries[at], entry: entries[at] }));
}

function set(typed: string, path: readonly string[] = ['n']) {
  return () => [{ column: `value.${path.join('.')}`, path, typed }];
}

async function carriedOut({ changes }: TableChanges, isAtomic = false) {
  const { created } = await connection.bucketStatus('B');
  const place = { connection: connection as KvConnection, bucket: 'B', bucketCreated: created };
  const ran = await runTableChanges(place, changes, { isAtomic, signal });
  const kinds = ran.outcomes.map((outcome) =>
    outcome.kind === 'skipped' ? outcome.why : outcome.kind,
  );
  const before = new Map(changes.map((each) => [each.change.key, each.before]));
  const undo = () => {
    const back = undoOf(changes, ran.outcomes, (key) => before.get(key));
    return runTableChanges(place, back, { isAtomic: false, signal });
  };
  return { ...ran, kinds, undo };
}

function stored(...keys: string[]): (string | undefined)[] {
  return keys.map((key) => connection.foreignGet('B', key));
}

describe('what is typed into several rows', () => {
  it('changes one place of each value and no other byte, and is undone', async () => {
    connection.foreignPut('B', 'a', '{ "n": 1.0, "m" : [1] }');
    connection.foreignPut('B', 'b', '{"n":2}');
    const changes = changesOfCells(await rows('a', 'b'), set('7.50'));
    expect(changes.left).toEqual([]);
    const { kinds, undo } = await carriedOut(changes);
    expect(kinds).toEqual(['done', 'done']);
    expect(stored('a', 'b')).toEqual(['{ "n": 7.50, "m" : [1] }', '{"n":7.50}']);
    await undo();
    expect(stored('a', 'b')).toEqual(['{ "n": 1.0, "m" : [1] }', '{"n":2}']);
  });

  it('leaves alone what cannot take it, and says why', async () => {
    connection.foreignPut('B', 'a', '{"n":7}');
    connection.foreignPut('B', 'b', 'no JSON');
    connection.foreignPut('B', 'c', '{"m":1}');
    connection.foreignPut('B', 'd', '{"n":{}}');
    connection.foreignPut('B', 'e', '{"n":true}');
    connection.foreignPut('B', 'f', '{"n":1}');
    connection.foreignMark('B', 'f', 'DEL');
    connection.foreignPut('B', 'g', '{"n":1}');
    const seen = await rows('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const unread = { ...seen[6], key: 'g', entry: undefined } as TableRow;
    const { changes, left } = changesOfCells([...seen.slice(0, 6), unread], set('7'));
    expect(changes).toEqual([]);
    expect(left.map(({ key, why }) => `${key} ${why}`)).toEqual([
      ...[
        'a unchanged',
        'b notJson',
        'c missing',
        'd notScalar',
        'e notBoolean',
        'f gone',
        'g unread',
      ],
    ]);
  });

  it('takes several cells of a row together, or none of them', async () => {
    connection.foreignPut('B', 'a', '{"n":1,"s":"x"}');
    const cells = (number: string) => () => [...set(number)(), ...set('y', ['s'])()];
    expect(changesOfCells(await rows('a'), cells('x')).left).toEqual([
      { key: 'a', why: 'notNumber' },
    ]);
    await carriedOut(changesOfCells(await rows('a'), cells('2')));
    expect(stored('a')).toEqual(['{"n":2,"s":"y"}']);
  });

  it('skips a row that somebody changed meanwhile, and no other', async () => {
    ['a', 'b', 'c'].forEach((key) => connection.foreignPut('B', key, '{"n":1}'));
    const changes = changesOfCells(await rows('a', 'b', 'c'), set('2'));
    connection.foreignPut('B', 'b', '{"n":5}');
    const { kinds, undo } = await carriedOut(changes);
    expect(kinds).toEqual(['done', 'changed', 'done']);
    expect(stored('a', 'b', 'c')).toEqual(['{"n":2}', '{"n":5}', '{"n":2}']);
    connection.foreignPut('B', 'c', '{"n":9}');
    const undone = await undo();
    expect(undone.result.done.count).toBe(1);
    expect(stored('a', 'b', 'c')).toEqual(['{"n":1}', '{"n":5}', '{"n":9}']);
  });

  it('is all or nothing in a bucket that takes batches', async () => {
    connection.foreignUpdateBucket('B', { stream: { allow_atomic: true } });
    ['a', 'b'].forEach((key) => connection.foreignPut('B', key, '{"n":1}'));
    const changes = changesOfCells(await rows('a', 'b'), set('2'));
    connection.foreignPut('B', 'b', '{"n":5}');
    expect((await carriedOut(changes, true)).kinds).toEqual(['left', 'changed']);
    expect(stored('a', 'b')).toEqual(['{"n":1}', '{"n":5}']);
    const again = changesOfCells(await rows('a', 'b'), set('2'));
    expect((await carriedOut(again, true)).kinds).toEqual(['done', 'done']);
    expect(stored('a', 'b')).toEqual(['{"n":2}', '{"n":2}']);
  });

  it('is not written into a bucket that was made again under the same revisions', async () => {
    connection.foreignPut('B', 'a', '{"n":1}');
    const { changes } = changesOfCells(await rows('a'), set('2'));
    connection.foreignDeleteBucket('B');
    connection.foreignCreateBucket({ name: 'B' });
    connection.foreignPut('B', 'a', '{"n":3}');
    const place = { connection: connection as KvConnection, bucket: 'B', bucketCreated: -1 };
    for (const isAtomic of [false, true]) {
      const { outcomes } = await runTableChanges(place, changes, { isAtomic, signal });
      expect(outcomes.map(({ kind }) => kind)).toEqual(['refused']);
    }
    expect(stored('a')).toEqual(['{"n":3}']);
  });
});

describe('rows that are deleted', () => {
  it('come back by Undo, unless somebody wrote them since', async () => {
    connection.foreignPut('B', 'a', '1');
    connection.foreignPut('B', 'b', '2');
    const { kinds, undo } = await carriedOut(deletionsOf(await rows('a', 'b')));
    expect(kinds).toEqual(['done', 'done']);
    expect(stored('a', 'b')).toEqual([undefined, undefined]);
    connection.foreignPut('B', 'b', 'new');
    await undo();
    expect(stored('a', 'b')).toEqual(['1', 'new']);
  });

  it('stay where they were changed meanwhile', async () => {
    connection.foreignPut('B', 'a', '1');
    const changes = deletionsOf(await rows('a'));
    connection.foreignPut('B', 'a', '2');
    expect((await carriedOut(changes)).kinds).toEqual(['changed']);
    expect(stored('a')).toEqual(['2']);
  });
});

describe('rows that are duplicated', () => {
  async function copies(typed: string, ...keys: string[]): Promise<TableChanges> {
    const nameOf = copyNameOf(typed);
    if (!nameOf) {
      throw new Error('no name');
    }
    const entries = await connection.getMany('B', keys.map(nameOf));
    const there = new Map(keys.map((key, at) => [nameOf(key), entries[at]]));
    return copiesOf(await rows(...keys), nameOf, (key) => there.get(key));
  }

  it('get new keys, over the markers of deleted ones too', async () => {
    connection.foreignPut('B', 'a', '1');
    connection.foreignPut('B', 'b', '2');
    connection.foreignPut('B', 'x.b', 'old');
    connection.foreignMark('B', 'x.b', 'DEL');
    const { kinds, undo } = await carriedOut(await copies('x.{key}', 'a', 'b'));
    expect(kinds).toEqual(['done', 'done']);
    expect(stored('x.a', 'x.b')).toEqual(['1', '2']);
    await undo();
    expect(stored('x.a', 'x.b', 'a', 'b')).toEqual([undefined, undefined, '1', '2']);
  });

  it('take no key that is there, and that somebody makes meanwhile', async () => {
    connection.foreignPut('B', 'a', '1');
    connection.foreignPut('B', 'a-copy', 'mine');
    const there = await copies('{key}-copy', 'a');
    expect(there.left).toEqual([{ key: 'a', why: 'exists' }]);
    const planned = await copies('{key}.2', 'a');
    connection.foreignPut('B', 'a.2', 'theirs');
    expect((await carriedOut(planned)).kinds).toEqual(['changed']);
    expect(stored('a-copy', 'a.2')).toEqual(['mine', 'theirs']);
  });

  it('need a name with the key in it, and something else', () => {
    expect(copyNameOf('x')).toBeUndefined();
    expect(copyNameOf(' {key} ')).toBeUndefined();
    expect(copyNameOf('{key}.{key}')?.('a$&')).toBe('a$&.a$&');
  });

  it('leave alone what can be no key', async () => {
    connection.foreignPut('B', 'a', '1');
    const nameOf = (key: string): string => `${key}..b`;
    expect(copiesOf(await rows('a'), nameOf, () => undefined).left).toEqual([
      { key: 'a', why: 'badKey' },
    ]);
    const same = (): string => 'one';
    connection.foreignPut('B', 'b', '1');
    expect(copiesOf(await rows('a', 'b'), same, () => undefined).left).toEqual([
      { key: 'b', why: 'twice' },
    ]);
  });
});

describe('what is pasted', () => {
  it.each([
    ['x', [['x']]],
    ['x\r\n', [['x']]],
    ['say "hi"', [['say "hi"']]],
    [
      'a\tb\nc\td\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a\t\r\n\tb\r\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['"a\tb"\t"c ""d"""\n', [['a\tb', 'c "d"']]],
    ['1\n2\n\n4', [['1'], ['2'], [''], ['4']]],
    ['', [['']]],
  ])('of %j is cells', (text, cells) => {
    expect(pastedCells(text)).toEqual(cells);
  });

  it('is one cell for all that is selected, or as many as there are', () => {
    expect(pastedAt([['x']], 3, 2)).toBe('x');
    expect(pastedAt([['a', 'b'], ['c']], 1, 1)).toBeUndefined();
    expect(pastedAt([['a', 'b'], ['c']], 1, 0)).toBe('c');
  });
});
