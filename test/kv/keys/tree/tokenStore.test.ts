import { describe, expect, it } from 'vitest';
import { longestToken, TokenStore } from '../../../../src/kv/keys/tree/tokenStore';

const encoder = new TextEncoder();

function add(store: TokenStore, text: string): number {
  const bytes = encoder.encode(text);
  return store.add(bytes, 0, bytes.length);
}

describe('TokenStore', () => {
  it('gives back what it keeps, of any length and script', () => {
    const store = new TokenStore();
    const texts = ['', 'a', 'kľúč', '鍵', 'x'.repeat(255), 'y'.repeat(300), 'z'.repeat(30_000)];
    const references = texts.map((text) => add(store, text));

    expect(references.map((reference) => store.text(reference))).toEqual(texts);
  });

  it('tells equal bytes from others', () => {
    const store = new TokenStore();
    const reference = add(store, 'token');
    const bytes = encoder.encode('a token too');

    expect(store.equals(reference, bytes, 2, 7)).toBe(true);
    expect(store.equals(reference, bytes, 2, 8)).toBe(false);
    expect(store.equals(reference, bytes, 3, 8)).toBe(false);
  });

  it('uses freed places again', () => {
    const store = new TokenStore();
    const first = add(store, 'abc');
    store.free(first);

    expect(add(store, 'xyz')).toBe(first);
    expect(store.text(first)).toBe('xyz');
  });

  it('refuses what no subject can hold', () => {
    const store = new TokenStore();
    expect(() => store.add(new Uint8Array(longestToken + 1), 0, longestToken + 1)).toThrow(
      'longer than any subject',
    );
  });
});
