import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/kv/values/textForm';
import { parseDuration } from '../../src/kv/base/duration';

describe('parseDuration', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['1.5s', 1_500],
    ['250MS', 250],
    ['10', undefined],
    ['ten', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
  ])('reads %j as %s ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('textOf', () => {
  it('makes one kind of line end and drops a byte order mark', () => {
    expect(textOf(new TextEncoder().encode('\ufeffa\r\nb\rc\n'))).toBe('a\nb\nc\n');
  });

  it.each([
    ['a NUL', [65, 0, 66]],
    ['broken UTF-8', [0xff, 0xfe]],
    ['a cut character', [0xe2, 0x82]],
  ])('takes %s for binary', (_, bytes) => {
    expect(textOf(new Uint8Array(bytes))).toBeUndefined();
  });
});
