import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { keyUri, parseKeyUri } from '../../../../src/extension/documents/address/keyUri';
import {
  parseRevisionUri,
  revisionUri,
} from '../../../../src/extension/documents/address/revisionUri';
import { keyProblem } from '../../../../src/kv/model/key';

const address = (key: string, revision: number) => {
  return { connectionId: 'local', bucket: 'B', key, revision };
};

describe('revisionUri', () => {
  it('reads as the key with its revision', () => {
    expect(revisionUri(address('orders.eu.42', 31)).toString(true)).toBe(
      'natskv-revision://local/B/orders.eu.42@r31',
    );
  });

  it.each(['/', 'a/b', 'a@r1', '@r1', 'a@r1@r2', 'kľúč', '%2F', '%40r1', 'a\\b', '?#', 'A\u2028'])(
    'leads back to a revision of %s',
    (key) => {
      const uri = Uri.parse(revisionUri(address(key, 7)).toString());

      expect(parseRevisionUri(uri)).toEqual(address(key, 7));
    },
  );

  it('gives every revision of every key a URI of its own that leads back to it', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('@r1', '@r12', '%40', '@', 'r1'),
    );
    const key = fc
      .array(part, { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join(''))
      .filter((text) => !keyProblem(text));
    const revision = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(key, revision, key, revision, (one, r1, other, r2) => {
        const uri = revisionUri(address(one, r1)).toString();

        expect(parseRevisionUri(Uri.parse(uri))).toEqual(address(one, r1));
        expect(uri === revisionUri(address(other, r2)).toString()).toBe(one === other && r1 === r2);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    'natskv-revision://local/B/key',
    'natskv-revision://local/B/key@r0',
    'natskv-revision://local/B/key@r01',
    'natskv-revision://local/B/key@r9007199254740993',
    'natskv-revision://local/B/@r1',
    'natskv-revision://local/B/a/b@r1',
    'natskv://local/B/key@r1',
  ])('finds no revision in %s', (text) => {
    expect(parseRevisionUri(Uri.parse(text))).toBeUndefined();
  });

  it('is never taken for a key', () => {
    expect(parseKeyUri(revisionUri(address('a', 1)))).toBeUndefined();
    expect(parseRevisionUri(keyUri(address('a@r1', 1)))).toBeUndefined();
  });
});
