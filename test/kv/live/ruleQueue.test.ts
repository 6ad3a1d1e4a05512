import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveRules } from '../../../src/kv/live/liveRules';
import { RuleQueue } from '../../../src/kv/live/ruleQueue';
import { change, entry } from './liveChanges';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue on a clock that goes on by so many milliseconds with each look at it, and what it told. */
function setUp(msPerLook: number) {
  const rules = new LiveRules();
  rules.set([{ condition: 'value.last == true', notify: true }]);
  let time = 0;
  const queue = new RuleQueue(rules, () => (time += msPerLook));
  const matched: number[] = [];
  queue.onDidMatch((match) => matched.push(match.change.entry.revision));
  return { queue, matched };
}

const changes = Array.from({ length: 60 }, (_, at) =>
  change('k', '', { entry: entry('k', '{"last":true}', { revision: at + 1 }) }),
);
const all = changes.map(({ entry: { revision } }) => revision);

it('takes turns over changes that take long to look at, and misses none', () => {
  const { queue, matched } = setUp(8);
  queue.add(changes.slice(0, 50));
  expect(matched).toEqual([1, 2]);
  // What comes meanwhile waits for its turn.
  queue.add(changes.slice(50));
  expect(matched).toEqual([1, 2]);
  vi.runAllTimers();
  expect(matched).toEqual(all);
});

it('looks at what takes no time in one turn', () => {
  const { queue, matched } = setUp(0);
  queue.add(changes);
  expect(matched).toEqual(all);
});

it('looks at nothing any more once it is disposed', () => {
  const { queue, matched } = setUp(8);
  queue.add(changes);
  queue.dispose();
  expect(vi.getTimerCount()).toBe(0);
  expect(matched).toEqual([1, 2]);
});
