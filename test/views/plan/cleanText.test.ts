import { describe, expect, it } from 'vitest';
import type { CleanRequest } from '../../../src/kv/clean/cleanRequest';
import { planClean, type CleanPlan } from '../../../src/kv/clean/planClean';
import { runClean } from '../../../src/kv/clean/runClean';
import { KvError } from '../../../src/kv/model/errors';
import { cleanPlanText } from '../../../src/views/plan/cleanPlanText';
import { bulkReportText } from '../../../src/views/plan/bulkReportText';
import { FakeKvConnection } from '../../kv/fakeKvConnection';

const { signal } = new AbortController();
const hour = 3_600_000;
const start = 1_000 * hour;

async function setUp({ history = 3, keys = 1 } = {}) {
  let clock = start;
  const connection = new FakeKvConnection({ now: () => clock });
  await connection.createBucket({ name: 'b', history });
  for (let at = 0; at < keys; at++) {
    connection.foreignPut('b', `k.${at}`, 'x'.repeat(10));
  }
  const pass = (milliseconds: number): void => void (clock += milliseconds);
  const plan = (request: CleanRequest): Promise<CleanPlan> =>
    planClean(connection, 'b', request, { signal, now: () => clock });
  const textOf = (of: CleanPlan, perSecond = 0): string[] =>
    cleanPlanText(of, { place: 'b · local', condition: '', perSecond, now: clock }).split('\n');
  return { connection, pass, plan, textOf };
}

describe('the text of a plan to clean', () => {
  it('tells counts, the place, what follows, and each key', async () => {
    const { pass, plan, textOf } = await setUp();
    pass(2 * hour);
    expect(textOf(await plan({ kind: 'delete', pattern: 'k.*' }), 50)).toEqual([
      '# Delete k.* in b',
      '#',
      '# To delete: 1 key with 10 B of values.',
      '# In b · local.',
      '# As of revision 1 the bucket holds 1 message of 1 key, deleted ones included: 13 B.',
      '# A delete marker is written for each key.',
      '# Undo brings values back as long as the history has them: 3 revisions of a key.',
      '# A key that is changed meanwhile is skipped, never written over.',
      '# At most 50 keys a second (natsKv.bulk.maxPerSecond).',
      '',
      '# Keys: 1',
      '-k.0 r1: 10 B, 2 h ago',
      '',
    ]);
  });

  it('says where nothing brings values back', async () => {
    const { plan, textOf } = await setUp({ history: 1 });
    const undone = '# This cannot be undone.';
    expect(textOf(await plan({ kind: 'delete', pattern: '>' }))).toContain(undone);
    const all = textOf(await plan({ kind: 'purgeAll' })).join('\n');
    expect(all).toMatch(/gone for good\. This cannot be undone\.\n/);
  });

  it('names markers by what they are, and histories by what goes of them', async () => {
    const { connection, plan, textOf } = await setUp();
    connection.foreignPut('b', 'k.0', 'newer');
    connection.foreignMark('b', 'old', 'EXPIRED');
    expect(textOf(await plan({ kind: 'compact', olderThanMs: 0 }))).toContain(
      '-old r3: expired, now',
    );
    expect(textOf(await plan({ kind: 'compact', olderThanMs: 30 * 60_000 }))).toEqual(
      expect.arrayContaining([
        '# Compact b: markers older than 30m',
        '# Markers that go: 0; younger ones that stay: 1.',
      ]),
    );
    expect(textOf(await plan({ kind: 'trim', keep: 1 }))).toContain('-k.0: 1 before r2, 10 B');
  });

  it('names the first keys of many, and counts all', async () => {
    const { plan, textOf } = await setUp({ keys: 5_001 });
    const text = textOf(await plan({ kind: 'delete', pattern: '>' }));
    expect(text).toContain('# The first 5,000 of 5,001 keys');
    expect(text.filter((line) => line.startsWith('-'))).toHaveLength(5_000);
  });
});

describe('the report of what was cleaned', () => {
  it('tells what was done, skipped, refused and not known, and what was not begun with', async () => {
    const { connection, plan } = await setUp({ keys: 2 });
    const of = await plan({ kind: 'delete', pattern: '>' });
    connection.foreignPut('b', 'k.1', 'theirs');
    const result = await runClean(of, { signal });
    const text = bulkReportText('Delete', result, ['In b · local.']).split('\n');
    expect(text).toEqual([
      '# Delete',
      '#',
      '# 1 done, 1 skipped, 0 refused, 0 not known.',
      '# In b · local.',
      '',
      '# Skipped: 1',
      '  k.1: changed on the server meanwhile',
      '',
      '# Done: 1',
      '  k.0: r1 -> r4',
      '',
    ]);
  });

  it('says what ended it', async () => {
    const { connection, plan } = await setUp({ keys: 1_000 });
    const of = await plan({ kind: 'delete', pattern: '>' });
    connection.failNext('delete', new KvError('readOnly', 'this connection is read-only'));
    const text = bulkReportText('Delete', await runClean(of, { signal }), []);
    expect(text).toMatch(/\n# Not begun with: \d+ keys, since this connection is read-only\.\n/);
    expect(text).toMatch(/\n# Refused: 1\n {2}k\.0: this connection is read-only\n/);
  });
});
