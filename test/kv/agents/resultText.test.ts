import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/kv/agents/limits';
import { fittingRows, resultText } from '../../../src/kv/agents/resultText';

describe('rows of a result', () => {
  it('are those that fit', () => {
    const rows = Array.from({ length: 100 }, (_, at) => ({
      key: `${at}`,
      text: 'x'.repeat(1_000),
    }));
    const { rows: fitting, left } = fittingRows(rows);
    expect(fitting.length + left).toBe(100);
    expect(fitting.length).toBeGreaterThan(30);
    expect(resultText({ rows: fitting, next: rows[fitting.length - 1]?.key }).length).toBeLessThan(
      limits.result,
    );
  });

  it('are shortened rather than left out where one alone is too large', () => {
    const large = { key: 'a', text: 'x'.repeat(limits.result), revision: 7 };
    const { rows, left } = fittingRows([large, { key: 'b' }]);
    expect(rows).toEqual([{ key: 'a', revision: 7, cut: 'more of it does not fit' }, { key: 'b' }]);
    expect(left).toBe(0);
  });

  it('leave room for the name of the last of them to go on with', () => {
    const rows = Array.from({ length: 20 }, (_, at) => ({
      key: `${at}${'\u202e'.repeat(2_500)}`,
    }));
    const { rows: fitting } = fittingRows(rows);
    expect(fitting.length).toBeGreaterThan(0);
    const next = rows[fitting.length - 1]?.key;
    expect(resultText({ rows: fitting, next }).length).toBeLessThanOrEqual(limits.result);
  });
});
