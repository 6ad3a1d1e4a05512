import { describe, expect, it } from 'vitest';
import { isExempt, rulesIn } from '../../../../../src/kv/nats/link/proxy/noProxy';

const to = (host: string, port = 4222) => ({ host, port });

describe('what needs no proxy', () => {
  it.each([
    ['*', 'nats.example.com', true],
    ['nats.example.com', 'NATS.example.com.', true],
    ['example.com', 'nats.example.com', true],
    ['.example.com', 'nats.example.com', true],
    ['*.example.com', 'nats.example.com', true],
    ['example.com', 'badexample.com', false],
    ['nats.example.com:4222', 'nats.example.com', true],
    ['nats.example.com:4223', 'nats.example.com', false],
    ['10.0.0.0/8', '10.20.30.40', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', 'nats10.example.com', false],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['10.0.0.0/', '11.0.0.1', false],
    ['10.0.0.0/-1', '10.0.0.1', false],
    ['10.0.0.0/1.5', '10.0.0.1', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['0.0.1', '10.0.0.1', false],
    ['fd00::/8', 'fd00::1', true],
    ['fd00::1', 'fd00::1', true],
    ['[fd00::1]:4222', 'fd00::1', true],
    ['[fd00::1]:1', 'fd00::1', false],
    ['', 'a', false],
    ['.', 'a', false],
    [':', 'a', false],
  ])('by the rule %j: %s %s', (rule, host, expected) => {
    expect(isExempt(to(host), [rule])).toBe(expected);
  });

  it.each([
    ...['localhost', 'a.localhost', '127.0.0.1', '127.9.9.9', '0.0.0.0'],
    ...['::1', '0:0:0:0:0:0:0:1'],
  ])('is %s', (host) => {
    expect(isExempt(to(host), [])).toBe(true);
  });

  it('is a list with commas or blanks between', () => {
    expect(rulesIn(' a, .b,,10.0.0.0/8 c ')).toEqual(['a', '.b', '10.0.0.0/8', 'c']);
    expect(rulesIn('')).toEqual([]);
  });
});
