import { beforeEach, describe, expect, it } from 'vitest';
import { TypedWhileSaving } from '../../../../src/extension/documents/editors/typedWhileSaving';

const uri = 'natskv://local/B/k';
let typed: TypedWhileSaving;

beforeEach(() => {
  typed = new TypedWhileSaving();
});

/** A save that is handed over as `stored`, while the texts of `meanwhile` are typed. */
function save(stored: string, ...meanwhile: readonly string[]): boolean {
  typed.begins(uri, stored);
  meanwhile.forEach((text) => typed.changed(uri, text));
  typed.hands(uri, stored);
  return typed.saved(uri, meanwhile.at(-1) ?? stored);
}

describe('what is typed while a document is saved', () => {
  it('leaves it unsaved, whatever VS Code says, until that is saved too', () => {
    expect(save('a', 'ab', 'abc')).toBe(true);
    expect(typed.isUnsaved(uri, 'abc')).toBe(true);
    expect(typed.isUnsaved(uri, 'abcd')).toBe(true);

    expect(save('abcd')).toBe(false);
    expect(typed.isUnsaved(uri, 'abcd')).toBe(false);
  });

  it('is clean again when it was undone or reverted, or is closed', () => {
    save('a', 'ab');
    expect(typed.isUnsaved(uri, 'a')).toBe(false);
    expect(typed.isUnsaved(uri, 'ab')).toBe(true);
    typed.cleaned(uri);

    expect(typed.isUnsaved(uri, 'ab')).toBe(false);
  });

  it('is nothing where nothing was typed', () => {
    expect(save('a')).toBe(false);
    expect(typed.isUnsaved(uri, 'b')).toBe(false);
  });

  it('has all texts since the save began as candidates, the newest first, each once', () => {
    typed.begins(uri, 'a');
    typed.changed(uri, 'ab');
    typed.changed(uri, 'a');
    typed.changed(uri, 'ac');

    expect(typed.candidates(uri, 'acd')).toEqual(['acd', 'ac', 'a', 'ab']);
    expect(typed.candidates('other', 'x')).toEqual(['x']);
  });

  it('keeps no endless number of texts of a save that never ends, and the newest always', () => {
    typed.begins(uri, '');
    for (let at = 0; at < 1_000; at++) {
      typed.changed(uri, 'x'.repeat(at));
    }
    const candidates = typed.candidates(uri, 'x'.repeat(999));

    expect(candidates.length).toBeLessThanOrEqual(200);
    expect(candidates[0]).toHaveLength(999);
    typed.changed(uri, 'y'.repeat(20_000_000));
    expect(typed.candidates(uri, 'z')).toHaveLength(2);
  });
});
