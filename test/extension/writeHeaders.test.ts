import { describe, expect, it } from 'vitest';
import { parseWriteHeaders } from '../../src/extension/writeHeaders';
import { mergedHeaders } from '../../src/kv/model/headers';

describe('the headers of the setting', () => {
  it('are names with texts, with variables of the environment in their place', () => {
    const set = { 'X-User': '${env:USER} in VS Code', 'X-Team': 'shop' };

    expect(parseWriteHeaders(set, { USER: 'me' })).toEqual([
      ['X-User', 'me in VS Code'],
      ['X-Team', 'shop'],
    ]);
  });

  it.each([
    ['no text', { 'X-User': 1 }],
    ['no name of a header', { 'X User': 'me', 'X:User': 'me', '': 'me' }],
    ['a header of NATS itself', { 'Nats-TTL': '1', 'KV-Operation': 'DEL' }],
    ['no object', 'X-User'],
  ])('are none of %s', (_, set) => {
    expect(parseWriteHeaders(set, {})).toEqual([]);
  });

  it('keep to one line: a second one would be another header', () => {
    expect(parseWriteHeaders({ 'X-User': 'me\r\nNats-TTL: 1' }, {})).toEqual([
      ['X-User', 'me Nats-TTL: 1'],
    ]);
  });

  it('take the place of those that a value had before', () => {
    const own = [
      ['x-user', 'other'],
      ['Content-Type', 'json'],
    ] as const;

    expect(mergedHeaders(own, [['X-User', 'me']])).toEqual([
      ['Content-Type', 'json'],
      ['X-User', 'me'],
    ]);
  });
});
