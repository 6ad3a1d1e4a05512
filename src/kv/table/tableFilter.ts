import { parseKeyFilter } from '../find/keyFilter';
import { isRuleProblem, parseRule } from '../rules/parseRule';
import type { Rule } from '../rules/rule';

/** What is typed into the filter of a table: keys by a text or a pattern, or a condition. */
export type TableFilter =
  | { readonly kind: 'none' }
  | { readonly kind: 'keys'; readonly matches: (key: string) => boolean }
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'problem'; readonly problem: string };

/** Reads a filter: `orders.*.>`, a part of a key, or `value.total > 100 && age < 1h`. */
export function parseTableFilter(typed: string): TableFilter {
  const text = typed.trim();
  if (text === '') {
    return { kind: 'none' };
  }
  const rule = parseRule(text);
  if (!isRuleProblem(rule)) {
    return { kind: 'rule', rule };
  }
  // No key has a space or one of these signs in it.
  if (/[\s()"]|[<=!]/.test(text)) {
    return { kind: 'problem', problem: rule.problem };
  }
  const parsed = parseKeyFilter(text);
  return parsed.kind === 'filter'
    ? { kind: 'keys', matches: parsed.filter.matches }
    : { kind: 'problem', problem: parsed.kind === 'problem' ? parsed.reason : rule.problem };
}
