import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveRow } from '../../../src/kv/sync/resolveRow';
import type { SyncPlan } from '../../../src/kv/sync/planSync';
import type { SyncRow } from '../../../src/kv/sync/syncRows';
import { SyncBench } from './syncBench';

type Step =
  | { readonly kind: 'here' | 'there'; readonly key: string; readonly isGone: boolean }
  | { readonly kind: 'plan'; readonly direction: 'pull' | 'push' }
  | { readonly kind: 'run' | 'merge' | 'forget' };

const keys = ['a', 'A', 'b.c', 'b'];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('here' as const, 'there' as const),
      key: fc.constantFrom(...keys),
      isGone: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('plan' as const),
      direction: fc.constantFrom('pull' as const, 'push' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('run' as const, 'merge' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
);

/** What a side has seen of a key: the edits that its value, or its absence, was made in knowledge of. */
type Seen = ReadonlySet<number>;
const nothing: Seen = new Set();

/**
 * Runs a program on a real folder and the fake bucket, and keeps beside it which edits each side knows of.
 * A side's value may only be replaced by one that was made in knowledge of it.
 */
class Program {
  private edits = 0;
  private readonly seen = {
    here: new Map<string, Seen>(),
    there: new Map<string, Seen>(),
  };
  private plan: SyncPlan | undefined;

  constructor(private readonly bench: SyncBench) {}

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'here':
      case 'there':
        return this.edit(step.kind, step.key, step.isGone);
      case 'plan':
        await this.noteSame();
        this.plan = await this.bench.plan(step.direction);
        return;
      case 'run':
        return this.run();
      case 'merge':
        return this.merge();
      case 'forget':
        return rm(join(this.bench.root, 'storage'), { recursive: true, force: true });
    }
  }

  /** Where neither side has anything, none can lose anything. */
  private async noteSame(): Promise<void> {
    for (const key of keys) {
      const isNowhere =
        (await this.pathOf(key)) === undefined && (await this.bench.valueOf(key)) === undefined;
      if (isNowhere) {
        const both = new Set([...this.seenBy('here', key), ...this.seenBy('there', key)]);
        this.seen.here.set(key, both);
        this.seen.there.set(key, both);
      }
    }
  }

  private async edit(side: 'here' | 'there', key: string, isGone: boolean): Promise<void> {
    const id = ++this.edits;
    const text = JSON.stringify({ key, id });
    const path = await this.pathOf(key);
    const isThere =
      side === 'here' ? path !== undefined : (await this.bench.valueOf(key)) !== undefined;
    if (isGone && !isThere) {
      return;
    }
    this.seen[side].set(key, new Set([...this.seenBy(side, key), id]));
    if (side === 'there') {
      if (isGone) {
        this.bench.delete(key);
      } else {
        this.bench.put(key, text);
      }
    } else if (isGone) {
      await this.bench.remove(path ?? '');
    } else {
      // Somebody who writes a file by hand names it by its key.
      await this.bench.write(path ?? `${key.replaceAll('.', '/')}.json`, text);
    }
  }

  private async run(): Promise<void> {
    const { plan } = this;
    this.plan = undefined;
    if (!plan) {
      return;
    }
    const result = await this.bench.run(plan);
    expect(result.refused.count).toBe(0);
    const [from, to] =
      plan.direction === 'pull' ? (['there', 'here'] as const) : (['here', 'there'] as const);
    for (const { key } of result.done.rows) {
      const act = plan.targets.rows.find((row) => row.key === key)?.act;
      this.replaced(key, from, to, act === 'create');
    }
  }

  /** What was replaced has to be known to what replaced it; where nothing was, nothing can be lost. */
  private replaced(
    key: string,
    from: 'here' | 'there',
    to: 'here' | 'there',
    isNew: boolean,
  ): void {
    const [before, after] = [this.seenBy(to, key), this.seenBy(from, key)];
    expect(isNew ? [] : [...before].filter((id) => !after.has(id))).toEqual([]);
    this.seen[to].set(key, after);
  }

  /** Merges every conflict, in knowledge of both sides. */
  private async merge(): Promise<void> {
    const comparison = await this.bench.compare();
    for (const row of comparison.sorted().filter(({ state }) => state === 'both')) {
      const entry = await this.bench.connection.get('b', row.key);
      const content = mergedOf(row, ++this.edits);
      const merge = { comparison, row, entry, content, isUnsaved: () => false };
      expect(await resolveRow(merge)).toBeUndefined();
      const all = [...this.seenBy('here', row.key), ...this.seenBy('there', row.key), this.edits];
      this.seen.here.set(row.key, new Set(all));
    }
  }

  /** In the end both sides can be made the same, by what knows of every edit. */
  async settle(): Promise<void> {
    await this.merge();
    await this.noteSame();
    for (const direction of ['pull', 'push'] as const) {
      this.plan = await this.bench.plan(direction);
      await this.run();
    }
    expect(await this.bench.states()).toEqual({});
    for (const key of keys) {
      const path = await this.pathOf(key);
      const text = path === undefined ? undefined : await this.bench.read(path);
      const value = await this.bench.valueOf(key);
      expect(text && (JSON.parse(text) as unknown)).toEqual(value && JSON.parse(value));
    }
  }

  private seenBy(side: 'here' | 'there', key: string): Seen {
    return this.seen[side].get(key) ?? nothing;
  }

  private async pathOf(key: string): Promise<string | undefined> {
    const { folder } = (await this.bench.compare()).parts;
    return folder.byKey.get(key)?.path;
  }
}

function mergedOf({ key, file }: SyncRow, id: number): Uint8Array | undefined {
  return file ? Buffer.from(JSON.stringify({ key, id, merged: true })) : undefined;
}

describe('any order of edits, pulls, pushes and merges', () => {
  it('replaces no value but by one that was made in knowledge of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const bench = await SyncBench.start();
        const program = new Program(bench);
        for (const each of steps) {
          await program.step(each);
        }
        await program.settle();
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});
