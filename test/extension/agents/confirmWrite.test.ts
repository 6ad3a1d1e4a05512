import { afterEach, describe, expect, it, vi } from 'vitest';
import { confirmWrite } from '../../../src/extension/agents/confirmWrite';
import type { WriteQuestion } from '../../../src/kv/agents/writes';
import { plainWindow } from '../../../src/views/shown/plainWindow';

afterEach(() => vi.restoreAllMocks());

/** What the user is shown of a difference. */
async function shownOf(before: string | undefined, after: string | undefined): Promise<unknown> {
  const ask = vi.spyOn(plainWindow, 'showWarningMessage').mockResolvedValue(undefined);
  const place = { connection: 'local', bucket: 'B', key: 'a' };
  const kind: WriteQuestion['kind'] = after === undefined ? 'delete' : 'put';
  expect(await confirmWrite({ ...place, kind, before, after })).toBe(false);
  return (ask.mock.calls[0]?.[1] as { readonly detail: string } | undefined)?.detail;
}

describe('the question before a write of an assistant', () => {
  it('shows the lines that differ', async () => {
    expect(await shownOf('a\nb\n', 'a\nc\n')).toBe('− b\n+ c');
  });

  it('is not asked where not all that is stored could be shown', async () => {
    const long = 'x'.repeat(500);
    await expect(shownOf('a', `${long}hidden`)).rejects.toThrow(/too large to be shown/);
    await expect(shownOf('a', 'b\n'.repeat(50))).rejects.toThrow(/too large to be shown/);
    expect(await shownOf(long, 'a')).toContain('+ a');
    const wide = Array.from({ length: 30 }, (_, at) => `${at} ${'y'.repeat(300)}`).join('\n');
    await expect(shownOf('a', wide)).rejects.toThrow(/too large to be shown/);
  });

  it('is not asked of a put that drops more lines than could be shown', async () => {
    const many = Array.from({ length: 60 }, (_, at) => `line ${at}\n`).join('');
    await expect(shownOf(many, '')).rejects.toThrow(/too large to be shown/);
    expect(await shownOf(many, undefined)).toContain('20 more lines differ');
  });

  it('shows what goes with a key that is deleted, and nothing in its place', async () => {
    expect(await shownOf('a\nb', undefined)).toBe('− a\n− b');
  });

  it('shows what a new key gets, and nothing that goes', async () => {
    expect(await shownOf(undefined, 'a')).toBe('There is no such key yet.\n+ a');
  });
});
