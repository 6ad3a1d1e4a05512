import { afterEach, describe, expect, it, vi } from 'vitest';
import { confirmTransfer } from '../../../../src/extension/commands/keys/transferPlan';
import type { Transfer } from '../../../../src/extension/commands/keys/transferKeys';
import { KeyBench } from './keyBench';

afterEach(() => vi.restoreAllMocks());

function renames(bench: KeyBench, count: number): Transfer[] {
  return Array.from({ length: count }, (_, at) => ({
    from: bench.key('b', `ren.k${at}`),
    to: bench.key('b', `ren2.k${at}`),
  }));
}

describe('the plan of a transfer', () => {
  it('shows what becomes of the first keys and how many follow, before many are renamed', async () => {
    const bench = await KeyBench.start();
    bench.answer('Rename', undefined);
    const many = renames(bench, 2_000);

    expect(await confirmTransfer('move', 'Rename', many)).toBe(true);
    expect(bench.asked[0]).toMatch(/^Rename 2,000 keys to b on local\? ren\.k0 → ren2\.k0\n/);
    expect(bench.asked[0]).toContain('and 1,995 more');
    expect(await confirmTransfer('move', 'Rename', many)).toBe(false);
  });

  it('does not ask for a few keys', async () => {
    const bench = await KeyBench.start();
    bench.answer();

    expect(await confirmTransfer('move', 'Rename', renames(bench, 3))).toBe(true);
    expect(bench.asked).toEqual([]);
  });

  it('asks for one key that is renamed, and for two that are copied, in production', async () => {
    const bench = await KeyBench.start('prod', 'production');
    bench.answer(undefined, undefined);

    expect(await confirmTransfer('move', 'Rename', renames(bench, 1))).toBe(false);
    expect(await confirmTransfer('copy', 'Copy', renames(bench, 2))).toBe(false);
    expect(await confirmTransfer('copy', 'Copy', renames(bench, 1))).toBe(true);
    expect(bench.asked[0]).toMatch(/^PRODUCTION: Rename ren\.k0 to b on prod\?/);
  });
});
