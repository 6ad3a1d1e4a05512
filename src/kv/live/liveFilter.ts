import type { Operation } from '../model/entry';
import { keyMatcher, keyPatternProblem } from '../keys/keyPattern';
import type { LiveChange } from './liveChange';
import { ruleMatcher } from '../rules/matchRule';
import { isRuleProblem, parseRule } from '../rules/parseRule';
import { exactText } from '../values/textForm';

/** What of the log is shown; an empty field lets everything through. */
export interface LiveFilter {
  /** Part of a key or of a value's text, in whatever case. */
  readonly text: string;
  /** A NATS pattern such as `orders.*.>`. */
  readonly key: string;
  readonly operations: readonly Operation[];
  /** A condition such as `value.status == "failed"`. */
  readonly condition: string;
}

/** Why a field of a filter cannot be used. */
export interface FilterProblem {
  readonly field: 'key' | 'condition';
  /** A sentence without a final period. */
  readonly problem: string;
}

export const noFilter: LiveFilter = { text: '', key: '', operations: [], condition: '' };

/** What is wrong with a filter, or undefined. */
export function filterProblem({ key, condition }: LiveFilter): FilterProblem | undefined {
  const problem = key === '' ? undefined : keyPatternProblem(key);
  if (problem !== undefined) {
    return { field: 'key', problem };
  }
  const rule = condition.trim() === '' ? undefined : parseRule(condition);
  return rule && isRuleProblem(rule) ? { field: 'condition', problem: rule.problem } : undefined;
}

/** The changes that a filter lets through; a field with a problem counts as empty. */
export function filterMatcher(filter: LiveFilter): (change: LiveChange) => boolean {
  const tests: ((change: LiveChange) => boolean)[] = [];
  if (filter.operations.length > 0) {
    const wanted = new Set(filter.operations);
    tests.push(({ entry }) => wanted.has(entry.operation));
  }
  if (filter.key !== '' && keyPatternProblem(filter.key) === undefined) {
    const matches = keyMatcher(filter.key);
    tests.push(({ entry }) => matches(entry.key));
  }
  const rule = filter.condition.trim() === '' ? undefined : parseRule(filter.condition);
  if (rule && !isRuleProblem(rule)) {
    tests.push(ruleMatcher(rule));
  }
  if (filter.text !== '') {
    const part = filter.text.toLowerCase();
    tests.push(({ entry }) => {
      const holds = (text: string | undefined) => text?.toLowerCase().includes(part) ?? false;
      return holds(entry.key) || holds(exactText(entry.value));
    });
  }
  return (change) => tests.every((test) => test(change));
}
