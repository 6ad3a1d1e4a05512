import { describe, expect, it } from 'vitest';
import type { CleanRequest } from '../../src/kv/clean/cleanRequest';
import type { BulkResult } from '../../src/kv/operations/bulkResult';
import { planClean } from '../../src/kv/clean/planClean';
import { runClean, undoClean } from '../../src/kv/clean/runClean';
import { isRuleProblem, parseRule } from '../../src/kv/rules/parseRule';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { listAll } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import type { ForeignNats } from './foreignNats';
import { linkIs, startSystem } from './system';

const count = 2_000;
const timeout = 120_000;
const { signal } = new AbortController();

describe('cleaning beside a writer, with a restart of the server in the middle', () => {
  it.for<[string, CleanRequest, boolean]>([
    ['delete by pattern', { kind: 'delete', pattern: 'k.>' }, false],
    ['purge all keys', { kind: 'purgeAll' }, false],
    ['trim', { kind: 'trim', keep: 1 }, false],
    ['compact', { kind: 'compact', olderThanMs: 0 }, true],
  ])('%s loses nothing that was written meanwhile', { timeout }, async ([, request, deleted]) => {
    const { connection, foreign, server } = await setUp();
    const planned = await fill(foreign, deleted);
    const plan = await planClean(connection, 'b', request, { signal });
    expect(plan.targets.count).toBe(planned.length);

    const writer = new Writer(foreign, planned);
    let restart: Promise<void> | undefined;
    const result = await runClean(plan, {
      signal,
      onProgress(done) {
        if (done % 7 === 0) {
          writer.write();
        }
        if (done >= count / 4) {
          restart ??= server.restart();
        }
      },
    });
    await restart;
    await linkIs('connected', connection);
    const written = await writer.end();
    expect(written.size).toBeGreaterThan(50);

    // Every write that was acknowledged is the last of its key, or was followed by one that may have been.
    const last = await lastOfAll(connection);
    for (const [key, revision] of written) {
      expect(last.get(key), key).toMatchObject({ operation: 'PUT' });
      expect(last.get(key)?.revision, key).toBeGreaterThanOrEqual(revision);
    }
    expectAccounted(result, planned.length);
    expect(result.refused.rows).toEqual([]);
    expect(result.left).toBe(0);
    const reported = new Set(
      [...result.skipped.rows, ...result.unknown.rows].map(({ key }) => key),
    );
    const untouched = planned.filter((key) => !writer.asked.has(key) && !reported.has(key));
    expect(untouched.length).toBeGreaterThan(count / 4);
    const operations = new Set(untouched.map((key) => last.get(key)?.operation));
    expect(operations).toEqual(new Set([leftBy(request)]));
    // Nobody wrote to these, so that there is nothing to doubt.
    expect([...reported].filter((key) => !writer.asked.has(key))).toEqual([]);
  });

  it('puts back from the history what it has deleted, over a restart', { timeout }, async () => {
    const { connection, foreign, server } = await setUp();
    const planned = await fill(foreign, false);
    const plan = await planClean(connection, 'b', { kind: 'delete', pattern: '>' }, { signal });
    const result = await runClean(plan, { signal });
    expect(result.done.count).toBe(count);
    await foreign.put('b', 'k.0', 'theirs');

    let restart: Promise<void> | undefined;
    const undone = await undoClean(
      { plan, result },
      {
        signal,
        onProgress(done) {
          if (done >= count / 4) {
            restart ??= server.restart();
          }
        },
      },
    );
    await restart;
    await linkIs('connected', connection);
    expectAccounted(undone, count);
    expect(undone.skipped.rows.map(({ key }) => key)).toEqual(['k.0']);
    expect(undone.done.count).toBe(count - 1);
    const last = await lastOfAll(connection);
    expect(planned.filter((key) => last.get(key)?.operation !== 'PUT')).toEqual([]);
    expect(await values(connection, ['k.0', 'k.7'])).toEqual(['theirs', 'second 7']);
  });
});

