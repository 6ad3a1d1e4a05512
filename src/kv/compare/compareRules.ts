import { parseJsonPath, type JsonPath } from '../find/jsonPath';
import { keyMatcher, keyPatternProblem } from '../keys/keyPattern';

/**
 * How values are compared. `size`: by their sizes alone, none is read. `bytes`: byte by byte. `meaning`:
 * JSON by what it says, whatever its spaces and the order of its names; all else byte by byte.
 */
export type CompareBy = 'size' | 'bytes' | 'meaning';

export interface CompareRules {
  readonly by: CompareBy;
  /** Patterns of keys that are left out, without the prefix of a side. */
  readonly ignoredKeys: readonly string[];
  /** Paths of JSON values that do not count; only where JSON is compared by meaning. */
  readonly ignoredPaths: readonly string[];
}

export const plainRules: CompareRules = { by: 'meaning', ignoredKeys: [], ignoredPaths: [] };

/** A rule that cannot be read, and why, as a clause. */
export interface RuleProblemAt {
  readonly rule: string;
  readonly reason: string;
}

/** Reads what is to be ignored: patterns of keys (`tmp.>`) and JSON paths (`$.updatedAt`), in any order. */
export function parseIgnored(
  text: string,
): Pick<CompareRules, 'ignoredKeys' | 'ignoredPaths'> | RuleProblemAt {
  const rules = text.split(/[,;]\s*|\s+/).filter((rule) => rule !== '');
  const ignoredKeys: string[] = [];
  const ignoredPaths: string[] = [];
  for (const rule of rules) {
    const reason = rule.startsWith('$') ? pathProblem(rule) : keyPatternProblem(rule);
    if (reason !== undefined) {
      return { rule, reason };
    }
    (rule.startsWith('$') ? ignoredPaths : ignoredKeys).push(rule);
  }
  return { ignoredKeys, ignoredPaths };
}

/** The same as a text that is read back. */
export function ignoredText({ ignoredKeys, ignoredPaths }: CompareRules): string {
  return [...ignoredKeys, ...ignoredPaths].join(', ');
}

/** Whether a key is left out; undefined where none is. */
export function keyIgnorer({ ignoredKeys }: CompareRules): ((key: string) => boolean) | undefined {
  const matchers = ignoredKeys.map((pattern) => keyMatcher(pattern));
  return matchers.length === 0 ? undefined : (key) => matchers.some((matches) => matches(key));
}

export function pathsOf({ ignoredPaths }: CompareRules): JsonPath[] {
  return ignoredPaths.flatMap((text) => {
    const parsed = parseJsonPath(text);
    return 'path' in parsed ? [parsed.path] : [];
  });
}

function pathProblem(text: string): string | undefined {
  const parsed = parseJsonPath(text);
  return 'path' in parsed ? undefined : parsed.reason;
}
