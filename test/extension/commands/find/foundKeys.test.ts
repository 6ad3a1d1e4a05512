import { afterEach, describe, expect, it, vi } from 'vitest';
import { window } from 'vscode';
import { foundKeys, type FoundRows } from '../../../../src/extension/commands/find/foundKeys';

afterEach(() => vi.restoreAllMocks());

/** Rows of a search that found these keys, by bucket. */
function found(keys: Readonly<Record<string, readonly string[]>>): FoundRows {
  const session = { id: 'local' };
  return {
    children: (row?: { bucket: string }) =>
      row
        ? keys[row.bucket]?.map((key) => ({ kind: 'findKey', found: { key } }))
        : Object.keys(keys).map((bucket) => ({ kind: 'findBucket', session, bucket })),
  } as unknown as FoundRows;
}

describe('the keys that a search found', () => {
  it('are those of the one bucket that has any', () => {
    const { session, bucket, keys } = foundKeys(found({ B: ['a', 'b'] })) ?? {};
    expect([session?.id, bucket, keys]).toEqual(['local', 'B', ['a', 'b']]);
  });

  it.each([
    ['none', {}, 0],
    ['several', { B: ['a'], C: ['b'] }, 2],
  ])('are not told of %s of the buckets', (_, keys, count) => {
    const show = vi.spyOn(window, 'showInformationMessage');
    expect(foundKeys(found(keys))).toBeUndefined();
    expect(show.mock.calls[0]?.[0]).toBe(
      `Search in one bucket first; what was found is in ${count}.`,
    );
  });
});