describe('a plan of a real server', () => {
  it('finds keys by their values and their ages', async () => {
    const { connection, foreign } = await setUp();
    for (let at = 0; at < 300; at++) {
      await foreign.put('b', `order.${at}`, JSON.stringify({ status: at % 3 ? 'open' : 'done' }));
    }
    await foreign.put('b', 'odd:key', '{"status":"done"}');
    const rule = parseRule('value.status == "done" and age < 1d');
    if (isRuleProblem(rule)) {
      throw new Error(rule.problem);
    }
    const plan = await planClean(
      connection,
      'b',
      { kind: 'delete', pattern: '>', rule },
      { signal },
    );
    expect([plan.targets.count, plan.read]).toEqual([101, 301]);
    const result = await runClean(plan, { signal });
    expect(result.done.count).toBe(101);
    expect(await connection.get('b', 'odd:key')).toMatchObject({ operation: 'DEL' });
  });

  it('is refused key by key in a bucket that was sealed meanwhile', async () => {
    const { connection, foreign } = await setUp();
    await foreign.put('b', 'key', 'x');
    const plan = await planClean(connection, 'b', { kind: 'delete', pattern: '>' }, { signal });
    const { config } = await foreign.jsm.streams.info('KV_b');
    const sealed = { ...config, sealed: true, allow_rollup_hdrs: false };
    await foreign.api('STREAM.UPDATE.KV_b', JSON.stringify(sealed));
    const result = await runClean(plan, { signal });
    expect(result.refused.rows[0]?.outcome.error.message).toMatch(/sealed/);
    expect(await connection.get('b', 'key')).toMatchObject({ operation: 'PUT' });
  });
});

async function setUp() {
  const system = await startSystem();
  const connection = await system.connect({ reconnectDelay: () => 20 });
  await connection.createBucket({ name: 'b', history: 5 });
  return { ...system, connection };
}

/** Two values of each key, deleted where that is asked. */
async function fill(foreign: ForeignNats, deleted: boolean): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, at) => `k.${at}`);
  for (const round of ['first', 'second']) {
    await Promise.all(keys.map((key, at) => foreign.put('b', key, `${round} ${at}`)));
  }
  if (deleted) {
    await Promise.all(keys.map((key) => foreign.mark('b', key, 'DEL')));
  }
  return keys;
}

/** Another client, which writes to keys of the plan and to others, and knows what was acknowledged. */
class Writer {
  private readonly acknowledged = new Map<string, number>();
  private readonly writes: Promise<void>[] = [];
  readonly asked = new Set<string>();
  private next = 0;

  constructor(
    private readonly foreign: ForeignNats,
    private readonly keys: readonly string[],
  ) {}

  /** To a key that may have had its turn or not, and to one that is in no plan. */
  write(): void {
    const at = (this.next++ * 1_237) % this.keys.length;
    this.put(this.keys[at] ?? '');
    this.put(`new.${at}`);
  }

  async end(): Promise<ReadonlyMap<string, number>> {
    await Promise.all(this.writes);
    return this.acknowledged;
  }

  private put(key: string): void {
    this.asked.add(key);
    this.writes.push(
      this.foreign.put('b', key, 'theirs').then(
        (revision) => {
          this.acknowledged.set(key, Math.max(revision, this.acknowledged.get(key) ?? 0));
        },
        () => undefined,
      ),
    );
  }
}

async function lastOfAll(connection: KvConnection) {
  const all = await eventually(() => listAll(connection, 'b'), { timeoutMs: 30_000 });
  return new Map(all.map((info) => [info.key, info]));
}

async function values(connection: KvConnection, keys: string[]): Promise<string[]> {
  const entries = await connection.getMany('b', keys);
  return entries.map((entry) => Buffer.from(entry?.value ?? []).toString());
}

function expectAccounted(result: BulkResult, planned: number): void {
  const { done, skipped, refused, unknown, left } = result;
  expect(done.count + skipped.count + refused.count + unknown.count + left).toBe(planned);
}

/** What is the last message of a key that nobody else wrote to. */
function leftBy({ kind }: CleanRequest): string | undefined {
  switch (kind) {
    case 'delete':
      return 'DEL';
    case 'purgeAll':
      return 'PURGE';
    case 'trim':
      return 'PUT';
    case 'compact':
      return undefined;
  }
}
