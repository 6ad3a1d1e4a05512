import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { keyUri, parseKeyUri, variantOf } from '../../../../src/extension/documents/address/keyUri';
import { documentIdOf } from '../../../../src/extension/documents/address/documentId';
import { keyProblem } from '../../../../src/kv/model/key';
import { linksIn } from '../../../support/markup';

/** Parts that the address treats in another way than ordinary letters, and pieces of these. */
const special = fc.constantFrom(
  ...[
    '/',
    '\\',
    '%',
    '%2F',
    '%25',
    '2F',
    '%E2%81%A0',
    '\u2060',
    '\u2215',
    '\u2216',
    ']',
    '(',
    '[x](command:undo)',
  ],
  ...['\u2215\u2060', ']\u2060(', '\u202e', '\0', '\u200d', ')', '@r1', '\u2028', '%FF'],
);

/** Whatever a server can store below a bucket's subject: more than what may be written here. */
const storedKey = fc
  .array(fc.oneof(special, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join('').replace(/[\s\p{Surrogate}]/gu, '') || 'k');

const address = (key: string) => ({ connectionId: 'local', bucket: 'B', key });

describe('keyUri', () => {
  it('reads as the tree does', () => {
    expect(keyUri(address('orders.eu.42')).toString()).toBe('natskv://local/B/orders.eu.42');
  });

  it.each([
    ['raw/all-bytes', 'raw\u2215\u2060all-bytes'],
    ['C:\\temp', 'C:\u2216\u2060temp'],
    ['100%', '100%'],
    ['%2F', '%252F'],
    ['a\u202eb', 'a%E2%80%AEb'],
  ])('names the document of %s as it looks', (key, name) => {
    expect(keyUri(address(key)).path).toBe(`/B/${name}`);
  });

  it('has no link in any name that VS Code shows', () => {
    fc.assert(
      fc.property(storedKey, storedKey, (bucket, key) => {
        const uri = keyUri({ connectionId: 'local', bucket, key });

        expect(linksIn(uri.path)).toEqual([]);
        expect(linksIn(uri.toString(true))).toEqual([]);
        expect(parseKeyUri(Uri.parse(uri.toString()))).toEqual({
          connectionId: 'local',
          bucket,
          key,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives what a server can store a URI of its own', () => {
    fc.assert(
      fc.property(storedKey, storedKey, (one, other) => {
        const isSame = keyUri(address(one)).toString() === keyUri(address(other)).toString();
        expect(isSame).toBe(one === other);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads the URIs of earlier versions, each as a document of its own', () => {
    fc.assert(
      fc.property(
        storedKey.filter((key) => !/[\u2215\u2216\]]\u2060/.test(key)),
        (key) => {
          const path = `/B/${key.replace(/[%/\\]/g, encodeURIComponent)}`;
          const uri = Uri.from({ scheme: 'natskv', authority: 'local', path });

          expect(parseKeyUri(uri)).toEqual(address(key));
          expect(documentIdOf(uri)?.uri).toBe(uri.toString());
        },
      ),
      { numRuns: 2_000 },
    );
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
