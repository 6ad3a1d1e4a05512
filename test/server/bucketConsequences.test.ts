import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  streamChange,
  valuesOf,
  type BucketValues,
} from '../../src/kv/config/bucketDocument';
import {
  consequencesOf,
  keptAfter,
  type Consequence,
  type Holdings,
} from '../../src/kv/config/consequences';
import { nanosecondsText } from '../../src/kv/base/nanoseconds';
import { habitsOf, type ServerHabits } from '../../src/kv/config/since';
import { isLive, type KeyInfo } from '../../src/kv/model/entry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { eventually } from '../support/poll';
import type { ForeignNats } from './foreignNats';
import { startSystem } from './system';

const cases = 200;
const seed = 15;
/** How old the old messages are at least when the TTL is set, in milliseconds. */
const oldEnough = 1_500;

const step = fc.record({
  key: fc.integer({ min: 0, max: 5 }),
  act: fc.constantFrom('put', 'put', 'put', 'DEL', 'PURGE'),
  size: fc.integer({ min: 0, max: 40 }),
});

const sketch = fc.record({
  history: fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 10 })),
  storage: fc.constantFrom('file', 'memory'),
  discard: fc.constantFrom('new', 'old'),
  old: fc.array(step, { maxLength: 25 }),
  fresh: fc.array(step, { maxLength: 10 }),
  newHistory: fc.option(fc.integer({ min: 1, max: 10 })),
  hasTtl: fc.boolean(),
  newMaxMessages: fc.option(fc.integer({ min: 1, max: 30 })),
  newMaxValueSize: fc.option(fc.integer({ min: 10, max: 40 })),
});
type Sketch = typeof sketch extends fc.Arbitrary<infer T> ? T : never;

describe('the consequences that are told of a change', () => {
  it('are what happens, whatever is in the bucket', async () => {
    const system = await startSystem();
    const { foreign } = system;
    const connection = await system.connect();
    const { apiLevel } = await connection.accountInfo();
    const { current } = connection.state;
    const version = current.kind === 'connected' ? current.server.version : '';
    const habits = habitsOf({ apiLevel, version, tellsCompression: undefined });
    const sketches = fc.sample(sketch, { numRuns: cases, seed });
    for (const [at, drawn] of sketches.entries()) {
      await make(foreign, `b${at}`, drawn);
    }
    const made = Date.now();
    await eventually(() => Date.now() - made > oldEnough, { message: 'old messages' });
    const kinds = new Set<string>();
    for (const [at, drawn] of sketches.entries()) {
      const told = await changeOne({ habits, foreign, connection, bucket: `b${at}` }, drawn);
      told.forEach((kind) => kinds.add(kind));
    }
    const expected = ['expire', 'historyGoes', 'oldestGo', 'tooLarge'];
    expect([...kinds]).toEqual(expect.arrayContaining(expected));
  });
});

async function make(foreign: ForeignNats, bucket: string, drawn: Sketch): Promise<void> {
  const config = {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    max_msgs_per_subject: drawn.history,
    storage: drawn.storage,
    discard: drawn.discard,
    allow_direct: true,
    allow_rollup_hdrs: true,
  };
  const reply = await foreign.api(`STREAM.CREATE.KV_${bucket}`, JSON.stringify(config));
  expect(reply).not.toContain('"error"');
  await write(foreign, bucket, drawn.old);
}

async function write(foreign: ForeignNats, bucket: string, steps: Sketch['old']): Promise<void> {
  for (const { key, act, size } of steps) {
    await (act === 'put'
      ? foreign.put(bucket, `k${key}`, 'x'.repeat(size))
      : foreign.mark(bucket, `k${key}`, act));
  }
}

interface Parts {
  readonly habits: ServerHabits;
  readonly foreign: ForeignNats;
  readonly connection: KvConnection;
  readonly bucket: string;
}

/** Returns the kinds of consequences that were told, and have come true. */
async function changeOne(
  { habits, foreign, connection, bucket }: Parts,
  drawn: Sketch,
): Promise<readonly string[]> {
  const newestOld = (await connection.messages(bucket)).at(-1)?.created ?? Date.now() - oldEnough;
  await write(foreign, bucket, drawn.fresh);
  const status = await connection.bucketStatus(bucket);
  const messages = await connection.messages(bucket);
  const now = status.asOf ?? Date.now();
  const { values, subjects, size, firstTime } = status;
  const holdings: Holdings = { values, subjects, size, firstTime, now, messages, habits };
  const before = valuesOf(bucket, status.streamConfig);
  const after = edited(before, drawn, now - newestOld);
  const changes = changesBetween(bucket, before, after);
  const told = consequencesOf(bucket, before, after, changes, holdings);
  const outcome = await connection.updateBucket(bucket, { stream: streamChange(changes) });
  expect(outcome.kind).toBe('saved');
  const kept = keptAfter(bucket, before, after, holdings) ?? [];
  const left = await eventually(async () => {
    const present = await connection.messages(bucket);
    // What reaches the age meanwhile may have gone too, and nothing else.
    const later = { ...holdings, now: Date.now() + 1_000 };
    const certain = keptAfter(bucket, before, after, later) ?? [];
    expect(revisions(present).filter((each) => !revisions(kept).includes(each))).toEqual([]);
    expect(revisions(certain).filter((each) => !revisions(present).includes(each))).toEqual([]);
    return present;
  });
  const gone = told.reduce((sum, consequence) => sum + lostBy(consequence), 0);
  expect(gone).toBe(messages.length - kept.length);
  const keys = told.map((each) => (each.kind === 'expire' ? (each.keys ?? 0) : 0));
  if (left.length === kept.length && !told.some(({ kind }) => kind === 'oldestGo')) {
    const lost = live(messages).length - live(left).length;
    expect(keys.reduce((sum, each) => sum + each, 0)).toBe(lost);
  }
  return told.map(({ kind }) => kind);
}

function edited(before: BucketValues, drawn: Sketch, age: number): BucketValues {
  const { newHistory, hasTtl, newMaxMessages, newMaxValueSize } = drawn;
  const ttl = nanosecondsText(BigInt(Math.max(100, Math.floor(age) - 1)) * 1_000_000n);
  return {
    ...before,
    ...(newHistory !== null && { history: newHistory }),
    ...(hasTtl && { ttl }),
    ...(newMaxMessages !== null && { maxMessages: newMaxMessages }),
    ...(newMaxValueSize !== null && { maxValueSize: newMaxValueSize }),
  };
}

function revisions(messages: readonly KeyInfo[]): number[] {
  return messages.map(({ revision }) => revision);
}

function live(messages: readonly KeyInfo[]): string[] {
  const last = new Map(messages.map((message) => [message.key, message]));
  return [...last.values()].filter(isLive).map(({ key }) => key);
}

function lostBy(consequence: Consequence): number {
  switch (consequence.kind) {
    case 'historyGoes':
      return consequence.isLater ? 0 : consequence.revisions.number;
    case 'expire':
    case 'oldestGo':
      return consequence.messages.number;
    default:
      return 0;
  }
}
