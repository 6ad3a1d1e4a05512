import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTree } from '../../../../src/kv/keys/tree/keyTree';
import { ageClasses, sizeClasses } from '../../../../src/kv/keys/tree/treeSurvey';

interface Key {
  readonly key: string;
  readonly size: number;
  readonly created: number;
}

const now = 1_000_000_000_000;

function treeOf(keys: readonly Key[]): KeyTree {
  const tree = new KeyTree();
  keys.forEach(({ key, size, created }, at) =>
    tree.apply({ key, revision: at + 1, operation: 'PUT', created, size }),
  );
  return tree;
}

function survey(tree: KeyTree, prefix = '', most = 10) {
  return tree.survey(prefix, { now, most });
}

const someKeys = fc.uniqueArray(
  fc.record({
    key: fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 4 })
      .map((tokens) => tokens.join('.')),
    size: fc.nat(2_000_000),
    created: fc.integer({ min: 0, max: now }),
  }),
  { selector: ({ key }) => key },
);

/** The class of a value, counted the slow way. */
function classOf(classes: readonly number[], value: number): number {
  return classes.filter((begin) => begin <= value).length - 1;
}

describe('what the keys below a prefix hold', () => {
  it('is added up by the token below it, the largest first', async () => {
    const created = now;
    const tree = treeOf([
      { key: 'orders.eu.1', size: 100, created },
      { key: 'orders.eu.2', size: 50, created },
      { key: 'orders', size: 5, created },
      { key: 'carts.1', size: 500, created },
      { key: 'flag', size: 1, created },
    ]);

    expect(await survey(tree)).toMatchObject({
      keys: 5,
      bytes: 656,
      largest: 500,
      parts: [
        { path: 'carts', keys: 1, bytes: 500, isFolder: true },
        { path: 'orders', keys: 3, bytes: 155, isFolder: true },
        { path: 'flag', keys: 1, bytes: 1, isFolder: false },
      ],
      rest: { parts: 0, keys: 0, bytes: 0 },
    });
    expect((await survey(tree, 'orders')).parts).toEqual([
      { path: 'orders.eu', keys: 2, bytes: 150, isFolder: true },
    ]);
  });

  it('is nothing where no key has the prefix', async () => {
    expect(await survey(treeOf([]), 'none')).toMatchObject({ keys: 0, parts: [], largest: 0 });
  });

  it('equals what is counted key by key, for any keys and prefix', async () => {
    const prefixes = fc.constantFrom('', 'a', 'a.b', 'c');
    await fc.assert(
      fc.asyncProperty(someKeys, prefixes, async (keys, prefix) => {
        const inside = keys.filter(({ key }) => prefix === '' || key.startsWith(`${prefix}.`));
        const found = await survey(treeOf(keys), prefix);

        expect(found.keys).toBe(inside.length);
        expect(found.bytes).toBe(inside.reduce((sum, { size }) => sum + size, 0));
        expect(found.sizes).toEqual(
          sizeClasses.map(
            (_, at) => inside.filter(({ size }) => classOf(sizeClasses, size) === at).length,
          ),
        );
        expect(found.ages).toEqual(
          ageClasses.map(
            (_, at) =>
              inside.filter(({ created }) => classOf(ageClasses, now - created) === at).length,
          ),
        );
        for (const part of found.parts) {
          const own = inside.filter(
            ({ key }) => key === part.path || key.startsWith(`${part.path}.`),
          );
          expect(part.keys).toBe(own.length);
          expect(part.bytes).toBe(own.reduce((sum, { size }) => sum + size, 0));
        }
        expect(found.parts.reduce((sum, part) => sum + part.keys, 0)).toBe(inside.length);
      }),
    );
  });

  it('tells the largest parts apart, and the others together', async () => {
    const keys = Array.from({ length: 500 }, (_, at) => ({
      key: `k${at}`,
      size: at,
      created: now,
    }));
    const { parts, rest } = await survey(treeOf(keys), '', 3);

    expect(parts.map(({ path }) => path)).toEqual(['k499', 'k498', 'k497']);
    expect(rest).toEqual({ parts: 497, keys: 497, bytes: (499 * 500) / 2 - 499 - 498 - 497 });
  });

  it('leaves out what was deleted, and stops when it is not wanted any more', async () => {
    const tree = treeOf([{ key: 'a.b', size: 1, created: now }]);
    tree.apply({ key: 'a.b', revision: 9, operation: 'DEL', created: now, size: 0 });
    expect(await survey(tree)).toMatchObject({ keys: 0, parts: [] });

    const stopped = tree.survey('', { now, most: 3, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
