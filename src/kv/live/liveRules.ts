import type { LiveChange } from './liveChange';
import { ruleMatcher } from '../rules/matchRule';
import { isRuleProblem, parseRule } from '../rules/parseRule';

/** What is pointed out: changes that meet a condition, such as `value.status == "failed"`. */
export interface LiveRule {
  readonly condition: string;
  /** Whether to tell it by a notification too. */
  readonly notify: boolean;
}

interface CompiledRule {
  readonly rule: LiveRule;
  readonly matches: (change: LiveChange) => boolean;
}

/** Owns the rules of the panel; changes only through `set`. */
export class LiveRules {
  private compiled: readonly CompiledRule[] = [];
  private rules: readonly LiveRule[] = [];

  get all(): readonly LiveRule[] {
    return this.rules;
  }

  /** Whether no change can meet one. */
  get isEmpty(): boolean {
    return this.compiled.length === 0;
  }

  /** Sets the rules; one whose condition cannot be parsed is kept and matches nothing. */
  set(rules: readonly LiveRule[]): void {
    this.rules = rules;
    this.compiled = rules.flatMap((rule) => {
      const parsed = parseRule(rule.condition);
      return isRuleProblem(parsed) ? [] : [{ rule, matches: ruleMatcher(parsed) }];
    });
  }

  /** The first rule that a change meets. */
  matchOf(change: LiveChange): LiveRule | undefined {
    return this.compiled.find(({ matches }) => matches(change))?.rule;
  }

  /** The first rule with a notification that a change meets. */
  noticeOf(change: LiveChange): LiveRule | undefined {
    return this.compiled.find(({ rule, matches }) => rule.notify && matches(change))?.rule;
  }
}
