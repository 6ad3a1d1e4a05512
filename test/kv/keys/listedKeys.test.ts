import { describe, expect, it } from 'vitest';
import type { KeyInfo, Operation } from '../../../src/kv/model/entry';
import { ListedKeys } from '../../../src/kv/keys/listedKeys';
import { KeyTrees } from '../../../src/kv/keys/tree/keyTrees';

const shape = { slash: false, deleted: false };

function message(key: string, revision: number, operation: Operation = 'PUT'): KeyInfo {
  return { key, revision, operation, created: 0, size: 0 };
}

/** Keys of a listing that has ended, while these are listed again. */
function listedAgain(): ListedKeys {
  const keys = new ListedKeys(new KeyTrees(shape), undefined);
  keys.begin(shape, false);
  keys.take([message('a', 1), message('b', 2)]);
  keys.end(true);
  keys.begin(shape, true);
  return keys;
}

function names(keys: ListedKeys): string[] {
  return keys.shown.present.keysFrom(0, 100).keys.sort();
}

describe('ListedKeys', () => {
  it('keeps in view what was there until a listing has ended', () => {
    const keys = listedAgain();
    expect(keys.take([message('b', 2)])).toEqual({ keys: [], structural: false });
    expect(names(keys)).toEqual(['a', 'b']);

    expect(keys.end(true)).toEqual({ replaced: true, isOther: true });

    expect(names(keys)).toEqual(['b']);
  });

  it('takes what happens meanwhile into what is in view and into what is being listed', () => {
    const keys = listedAgain();
    keys.follow([message('c', 3), message('b', 4, 'DEL')]);
    expect(names(keys)).toEqual(['a', 'c']);

    // The server was asked before that.
    keys.take([message('a', 1), message('b', 2)]);
    keys.end(true);

    expect(names(keys)).toEqual(['a', 'c']);
  });

  it('forgets a listing that has not come to its end', () => {
    const keys = listedAgain();
    keys.take([message('b', 2)]);
    expect(keys.end(false)).toEqual({ replaced: false, isOther: false });
    expect(names(keys)).toEqual(['a', 'b']);
    expect(keys.end(true)).toEqual({ replaced: false, isOther: false });
  });

  it('shows nothing of a quiet listing before its end, even where nothing was in view', () => {
    const keys = new ListedKeys(new KeyTrees(shape), undefined);
    keys.begin(shape, true);
    keys.take([message('a', 1)]);
    expect(names(keys)).toEqual([]);
    keys.end(true);
    expect(names(keys)).toEqual(['a']);
  });

  it('takes only keys that its scope lets through', () => {
    const keys = new ListedKeys(new KeyTrees(shape), (key) => key.startsWith('a'));
    keys.begin(shape, false);
    keys.take([message('a', 1), message('b', 2)]);
    keys.follow([message('aa', 3), message('bb', 4)]);
    expect(names(keys)).toEqual(['a', 'aa']);
  });
});
