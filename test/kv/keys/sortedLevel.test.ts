import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedLevel, type SortedRow } from '../../../src/kv/keys/sortedLevel';

function all(keys: readonly string[]): SortedRow {
  return { kind: 'folder', path: '', name: '', start: 0, end: keys.length };
}

function shown(keys: readonly string[], level = all(keys), separators = '.'): string[] {
  return sortedLevel(keys, level, separators).map(
    ({ kind, name, start, end }) => `${kind} ${name} ${end - start}`,
  );
}

describe('a level of sorted keys', () => {
  it('has each key and each folder once, in the order that people count', () => {
    const keys = ['a', 'a-b', 'a.1', 'a.10', 'a.2', 'b.c.d', 'z'];
    expect(shown(keys)).toEqual(['key a 1', 'folder a 3', 'key a-b 1', 'folder b 1', 'key z 1']);
    const folder = sortedLevel(keys, all(keys)).find(({ path }) => path === 'a.');
    expect(folder && shown(keys, folder)).toEqual(['key 1 1', 'key 2 1', 'key 10 1']);
  });

  it('parts keys at slashes where it is told to', () => {
    const keys = ['/top', 'a.b', 'a/b', 'a/c'];
    expect(shown(keys)).toEqual(['key /top 1', 'folder a 1', 'key a/b 1', 'key a/c 1']);
    expect(shown(keys, all(keys), './')).toEqual(['key /top 1', 'folder a 1', 'folder a/ 2']);
  });

  it('leads to every key by exactly one way', () => {
    const token = fc.stringMatching(/^[ab./-]{1,4}$/);
    fc.assert(
      fc.property(fc.uniqueArray(token, { maxLength: 40 }), (found) => {
        const keys = found.sort();
        const walk = (level: SortedRow): string[] =>
          sortedLevel(keys, level, './').flatMap((row) =>
            row.kind === 'key' ? [row.path] : walk(row),
          );
        expect(walk(all(keys)).sort()).toEqual(keys);
      }),
    );
  });
});
