import { describe, expect, it } from 'vitest';
import { choose } from '../../scripts/test/choose.mjs';

const tiers = { types: {}, unit: { folders: ['kv', 'views'] }, host: { folders: ['host'] } };
const files = [
  'test/kv/find/keySearch.test.ts',
  'test/views/tree.test.ts',
  'test/host/tree.test.ts',
  'test/host/find.test.ts',
];
const asked = (...args: string[]) => choose(args, tiers, files);

describe('what is asked for on the command line', () => {
  it('is everything, once, beside nothing, when nothing is said', () => {
    const chosen = [{ name: 'types' }, { name: 'unit' }, { name: 'host' }];
    expect(asked()).toEqual({ chosen, repeat: 1, busy: 0, installed: false });
  });

  it('is tiers by their names, in the order in which they run', () => {
    expect(asked('host', 'types').chosen).toEqual([{ name: 'types' }, { name: 'host' }]);
  });

  it('is the files of a tier that have a word in their paths', () => {
    expect(asked('host', 'tree').chosen).toEqual([
      { name: 'host', files: ['test/host/tree.test.ts'] },
    ]);
  });

  it('is the files of every tier that has such files, when no tier is named', () => {
    expect(asked('tree', 'keySearch').chosen).toEqual([
      { name: 'unit', files: ['test/kv/find/keySearch.test.ts', 'test/views/tree.test.ts'] },
      { name: 'host', files: ['test/host/tree.test.ts'] },
    ]);
  });

  it('is all of a tier that has no files, such as the types, beside some files', () => {
    expect(asked('types', 'unit', 'keySearch').chosen).toEqual([
      { name: 'types', files: undefined },
      { name: 'unit', files: ['test/kv/find/keySearch.test.ts'] },
    ]);
  });

  it('is how often to run them, and beside how many busy programs', () => {
    expect(asked('unit', '--repeat', '3', '--busy=2')).toMatchObject({ repeat: 3, busy: 2 });
  });

  it('is the extension as it is installed', () => {
    expect(asked('host', '--installed')).toMatchObject({
      chosen: [{ name: 'host' }],
      installed: true,
    });
  });

  it.each(['god', 'keySearch'])('is refused when there is no %s in the tiers', (word) => {
    expect(() => asked('host', word)).toThrow(`no tier ${word}`);
    expect(() => asked('god')).toThrow('Tiers: types, unit, host.');
  });

  it.each([['--repeat=0'], ['--busy=-1'], ['--repeat=x'], ['--fast']])('takes no %s', (option) => {
    expect(() => asked(option)).toThrow();
  });
});
