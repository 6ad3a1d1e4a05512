import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexOfRow, type FilterOf } from '../../../src/extension/commands/rowIndex';
import { parseKeyFilter, type KeyFilter } from '../../../src/kv/find/keyFilter';
import { scopeOfFilter } from '../../../src/views/buckets/keys/keyRows';
import { bucketNode, pinNode, type FolderNode } from '../../../src/views/buckets/rows/nodes';
import { KeyBench } from './keys/keyBench';

let bench: KeyBench;

const unfiltered: FilterOf = () => undefined;

beforeEach(async () => {
  bench = await KeyBench.start('local');
});

afterEach(() => {
  bench.session.dispose();
});

describe('the index of a row', () => {
  it('is made by nobody who only looks', () => {
    expect(indexOfRow(bucketNode(bench.session, 'b'), unfiltered)).toBeUndefined();
    expect(bench.session.knownIndex('b')).toBeUndefined();
  });

  it('is that of its pin, not of the whole bucket', () => {
    const whole = bench.session.index('b');
    const pin = pinNode(bench.session, { bucket: 'b', filter: 'orders.>' }) as FolderNode;
    expect(indexOfRow(pin, unfiltered)).toBeUndefined();
    const pinned = bench.session.index('b', { id: 'orders.>', filter: 'orders.>' });
    expect(indexOfRow(pin, unfiltered)).toBe(pinned);
    expect(pinned).not.toBe(whole);
  });

  it('is that of the filter of its bucket while there is one', () => {
    const { filter } = parseKeyFilter('orders.*') as { filter: KeyFilter };
    const whole = bench.session.index('b');
    const filtered = bench.session.index('b', scopeOfFilter(filter));
    const row = bucketNode(bench.session, 'b');
    expect(indexOfRow(row, () => filter)).toBe(filtered);
    expect(indexOfRow(row, unfiltered)).toBe(whole);
  });
});
