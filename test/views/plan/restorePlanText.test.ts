import { expect, it } from 'vitest';
import { planRestore } from '../../../src/kv/asOf/planRestore';
import { restorePlanText } from '../../../src/views/plan/restorePlanText';
import { FakeKvConnection } from '../../kv/fakeKvConnection';

const { signal } = new AbortController();
const now = 3_600_000_000;

async function textAfter(history: number): Promise<string[]> {
  const connection = new FakeKvConnection({ now: () => now });
  await connection.createBucket({ name: 'b', history });
  connection.foreignPut('b', 'changed', 'then');
  connection.foreignPut('b', 'gone', 'value');
  connection.foreignMark('b', 'back', 'DEL');
  const revision = connection.foreignPut('b', 'same', 'x');
  connection.foreignPut('b', 'changed', 'now');
  connection.foreignMark('b', 'gone', 'DEL');
  connection.foreignPut('b', 'back', 'again');
  connection.foreignPut('b', 'new', 'value');
  connection.foreignPut('b', 'new', 'value');
  connection.foreignPut('b', 'new', 'value');
  const query = { moment: { kind: 'revision', revision }, filter: '>' } as const;
  const plan = await planRestore(connection, 'b', query, { signal });
  const context = { title: 'Restore b to r4', place: 'b · local', perSecond: 0, now };
  return restorePlanText(plan, context).split('\n');
}

it('tells what is put back, what goes, and what is not known', async () => {
  expect(await textAfter(2)).toEqual([
    '# Restore b to r4',
    '#',
    '# To put back: 2 values, 9 B. To delete, since they had no value then: 1 key.',
    '# As they were: 1 key.',
    '# Not known, left as they are: 1 key. The history holds nothing of then.',
    '# In b · local.',
    '# Undo brings back what these keys have now, as long as the history has it.',
    '# A key that is changed meanwhile is skipped, never written over.',
    '',
    '# Keys: 3',
    '+changed r1: 4 B, now, over r5',
    '+gone r2: 5 B, now, deleted by r6',
    '-back r7: 5 B',
    '',
    '# Not known, left as they are: 1',
    '  new',
    '',
  ]);
});

it('says where nothing is left of what was then', async () => {
  const text = await textAfter(1);
  expect(text).toContain('# This cannot be undone.');
  expect(text).toContain(
    '# To put back: 0 values, 0 B. To delete, since they had no value then: 0 keys.',
  );
});
