import type { BucketsState } from '../../../src/kv/session/bucketList';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { ObservableValue } from '../../../src/kv/base/event';
import { KeyFinder } from '../../../src/kv/find/keyFinder';
import { eventually } from '../../support/poll';
import { measureTurns } from '../../support/meters';
import { listedSession } from '../shownTree';
import { type Contender, expectCount } from './measurement';

const typed = ['s', 'sv', 'svc', 'svc0', 'svc01', 'svc01 k', 'svc01 k9', 'web', 'zzzz', 'u04k77'];

/**
 * Types into Go to Key over a listed bucket. `firstMs`: the longest from a keystroke to its first
 * results; `lateMs`: how long after a keystroke the search before it was last heard of.
 */
export const goToKey: Contender = async ({ url, bucket, keys }) => {
  const session = await listedSession(url, bucket);
  const finder = new KeyFinder([withOnly(session, bucket)]);
  const fillStalls = measureTurns();
  const begun = performance.now();
  finder.open();
  await eventually(() => !finder.state.current.busy, { timeoutMs: 30_000, intervalMs: 5 });
  const fillMs = performance.now() - begun;
  const fill = fillStalls();
  expectCount(finder.state.current.progress.keys, keys);
  const stalls = measureTurns();
  const firstMs: number[] = [];
  const allMs: number[] = [];
  for (const text of typed) {
    const keystroke = performance.now();
    finder.type(text);
    await eventually(() => finder.state.current.typed === text, { intervalMs: 1 });
    firstMs.push(performance.now() - keystroke);
    await eventually(() => !finder.state.current.busy, { intervalMs: 1 });
    allMs.push(performance.now() - keystroke);
  }
  const lateMs = await typeFast(finder);
  const stall = stalls();
  finder.dispose();
  await session.disconnect();
  return {
    ms: Math.max(...allMs),
    firstMs: Math.max(...firstMs),
    lateMs,
    ...stall,
    fillMs,
    fillStallMs: fill.stallMs,
    fillBusyMs: fill.busyMs,
  };
};

/** The session as it would be if its server had no other bucket. */
function withOnly(session: ConnectionSession, bucket: string): ConnectionSession {
  const { current } = session.buckets;
  const all = current.kind === 'loaded' ? current.buckets : [];
  const buckets = all.filter(({ name }) => name === bucket);
  const own = { buckets: new ObservableValue<BucketsState>({ kind: 'loaded', buckets }) };
  return Object.assign(Object.create(session) as ConnectionSession, own);
}

/** Types each text one turn after the other; a search that was typed over must not be heard of again. */
async function typeFast(finder: KeyFinder): Promise<number> {
  let late = 0;
  let current = { text: '', at: 0 };
  const subscription = finder.state.onDidChange((state) => {
    late = state.typed === current.text ? late : performance.now() - current.at;
  });
  for (const text of [...typed].reverse()) {
    current = { text, at: performance.now() };
    finder.type(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await eventually(() => !finder.state.current.busy, { timeoutMs: 10_000 });
  subscription.dispose();
  return late;
}
