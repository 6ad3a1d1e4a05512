import { describe, expect, it } from 'vitest';
import { parseSize, sizeText } from '../../../src/kv/base/size';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['1000', 1_000],
    [' 12 B ', 12],
    ['64k', 65_536],
    ['1.5 KiB', 1_536],
    ['1 GiB', 1_073_741_824],
    ['2mb', 2_097_152],
    ['1TiB', 1_099_511_627_776],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', ' ', '-1', '1 PiB', 'x', '1,5k', 'k', '99999999 TiB', '1 2', '0x10'])(
    'does not take %j for a size',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );
});

describe('sizeText', () => {
  it.each([
    [0, '0'],
    [1_000, '1000'],
    [1_024, '1 KiB'],
    [1_536, '1536'],
    [3 * 1_024 ** 3, '3 GiB'],
    [1_048_577, '1048577'],
  ])('says %s bytes as %s, which is read back', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
    expect(parseSize(text)).toBe(bytes);
  });
});
