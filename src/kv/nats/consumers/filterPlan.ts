import { isWildcard, patternsOverlap, wildcardMatcher } from '../../keys/wildcardMatcher';
import { checkFilter } from './subjectFilter';

/** What a consumer asks for, below the bucket, and which of what comes is wanted. */
export interface FilterPlan {
  readonly filters: readonly string[];
  wants(key: string): boolean;
}

/**
 * Plans one consumer for several filters, so that all comes in the order of its revisions. A server
 * takes filters that do not overlap (2.10), so others are widened to one. Keys are matched here too,
 * because an older server knows one filter only and delivers everything. Throws `invalidKey`.
 */
export function planFilters(asked: readonly string[] | undefined): FilterPlan {
  const filters = asked?.length ? [...new Set(asked)] : ['>'];
  filters.forEach(checkFilter);
  const patterns = filters.map((filter) => filter.split('.'));
  const [only] = filters;
  if (filters.length === 1 && only !== undefined) {
    return { filters, wants: () => true };
  }
  const matchers = filters.map((filter) => wildcardMatcher(filter, '.'));
  const overlap = patterns.some((a, at) =>
    patterns.slice(at + 1).some((b) => patternsOverlap(a, b)),
  );
  return {
    filters: overlap ? [cover(patterns)] : filters,
    wants: (key) => matchers.some((matches) => matches(key)),
  };
}

/** The narrowest filter of the form `a.b.>` that matches what any of several matches. */
function cover(patterns: readonly (readonly string[])[]): string {
  const [first = []] = patterns;
  // A filter may match the very key that others are below: its last token is not common to all.
  const most = Math.min(...patterns.map(({ length }) => length)) - 1;
  let common = 0;
  const isShared = (token: string) => patterns.every((pattern) => pattern[common] === token);
  while (common < most && isShared(first[common] ?? '') && !isWildcard(first[common] ?? '')) {
    common++;
  }
  return [...first.slice(0, common), '>'].join('.');
}
