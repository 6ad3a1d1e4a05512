import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wildcardMatcher } from '../../../../src/kv/keys/wildcardMatcher';
import { subjectMatcher } from '../../../../src/kv/nats/consumers/ownSubjects';

const token = fc.constantFrom('$KV', 'b', 'bb', 'key', 'ключ');
const subject = fc.array(token, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.'));
const filter = fc
  .tuple(fc.array(fc.oneof(token, fc.constant('*')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([tokens, isOpen]) => [...tokens, ...(isOpen ? ['>'] : [])].join('.'));

describe('subjectMatcher', () => {
  it('matches bytes as the server matches subjects', () => {
    fc.assert(
      fc.property(fc.array(filter, { minLength: 1, maxLength: 3 }), subject, (filters, text) => {
        const expected = filters.some((each) => wildcardMatcher(each, '.')(text));
        expect(subjectMatcher(filters)(Buffer.from(text))).toBe(expected);
      }),
    );
  });

  it('tells bytes apart that a decoder makes alike', () => {
    const isOwn = subjectMatcher(['$KV.b.caf\ufffd']);
    expect(isOwn(Buffer.from('$KV.b.caf\ufffd'))).toBe(true);
    expect(isOwn(Buffer.from('$KV.b.caf\xe9', 'latin1'))).toBe(false);
  });
});
