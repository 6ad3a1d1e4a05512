import { Emitter, type Disposable } from '../base/event';
import type { LiveChange } from './liveChange';
import type { LiveRule, LiveRules } from './liveRules';

/** Changes are looked at for so long at a time, so that large values hold nothing else up. */
const sliceMs = 15;

/**
 * Owns the changes that the rules have still to look at; changes only through `add`. Tells those that
 * meet one, that with a notification first. What was stored before is no news.
 */
export class RuleQueue implements Disposable {
  private waiting: LiveChange[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly matched = new Emitter<{ rule: LiveRule; change: LiveChange }>();
  readonly onDidMatch = this.matched.event;

  /** `now` is the clock of how long a turn takes, in milliseconds. */
  constructor(
    private readonly rules: LiveRules,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(changes: readonly LiveChange[]): void {
    if (!this.rules.isEmpty) {
      this.waiting.push(...changes.filter(({ origin }) => origin !== 'stored'));
      if (this.timer === undefined) {
        this.look();
      }
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.matched.dispose();
  }

  private look(): void {
    this.timer = undefined;
    const end = this.now() + sliceMs;
    let looked = 0;
    for (const change of this.waiting) {
      const rule = this.rules.noticeOf(change) ?? this.rules.matchOf(change);
      if (rule) {
        this.matched.fire({ rule, change });
      }
      looked++;
      if (this.now() > end) {
        break;
      }
    }
    this.waiting = this.waiting.slice(looked);
    if (this.waiting.length > 0) {
      this.timer = setTimeout(() => this.look());
    }
  }
}
