import { describe, expect, it } from 'vitest';
import { diffLines } from '../../../src/views/plan/planDiff';
import { planText, reportText } from '../../../src/views/plan/planText';

describe('a plan', () => {
  it('tells the counts first, then what is left alone and why, then how each value changes', () => {
    const text = planText({
      title: 'Replace "new" with "paid"',
      summary: ['1 match in 1 key changes, 1 left as they are.'],
      changes: [{ name: 'local: B/a', revision: 7, before: 'a\nnew\nb', after: 'a\npaid\nb' }],
      left: [{ name: 'local: B/x\u202e', reason: 'is not text' }],
    });
    expect(text.split('\n')).toEqual([
      '# Replace "new" with "paid"',
      '#',
      '# 1 match in 1 key changes, 1 left as they are.',
      '',
      '# Left as they are: 1',
      '  local: B/x\\u202e: is not text',
      '',
      'local: B/a r7',
      '@@ 1 @@',
      ' a',
      '-new',
      '+paid',
      ' b',
      '',
      '',
    ]);
  });

  it('shows of a large value what changes, and no more lines than can be read', () => {
    const before = Array.from({ length: 500 }, (_, at) => `old ${at}`).join('\n');
    const changes = [{ name: 'a', revision: 1, before, after: before.replaceAll('old', 'new') }];
    const lines = planText({ title: 't', summary: [], changes, left: [] }).split('\n');
    expect(lines.length).toBeLessThan(80);
    expect(lines.join('\n')).toContain('941 more lines');
  });

  it('shows only what is near a change', () => {
    const before = Array.from({ length: 20 }, (_, at) => String(at)).join('\n');
    expect(diffLines(before, before.replace('\n10\n', '\nten\n'))).toEqual([
      ...['@@ 9 @@', ' 8', ' 9', '-10', '+ten', ' 11', ' 12'],
    ]);
  });
});

describe('a report', () => {
  it('tells what was refused and skipped before what was done', () => {
    const text = reportText({
      title: 'Replace',
      summary: ['1 replaced, 1 skipped, 1 refused.'],
      done: [{ name: 'a', revision: 1, now: 4 }],
      skipped: [{ name: 'b', reason: 'changed' }],
      refused: [{ name: 'c', reason: 'not allowed' }],
    });
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      ...['# Replace', '#', '# 1 replaced, 1 skipped, 1 refused.'],
      ...['# Refused: 1', '  c: not allowed', '# Skipped: 1', '  b: changed'],
      ...['# Done: 1', '  a: r1 -> r4'],
    ]);
  });
});
