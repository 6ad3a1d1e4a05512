import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { keyUri, parseKeyUri, variantOf } from '../../../../src/extension/documents/address/keyUri';
import { keyProblem } from '../../../../src/kv/model/key';

const address = (key: string) => ({ connectionId: 'local', bucket: 'B', key });

describe('keyUri', () => {
  it('reads as the tree does', () => {
    expect(keyUri(address('orders.eu.42')).toString()).toBe('natskv://local/B/orders.eu.42');
  });

  it.each(['/', 'a/b', '//', '/./', 'a=b', 'foo:bar', 'kľúč', '%2F', '%', 'a\\b', '~', '?#', 'A'])(
    'leads back to the key %s',
    (key) => {
      const uri = Uri.parse(keyUri(address(key)).toString());

      expect(parseKeyUri(uri)).toEqual(address(key));
      expect(uri.path.split('/')).toHaveLength(3);
    },
  );

  it('gives every key a URI of its own that leads back to it', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !keyProblem(text));
    const variant = fc.constantFrom(undefined, 'raw' as const, 'decoded' as const, 'hex' as const);
    fc.assert(
      fc.property(key, key, variant, variant, (one, other, shownAs, otherShownAs) => {
        const uri = keyUri(address(one), shownAs).toString();

        expect(parseKeyUri(Uri.parse(uri))).toEqual(address(one));
        expect(variantOf(Uri.parse(uri))).toBe(shownAs);
        const isSame = one === other && shownAs === otherShownAs;
        expect(uri === keyUri(address(other), otherShownAs).toString()).toBe(isSame);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes the query of an image preview for none of its own', () => {
    const uri = Uri.parse('natskv://local/B/logo?version=17');

    expect(parseKeyUri(uri)).toEqual(address('logo'));
    expect(variantOf(uri)).toBeUndefined();
  });

  it.each([
    'natskv://local/',
    'natskv://local/B',
    'natskv://local/B/a/b',
    'file:///B/a',
    'natskv:/B/a',
  ])('finds no key in %s', (text) => {
    expect(parseKeyUri(Uri.parse(text))).toBeUndefined();
  });
});
