import { describe, expect, it } from 'vitest';
import { keyMatcher, subjectPattern } from '../../../src/kv/keys/keyPattern';

describe('a pattern of keys', () => {
  it.each([
    ['>', ['a', 'a.b'], []],
    ['a.>', ['a.b', 'a.b.c'], ['a', 'b.a', 'ab.c']],
    ['a.*', ['a.b', 'a.>'], ['a', 'a.b.c']],
    ['*.b', ['a.b'], ['a.c', 'b']],
    ['a.b', ['a.b'], ['a', 'a.b.c', 'a.c']],
    ['a/>', ['a/b', 'a/b.c', 'a/b/c'], ['a', 'a/', 'a.b', 'b/a/c', 'ab/c']],
    ['x.*.a/>', ['x.1.a/b', 'x.1.a/b.c'], ['x.a/b', 'x.1.a', 'x.1.a/', 'x.1.2.a/b', 'a/b']],
  ])('%s matches what it should and nothing else', (pattern, matched, others) => {
    const matches = keyMatcher(pattern);
    expect(matched.filter(matches)).toEqual(matched);
    expect(others.filter(matches)).toEqual([]);
  });

  it.each([
    ['>', '>'],
    ['a.>', 'a.>'],
    ['a.b', 'a.b'],
    ['a/b', 'a/b'],
    ['a/>', '>'],
    ['x.a/b/>', 'x.>'],
    ['x.*.a/>', 'x.*.>'],
  ])('%s is asked of a server as %s, which lets through all that matches', (pattern, filter) => {
    const subject = subjectPattern(pattern);
    expect(subject.filter).toBe(filter);
    const keys = ['a', 'a.b', 'a/b', 'a/c', 'x.a/b/c', 'x.a/b', 'x.1.a/b'];
    const isAsked = keyMatcher(filter);
    expect(keys.filter((key) => isAsked(key) && subject.matches(key))).toEqual(
      keys.filter(keyMatcher(pattern)),
    );
  });
});
