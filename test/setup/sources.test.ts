import { afterEach, describe, expect, it, vi } from 'vitest';
import { firstOf } from '../../scripts/lib/sources.mjs';

describe('trying sources', () => {
  afterEach(() => vi.restoreAllMocks());

  function setup() {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const nothing = { name: 'nowhere', find: () => Promise.resolve(undefined) };
    const broken = { name: 'mirror', find: () => Promise.reject(new Error('HTTP 500\nstack')) };
    const good = { name: 'disk', find: () => Promise.resolve('found') };
    return { lines, nothing, broken, good };
  }

  it('takes the first that has it and tells in one line what failed before', async () => {
    const { lines, nothing, broken, good } = setup();
    expect(await firstOf('tool', [nothing, broken, good], 'Install it.')).toBe('found');
    expect(lines).toEqual(['  tool from mirror: HTTP 500']);
  });

  it('says what to do when none has it', async () => {
    const { nothing, broken } = setup();
    await expect(firstOf('tool', [nothing, broken], 'Install it.')).rejects.toThrow(
      'No tool could be found (tried: mirror). Install it.',
    );
  });
});
