import { beforeEach, describe, expect, it } from 'vitest';
import { RefusedLogins } from '../../../src/extension/connections/refusedLogins';

let now: number;
let logins: RefusedLogins;

beforeEach(() => {
  now = 1_000_000;
  logins = new RefusedLogins(() => now);
});

describe('RefusedLogins', () => {
  it('believes no refusal for ten seconds, however many dials by themselves there are', () => {
    for (let at = 0; at < 10; at++) {
      logins.refused('a', 'byItself');
      now += 999;
    }
    expect(logins.isBelieved('a')).toBe(false);
    now += 10;
    logins.refused('a', 'byItself');
    expect(logins.isBelieved('a')).toBe(true);
  });

  it('believes the second at once in a dial that was asked for, and not the first', () => {
    logins.refused('a', 'askedFor');
    expect(logins.isBelieved('a')).toBe(false);
    logins.refused('a', 'askedFor');
    expect(logins.isBelieved('a')).toBe(true);
  });

  it('forgets all of it with the first login that is accepted', () => {
    logins.refused('a', 'askedFor');
    logins.refused('a', 'askedFor');
    logins.accepted('a');
    expect(logins.isBelieved('a')).toBe(false);
    logins.refused('a', 'askedFor');
    expect(logins.isBelieved('a')).toBe(false);
  });

  it('keeps connections apart', () => {
    logins.refused('a', 'askedFor');
    logins.refused('b', 'askedFor');
    expect([logins.isBelieved('a'), logins.isBelieved('b')]).toEqual([false, false]);
  });
});
