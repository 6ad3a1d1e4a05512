import { describe, expect, it } from 'vitest';
import { UnsavedBases } from '../../../src/extension/bucketDocuments/unsavedBases';
import { parseExactly } from '../../../src/kv/values/exactJson';

/** A workspace state that outlives a window: what it keeps is JSON. */
function stateOf(kept = new Map<string, string>()) {
  return {
    kept,
    keys: () => [...kept.keys()],
    get: <T>(key: string, otherwise?: T) =>
      (kept.has(key) ? JSON.parse(kept.get(key) ?? '') : otherwise) as T,
    update: (key: string, value: unknown) => {
      kept.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

const fail = (error: unknown): never => {
  throw error;
};

function configOf(json: string) {
  return parseExactly(json) as Record<string, unknown>;
}

describe('what unsaved documents of buckets were made of', () => {
  it('is found again by the text after a restart, with every digit', () => {
    const state = stateOf();
    const streamConfig = configOf('{"max_msgs":9007199254740993,"name":"KV_b"}');
    new UnsavedBases(state, fail).set('local/b', 'one\r\ntwo', { created: 5, streamConfig });
    const found = new UnsavedBases(stateOf(state.kept), fail).find('local/b', 'one\ntwo');
    expect(found?.created).toBe(5);
    expect(JSON.stringify(found?.streamConfig)).toBe(JSON.stringify(streamConfig));
  });

  it('is not told of another text, nor of another document', () => {
    const bases = new UnsavedBases(stateOf(), fail);
    bases.set('local/b', 'text', { created: 5, streamConfig: {} });
    expect(bases.find('local/b', 'other')).toBeUndefined();
    expect(bases.find('local/c', 'text')).toBeUndefined();
  });

  it('is that of each of the last texts, which may be of different ones', () => {
    const bases = new UnsavedBases(stateOf(), fail);
    const [old, merged] = [
      { created: 5, streamConfig: { a: 1 } },
      { created: 5, streamConfig: { a: 2 } },
    ];
    bases.set('local/b', 'mine', old);
    bases.set('local/b', 'merged', merged);
    expect(bases.find('local/b', 'mine')).toEqual(old);
    expect(bases.find('local/b', 'merged')).toEqual(merged);
    bases.set('local/b', 'mine', merged);
    expect(bases.find('local/b', 'mine')).toEqual(merged);
    for (let at = 0; at < 8; at++) {
      bases.set('local/b', `text ${at}`, merged);
    }
    expect(bases.find('local/b', 'merged')).toBeUndefined();
    expect(bases.find('local/b', 'text 0')).toEqual(merged);
  });

  it('is forgotten once nothing is unsaved', () => {
    const bases = new UnsavedBases(stateOf(), fail);
    bases.set('local/b', 'text', { created: 5, streamConfig: {} });
    bases.set('local/b', 'text', undefined);
    expect(bases.find('local/b', 'text')).toBeUndefined();
  });
});
