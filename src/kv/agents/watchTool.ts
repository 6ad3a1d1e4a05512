import { delay } from '../base/delay';
import type { Entry } from '../model/entry';
import { isRuleProblem, parseRule } from '../rules/parseRule';
import { ruleMatcher } from '../rules/matchRule';
import type { RuleSubject } from '../rules/rule';
import { cut } from '../values/textDiff';
import { AgentRefusal } from './agentRefusal';
import { factsOf } from './keyTools';
import { limits } from './limits';
import { fittingRows, type ResultValue, type ToolResult } from './resultText';
import { shownEntry, shownValue, textOrWhy } from './shownValue';
import { patternOf, placeOf, type PlaceInput, type ToolContext } from './toolContext';

export interface WatchForInput extends PlaceInput {
  readonly pattern?: string;
  readonly condition?: string;
  readonly seconds: number;
  readonly limit?: number;
}

/** Changes that are looked at in one call. */
const mostLookedAt = 20_000;

/** The next changes that match, once there are enough of them or the time is over. */
export async function watchFor(context: ToolContext, input: WatchForInput): Promise<ToolResult> {
  const place = placeOf(context, input);
  const { filter, isWanted } = patternOf(input.pattern);
  const holds = conditionOf(input.condition);
  const { connection, bucket, session } = place;
  const { signal } = context;
  const { lastRevision } = await connection.bucketStatus(bucket, { signal });
  const { limit = 1 } = input;
  const rows: ResultValue[] = [];
  let seen = 0;
  const end = new AbortController();
  const holding = session.hold();
  const options = { from: lastRevision + 1, filters: [filter], values: true } as const;
  const watch = connection.watch(bucket, options);
  const take = (entry: Entry): void => {
    const shown = place.shown(entry.key);
    const safe = shownEntry(entry, shown, context.policy.rules);
    const isWantedKey = isWanted(entry.key, shown.name);
    const isOne = isWantedKey && holds({ bucket, entry: safe, at: context.now() });
    if (isOne && rows.length < limit) {
      const value = shownValue(entry, shown, context.policy.rules);
      const preview = { value: cut(textOrWhy(value), limits.excerpt) };
      rows.push({ ...factsOf(context, place, entry), ...(entry.operation === 'PUT' && preview) });
    }
  };
  const subscription = watch.onDidChange((changes) => {
    changes.forEach((change) => seen++ < mostLookedAt && rows.length < limit && take(change));
    if (rows.length >= limit || seen >= mostLookedAt) {
      end.abort();
    }
  });
  const stopped = watch.state.onDidChange(({ kind }) => {
    if (kind === 'failed' || kind === 'gone') {
      end.abort();
    }
  });
  try {
    await delay(input.seconds * 1_000, AbortSignal.any([signal, end.signal]));
  } finally {
    subscription.dispose();
    stopped.dispose();
    watch.dispose();
    holding.dispose();
  }
  const { current } = watch.state;
  if (rows.length === 0 && (current.kind === 'failed' || current.kind === 'gone')) {
    throw new AgentRefusal('the bucket cannot be watched, or is gone');
  }
  const { rows: shown, left } = fittingRows(rows);
  const why =
    rows.length >= limit ? 'enough matched' : 'the time is over, or there were too many changes';
  return { changes: shown, seen, ended: why, ...(left > 0 && { leftOut: left }) };
}

function conditionOf(condition: string | undefined): (subject: RuleSubject) => boolean {
  if (condition === undefined) {
    return () => true;
  }
  const rule = parseRule(condition);
  if (isRuleProblem(rule)) {
    throw new AgentRefusal(`condition: ${rule.problem} (character ${rule.position + 1})`);
  }
  return ruleMatcher(rule);
}
