import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderKeys, folderPattern, startOfKeys } from '../../../src/kv/keys/folderKeys';
import { KeyLevels } from '../../../src/kv/keys/tree/keyLevels';
import { KeyTrees } from '../../../src/kv/keys/tree/keyTrees';
import { matchesFilter } from '../fakeBucket';

const token = fc.constantFrom('a', 'b', '10', 'é');
const key = fc
  .array(fc.tuple(token, fc.constantFrom('.', '/')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([text, separator]) => text + separator).join(''))
  .map((text) => text.slice(0, -1));

function levelsOf(keys: readonly string[], slash: boolean): KeyLevels {
  const trees = new KeyTrees({ slash, deleted: false });
  const facts = { operation: 'PUT', created: 0, size: 0 } as const;
  trees.applyAll(keys.map((each, at) => ({ key: each, revision: at + 1, ...facts })));
  return new KeyLevels(() => trees);
}

/** The folders of all levels, and the keys that the tree shows in each. */
function foldersOf(levels: KeyLevels, path = ''): { prefix: string; keys: string[] }[] {
  return levels.page(path, { limit: 1_000 }).rows.flatMap((row) => {
    const below = row.below > 0 ? foldersOf(levels, row.path) : [];
    const keys = row.below > 0 ? levels.flat(row.path, { limit: 1_000 }).rows : [];
    return row.below > 0
      ? [{ prefix: row.path, keys: keys.map((each) => each.path) }, ...below]
      : below;
  });
}

describe('the keys of a folder', () => {
  it('are what its filter and its check let through, whatever parts them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), fc.boolean(), (keys, slash) => {
        const levels = levelsOf(keys, slash);
        for (const { prefix, keys: expected } of foldersOf(levels)) {
          const { filter, matches } = folderKeys({
            prefix,
            separator: levels.separatorBelow(prefix),
          });
          const found = keys.filter((each) => matchesFilter(each, filter));
          expect(found.filter((each) => matches?.(each) ?? true).toSorted()).toEqual(
            expected.toSorted(),
          );
        }
      }),
    );
  });

  it('can be asked of the server alone where dots part them', () => {
    const levels = levelsOf(['orders.eu.1', 'orders.us', 'etc/app/name', 'etc/app.port'], true);
    const of = (prefix: string) => {
      const folder = { prefix, separator: levels.separatorBelow(prefix) };
      return [folderKeys(folder).filter, startOfKeys(folder), folderPattern(folder)];
    };
    expect(of('orders')).toEqual(['orders.>', 'orders.', 'orders.>']);
    expect(of('etc')).toEqual(['>', 'etc/', 'etc/>']);
    expect(of('etc/app')).toEqual(['>', 'etc/app.', 'etc/app']);
    expect(folderKeys({ prefix: 'a.b/c', separator: '/' }).filter).toBe('a.>');
  });

  it('takes nothing for granted of a folder that it has not looked at as a whole', () => {
    const many = Array.from({ length: 40 }, (_, at) => `orders.${at}`);
    expect(levelsOf(many, true).separatorBelow('orders')).toBe('mixed');
    expect(levelsOf(many, false).separatorBelow('orders')).toBe('.');
    const slashes = many.map((each) => each.replace('.', '/'));
    expect(levelsOf(slashes, true).separatorBelow('orders')).toBe('/');
  });
});
