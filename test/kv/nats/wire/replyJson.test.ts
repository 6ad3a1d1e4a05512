import { describe, expect, it } from 'vitest';
import { parseReply } from '../../../../src/kv/nats/wire/replyJson';

const reply = (text: string) => new TextEncoder().encode(text);

describe('parseReply', () => {
  it('parses what an answer may be', () => {
    const text = '{"a":[1,{"b":"[[,,]\\"]"}],"c":null}';
    expect(parseReply(reply(text))).toEqual(JSON.parse(text));
  });

  it('takes the names of a hundred thousand keys', () => {
    const names = Array.from({ length: 100_000 }, (_, at) => [`$KV.b.orders.${at}`, 1] as const);
    const text = JSON.stringify({ state: { subjects: Object.fromEntries(names) } });
    expect(parseReply(reply(text))).toMatchObject({ state: { subjects: { '$KV.b.orders.7': 1 } } });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['a cut answer', '{"config":{"name":"KV_b"'],
    ['bytes that are no text', '\u0000\uffff'],
  ])('refuses %s as no JSON', (_, text) => {
    expect(() => parseReply(reply(text))).toThrow('is not JSON');
  });

  it.each<[string, () => string]>([
    ['deep nesting', () => '['.repeat(100_000)],
    ['nesting that is closed', () => `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`],
    ['a million empty lists', () => `[${'[],'.repeat(1_000_000)}[]]`],
    ['a million numbers', () => `[${'0,'.repeat(1_000_000)}0]`],
  ])('refuses %s before it is built', (_, text) => {
    expect(() => parseReply(reply(text()))).toThrow('holds too much');
  });

  it('refuses what is too long before it looks at it', () => {
    expect(() => parseReply(new Uint8Array(32 * 1024 * 1024 + 1))).toThrow('too long');
  });

  it('refuses what would take long to read digit by digit', () => {
    const text = `{"a":[${'1234567890123456789,'.repeat(250_000)}0]}`;
    expect(() => parseReply(reply(text), true)).toThrow('holds too much');
    expect(() => parseReply(reply(text))).not.toThrow();
  });
});
