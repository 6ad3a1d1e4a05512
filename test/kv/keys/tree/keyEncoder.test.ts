import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyEncoder } from '../../../../src/kv/keys/tree/keyEncoder';

it('keeps keys of any script and number one right after the other', () => {
  const encoder = new KeyEncoder();
  const keys = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, (all) => {
      encoder.clear();
      all.forEach((key) => encoder.add(key));
      const text = new TextDecoder('utf-8', { ignoreBOM: true });
      const startOf = (at: number) => (at === 0 ? 0 : (encoder.ends[at - 1] ?? 0));
      const kept = all.map((_, at) =>
        text.decode(encoder.bytes.slice(startOf(at), encoder.ends[at])),
      );
      expect(kept).toEqual(all);
      expect(encoder.length).toBe(all.length);
      expect(encoder.end).toBe(new TextEncoder().encode(all.join('')).length);
    }),
  );
});
