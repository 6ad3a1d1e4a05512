import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveLog } from '../../../src/kv/live/liveLog';
import { LiveRows, type ChangeRow } from '../../../src/kv/live/liveRows';
import { change } from './liveChanges';

function setUp(maxEntries = 1_000) {
  const log = new LiveLog({ maxEntries, maxBytes: Infinity });
  const isMarked = () => false;
  return { log, rows: new LiveRows(log, { maxRows: () => maxEntries, isMarked }) };
}

function rowOf(rows: LiveRows, id: number): ChangeRow | undefined {
  const row = rows.get(id);
  return row?.kind === 'change' ? row : undefined;
}

function shown(rows: LiveRows) {
  return Array.from({ length: rows.count }, (_, at) => {
    const row = rowOf(rows, rows.first + at);
    return { key: row?.change.entry.key, count: row?.count };
  });
}

describe('LiveRows', () => {
  it('gives each change a row of its own at a readable rate', () => {
    const { log, rows } = setUp();
    ['a', 'a', 'b'].forEach((key, at) => log.append(change(key, '', { at: at * 300 })));
    rows.advance();
    expect(shown(rows).map(({ key, count }) => [key, count])).toEqual([
      ['a', 1],
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('groups by key above it, with what the key held before the first change', () => {
    const { log, rows } = setUp();
    for (let number = 0; number < 100; number++) {
      const previous = change('hot', String(number)).entry;
      log.append(change('hot', String(number + 1), { previous }));
    }
    rows.advance();
    expect(rows.count).toBe(10);
    const last = rowOf(rows, rows.first + 9);
    expect(last?.count).toBe(91);
    expect(new TextDecoder().decode(last?.before?.value)).toBe('9');
    expect(new TextDecoder().decode(last?.change.entry.value)).toBe('100');
  });

  it('puts another row in the place of one that was seen, so that it is known to have changed', () => {
    const { log, rows } = setUp();
    const tell = (count: number): void => {
      Array.from({ length: count }, () => log.append(change('hot')));
      rows.advance();
    };
    tell(20);
    const seen = rowOf(rows, rows.first + 9);
    tell(5);
    const later = rowOf(rows, rows.first + 9);
    expect(later).not.toBe(seen);
    expect([seen?.count, later?.count]).toEqual([11, 16]);
  });

  it('groups nothing across watches', () => {
    const { log, rows } = setUp();
    for (let number = 0; number < 60; number++) {
      log.append(change('k', '', { watch: (number % 2) + 1 }));
    }
    rows.advance();
    const watches = Array.from({ length: rows.count }, (_, at) => rowOf(rows, at)?.change.watch);
    expect(new Set(watches).size).toBe(2);
    expect(shown(rows).reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(60);
  });

  it('shows every kept change in some row, however the work is cut up', () => {
    const bursts = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c', 'd'),
        wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 700 })),
        cut: fc.boolean(),
      }),
      { maxLength: 150 },
    );
    fc.assert(
      fc.property(bursts, (steps) => {
        const piecewise = setUp();
        const atOnce = setUp();
        let at = 0;
        for (const { key, wait, cut } of steps) {
          at += wait;
          piecewise.log.append(change(key, '', { at }));
          atOnce.log.append(change(key, '', { at }));
          if (cut) {
            piecewise.rows.advance(() => true);
          }
        }
        while (!piecewise.rows.advance(() => true));
        atOnce.rows.advance();
        expect(shown(piecewise.rows)).toEqual(shown(atOnce.rows));
        expect(shown(atOnce.rows).reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(
          steps.length,
        );
      }),
    );
  });

  it('drops rows with the changes that fall off the log, and keeps the ids of the others', () => {
    const { log, rows } = setUp(20);
    for (let number = 0; number < 50; number++) {
      log.append(change(`k${number}`, '', { at: number * 2_000 }));
      rows.advance();
    }
    expect(rows.count).toBe(20);
    expect(rows.first).toBe(30);
    expect(rowOf(rows, 30)?.change.entry.key).toBe('k30');
  });

  it('shows what passes the filter, of what is there and of what comes', () => {
    const { log, rows } = setUp();
    ['a', 'b'].forEach((key) => log.append(change(key)));
    rows.advance();
    rows.setFilter(({ entry }) => entry.key === 'b');
    log.append(change('b', '', { at: 5_000 }));
    log.append(change('c', '', { at: 5_000 }));
    rows.advance();
    expect(shown(rows).map(({ key }) => key)).toEqual(['b', 'b']);
    expect(rows.passed).toBe(2);
  });

  it('is empty when the log was cleared', () => {
    const { log, rows } = setUp();
    log.append(change('a'));
    rows.advance();
    log.clear();
    rows.advance();
    expect(rows.count).toBe(0);
  });

  it('has a row for an outage between the changes before and after it, whatever the filter', () => {
    const { log, rows } = setUp();
    const outage = { watch: 1, from: 1, to: 2, revision: 1, caughtUp: 0, dropped: 0 };
    const kinds = () =>
      Array.from({ length: rows.count }, (_, at) => {
        const row = rows.get(rows.first + at);
        return row?.kind === 'outage' ? `outage ${row.outage.caughtUp}` : row?.change.entry.key;
      });
    log.append(change('a'));
    rows.advance();
    rows.addOutage({ ...outage, recreated: false });
    rows.advance();
    expect(kinds()).toEqual(['a', 'outage 0']);
    log.append(change('a'));
    log.append(change('b'));
    rows.changeOutage({ ...outage, caughtUp: 2, recreated: false });
    rows.advance();
    expect(kinds()).toEqual(['a', 'outage 2', 'a', 'b']);

    rows.setFilter(({ entry }) => entry.key === 'b');
    rows.advance();
    expect(kinds()).toEqual(['outage 2', 'b']);
    rows.clearOutages();
    rows.advance();
    expect(kinds()).toEqual(['b']);
  });
});
