import { describe, expect, it } from 'vitest';
import { codecOfText } from '../../../src/kv/values/codecOfText';
import { openValue } from '../../../src/kv/values/valueForm';

describe('codecOfText', () => {
  it('leaves a value alone that would hold everything up, and says so', () => {
    let decoded = 0;
    const codec = codecOfText({
      label: 'Order',
      decode: () => {
        decoded++;
        return { kind: 'text', text: '{}' };
      },
      encode: () => ({ kind: 'bytes', bytes: new Uint8Array(1024 * 1024) }),
    });
    const most = openValue(new Uint8Array(1024 * 1024), { codec });
    expect([most.undecodable, Buffer.from(most.shown).toString()]).toEqual([undefined, '{}']);
    const large = new Uint8Array(1024 * 1024 + 1);
    const opened = openValue(large, { codec });
    expect(opened).toMatchObject({
      undecodable: 'not decoded as Order: it is larger than 1 MiB',
      shown: large,
    });
    expect(decoded).toBe(1);
  });
});
