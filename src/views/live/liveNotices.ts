import * as vscode from 'vscode';
import type { Disposable } from '../../kv/base/event';
import { displayText } from '../../kv/values/displayText';
import type { LiveChange } from '../../kv/live/liveChange';
import type { LiveFeed } from '../../kv/live/liveFeed';
import type { LiveRule } from '../../kv/live/liveRules';
import { plainWindow } from '../shown/plainWindow';
import type { Background } from '../../kv/base/background';

/** One notification for each rule in this time; what comes meanwhile is counted in the next. */
const quietMs = 10_000;

/** Owns the notifications of rules; changes only through what the feed tells. */
export class LiveNotices implements Disposable {
  private readonly quiet = new Map<
    string,
    { count: number; last: LiveChange | undefined; readonly timer: ReturnType<typeof setTimeout> }
  >();
  private readonly subscription: Disposable;

  constructor(
    feed: LiveFeed,
    private readonly show: () => PromiseLike<unknown>,
    private readonly inBackground: Background,
  ) {
    this.subscription = feed.onDidMatch(({ rule, change }) => this.match(rule, change));
  }

  dispose(): void {
    this.subscription.dispose();
    this.quiet.forEach(({ timer }) => clearTimeout(timer));
    this.quiet.clear();
  }

  private match(rule: LiveRule, change: LiveChange): void {
    if (!rule.notify) {
      return;
    }
    const waiting = this.quiet.get(rule.condition);
    if (waiting) {
      waiting.count++;
      waiting.last = change;
      return;
    }
    this.beQuiet(rule);
    this.inBackground('tell of a rule of Live', this.notify(rule, change, 1));
  }

  private beQuiet(rule: LiveRule): void {
    const timer = setTimeout(() => this.endQuiet(rule), quietMs);
    this.quiet.set(rule.condition, { count: 0, last: undefined, timer });
  }

  private endQuiet(rule: LiveRule): void {
    const { count = 0, last } = this.quiet.get(rule.condition) ?? {};
    this.quiet.delete(rule.condition);
    if (last) {
      this.beQuiet(rule);
      this.inBackground('tell of a rule of Live', this.notify(rule, last, count));
    }
  }

  private async notify(rule: LiveRule, change: LiveChange, count: number): Promise<void> {
    const key = displayText(change.entry.key);
    const text =
      count === 1
        ? vscode.l10n.t('{0} in {1}: {2}', key, change.bucket, rule.condition)
        : vscode.l10n.t(
            '{0} changes, last {1} in {2}: {3}',
            count,
            key,
            change.bucket,
            rule.condition,
          );
    const show = vscode.l10n.t('Show Live');
    if ((await plainWindow.showInformationMessage(text, show)) === show) {
      await this.show();
    }
  }
}
