import { afterEach, describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatLimit,
  formatRtt,
  formatSize,
  formatTime,
} from '../../../src/views/format/format';
import { env } from '../../support/fakeVscode';
import { factTable } from '../../../src/views/shown/factTable';

describe('format', () => {
  it.each([
    [0, '0 B'],
    [812, '812 B'],
    [1023, '1,023 B'],
    [1024, '1.0 KiB'],
    [1_258_291, '1.2 MiB'],
    [3 * 1024 ** 3, '3.0 GiB'],
  ])('shows %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it.each([
    [250, '250ms'],
    [4 * 60_000 + 10_000, '4m 10s'],
    [7 * 86_400_000, '7d'],
    [90_061_000, '1d 1h'],
  ])('shows %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('groups thousands and names what has no limit', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatLimit(-1)).toBe('unlimited');
  });

  it('shows what a server says as text and not as Markdown', () => {
    const { value } = factTable('B', [['Description', '[x](command:evil) | **b**\n<img src=x>']]);

    expect(value.split('\n').at(-2)).toBe(
      '| Description | \\[x\\]\\(command\\:evil\\) \\| \\*\\*b\\*\\* \\<img src\\=x\\> |',
    );
  });
});

describe('format in German', () => {
  afterEach(() => {
    env.language = 'en';
  });

  it('writes numbers and times as German does', () => {
    env.language = 'de';

    expect(formatCount(1_234_567)).toBe('1.234.567');
    expect(formatSize(1_258_291)).toBe('1,2 MiB');
    expect(formatRtt(0.31)).toBe('0,3 ms');
    expect(formatTime(new Date(2026, 0, 31, 8, 5).getTime())).toBe('31.1.2026, 08:05:00');
  });

  it('writes times as the country of the system does where it speaks the language', () => {
    const own = Intl.DateTimeFormat().resolvedOptions().locale;
    env.language = new Intl.Locale(own).language;

    expect(formatTime(0)).toBe(new Date(0).toLocaleString(own));
  });
});
