import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  moveBack,
  transferKeys,
  type DoneTransfer,
} from '../../../../src/extension/commands/keys/transferKeys';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let done: readonly DoneTransfer[];

beforeEach(async () => {
  bench = await KeyBench.start();
  bench.put('b', 'old', 'value');
  const place = { session: bench.session, bucket: 'b' };
  const transfer = { from: { ...place, key: 'old' }, to: { ...place, key: 'new' } };
  done = await transferKeys(bench.log, 'move', [transfer]);
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

describe('undoing a move', () => {
  it('brings the key back', async () => {
    expect(await moveBack(bench.log, done)).toHaveLength(1);

    expect(await bench.value('b', 'old')).toBe('value');
    expect(await bench.value('b', 'new')).toBeUndefined();
  });

  it('leaves what was written at the new place since then, and says so', async () => {
    bench.put('b', 'new', 'of a service');

    expect(await moveBack(bench.log, done)).toEqual([]);

    expect(await bench.value('b', 'new')).toBe('of a service');
    expect(await bench.value('b', 'old')).toBeUndefined();
    expect(bench.errors).toEqual([
      'Nothing was undone: new: it was written again since then, and was left as it is.',
    ]);
  });

  it('leaves what was written at the old place since then, and asks nothing', async () => {
    bench.answer();
    bench.put('b', 'old', 'of a service');

    expect(await moveBack(bench.log, done)).toEqual([]);

    expect(await bench.value('b', 'old')).toBe('of a service');
    expect(await bench.value('b', 'new')).toBe('value');
    expect(bench.asked).toEqual([]);
    expect(bench.errors[0]).toMatch(/^Nothing was undone: new: old was written again since then/);
  });

  it('moves nothing in a bucket that was made again, whose revisions are others', async () => {
    const before = done.map((each) => ({
      ...each,
      written: { ...each.written, bucketCreated: 1 },
    }));

    expect(await moveBack(bench.log, before)).toEqual([]);

    expect(await bench.value('b', 'new')).toBe('value');
    expect(bench.errors[0]).toMatch(/its bucket was deleted and made again meanwhile/);
  });
});
