import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyInfo, Operation } from '../../../src/kv/model/entry';
import { KeyColumns } from '../../../src/kv/model/keyBatch';
import { columnsOf } from './columnsOf';

const numbers = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const infos: fc.Arbitrary<KeyInfo> = fc.record({
  key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  revision: numbers,
  operation: fc.constantFrom<Operation>('PUT', 'DEL', 'PURGE', 'EXPIRED'),
  created: numbers,
  size: numbers,
});

describe('KeyColumns', () => {
  it('gives back the messages that were added', () => {
    fc.assert(
      fc.property(fc.array(infos), (messages) => {
        const columns = columnsOf(messages);
        expect([...columns]).toEqual(messages);
        expect(columns).toHaveLength(messages.length);
        const told: KeyInfo[] = [];
        columns.forEach((info) => told.push(info));
        expect(told).toEqual(messages);
      }),
    );
  });

  it('tells when it is full and whether it holds markers', () => {
    const columns = new KeyColumns(2);
    const facts = { revision: 1, created: 1, size: 1 };
    columns.add(new TextEncoder().encode('$KV.b.a'), 6, { ...facts, operation: 'PUT' });
    expect(columns.isFull).toBe(false);
    expect(columns.isAllPut).toBe(true);
    columns.add(new TextEncoder().encode('$KV.b.b'), 6, { ...facts, operation: 'EXPIRED' });
    expect(columns.isFull).toBe(true);
    expect(columns.isAllPut).toBe(false);
    expect([...columns].map(({ key }) => key)).toEqual(['a', 'b']);
  });
});
