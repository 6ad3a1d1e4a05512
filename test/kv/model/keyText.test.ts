import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyProblem } from '../../../src/kv/model/key';
import { textOfKey } from '../../../src/kv/model/keyText';
import { KeyColumns } from '../../../src/kv/model/keyBatch';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 });
/** Bytes that look like what the escaping makes of others. */
const sly = fc
  .array(fc.constantFrom('\\', 'x', 'e', '9', '\xe9', '\xc3', '.', ' (not UTF-8)'), {
    minLength: 1,
  })
  .map((parts) => new Uint8Array(Buffer.from(parts.join(''), 'latin1')));

describe('the text of a key', () => {
  it('is its own when it is UTF-8, a byte order mark included', () => {
    const text = fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constant('\ufeffkey'));
    fc.assert(fc.property(text, (key) => textOfKey(new TextEncoder().encode(key)) === key));
  });

  it('is another one for all other bytes', () => {
    const isKey = (each: Uint8Array) => !Buffer.from(each).includes(' ');
    const key = fc.oneof(bytes, sly).filter(isKey);
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0);
        expect(textOfKey(a)).not.toBe(textOfKey(b));
      }),
    );
  });

  it('names nothing that can be read or written when the bytes are not UTF-8', () => {
    expect(textOfKey(Buffer.from('a.caf\xe9', 'latin1'))).toBe('a.caf\\xe9 (not UTF-8)');
    expect(keyProblem('a.caf\\xe9 (not UTF-8)')?.reason).toContain('not UTF-8');
  });

  it('is the same in a batch of a listing', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 5 }), (keys) => {
        const columns = new KeyColumns(keys.length);
        const facts = { revision: 1, operation: 'PUT', created: 0, size: 0 } as const;
        keys.forEach((key) => columns.add(new Uint8Array([0, ...key]), 1, facts));
        expect([...columns].map(({ key }) => key)).toEqual(keys.map(textOfKey));
      }),
    );
  });
});
