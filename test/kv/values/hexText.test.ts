import { describe, expect, it } from 'vitest';
import { hexLines, hexText } from '../../../src/kv/values/hexText';

describe('hexText', () => {
  it('shows offsets, bytes and characters as hexdump does', () => {
    const bytes = Uint8Array.from({ length: 35 }, (_, i) => (i * 37) & 255);

    expect(hexText(bytes)).toBe(
      [
        '00000000  00 25 4a 6f 94 b9 de 03  28 4d 72 97 bc e1 06 2b  |.%Jo....(Mr....+|',
        '00000010  50 75 9a bf e4 09 2e 53  78 9d c2 e7 0c 31 56 7b  |Pu.....Sx....1V{|',
        '00000020  a0 c5 ea                                          |...|',
        '',
      ].join('\n'),
    );
  });

  it('shows no more than the limit, and counts the rest', () => {
    const text = hexText(new Uint8Array(5_000_000), { limit: 32 });

    expect(text.split('\n')).toHaveLength(4);
    expect(text).toContain('\n… 4,999,968 more bytes\n');
  });

  it('starts at the line of an offset', () => {
    const lines = [...hexLines(new Uint8Array(100), { start: 40, limit: 16 })];

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^00000020 {2}00/);
  });

  it('says that there is nothing', () => {
    expect(hexText(new Uint8Array())).toBe('(empty)\n');
    expect(hexText(new Uint8Array(16), { start: 200 })).toBe('');
  });

  it('makes the lines as they are asked for', () => {
    const lines = hexLines(new Uint8Array(1_000_000_000), { limit: Infinity });

    expect(lines.next().value).toMatch(/^00000000/);
  });
});
