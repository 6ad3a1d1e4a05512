import { describe, expect, it } from 'vitest';
import { idOf, parseConnections } from '../../src/extension/connections/connectionSettings';
import { languageOf } from '../../src/extension/documents/documentLanguage';
import { textOf } from '../../src/extension/documents/textForm';
import { parseDuration } from '../../src/extension/duration';

describe('languageOf', () => {
  it.each([
    ['orders.eu.py', '{"a":1}', 'json'],
    ['order-1', '  [1, 2]\n', 'json'],
    ['quoted', '"text"', 'json'],
    ['order-1', '{broken', 'plaintext'],
    ['orders.eu.py', 'new', 'plaintext'],
    ['number', '42', 'plaintext'],
    ['feed', '<?xml version="1.0"?><a/>', 'xml'],
    ['service.yaml', 'a: 1', undefined],
    ['', '', 'plaintext'],
  ])('takes %s with %s for %s', (key, text, language) => {
    expect(languageOf(key, text)).toBe(language);
  });
});

describe('parseDuration', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['1.5s', 1_500],
    ['250MS', 250],
    ['10', undefined],
    ['ten', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
  ])('reads %j as %s ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('textOf', () => {
  it('makes one kind of line end and drops a byte order mark', () => {
    expect(textOf(new TextEncoder().encode('\ufeffa\r\nb\rc\n'))).toBe('a\nb\nc\n');
  });

  it.each([
    ['a NUL', [65, 0, 66]],
    ['broken UTF-8', [0xff, 0xfe]],
    ['a cut character', [0xe2, 0x82]],
  ])('takes %s for binary', (_, bytes) => {
    expect(textOf(new Uint8Array(bytes))).toBeUndefined();
  });
});

describe('parseConnections', () => {
  it('makes the id of the name and keeps one that is given', () => {
    const { connections, problems } = parseConnections([
      { name: 'My Server (EU)', url: 'nats://a' },
      { id: 'own-id', name: 'Other', url: 'nats://b' },
    ]);

    expect(connections.map(({ id }) => id)).toEqual(['my-server-eu', 'own-id']);
    expect(problems).toEqual([]);
  });

  it.each([
    [null, 'it is not an object'],
    [{ url: 'nats://a' }, 'it has no "name"'],
    [{ name: 'a' }, 'it has no "url"'],
    [{ name: 'a', url: 7 }, 'it has no "url"'],
    [{ id: 'A B', name: 'a', url: 'nats://a' }, 'its "id" may contain only'],
  ])('says what is wrong with %j', (entry, reason) => {
    expect(parseConnections([entry]).problems).toEqual([
      { index: 0, reason: expect.stringContaining(reason) as string },
    ]);
  });

  it('uses the first of two entries with one id', () => {
    const { connections, problems } = parseConnections([
      { name: 'Local', url: 'nats://a' },
      { name: 'local', url: 'nats://b' },
    ]);

    expect(connections.map(({ url }) => url)).toEqual(['nats://a']);
    expect(problems).toEqual([{ index: 1, reason: 'another connection has the id "local"' }]);
  });

  it('makes an id of any name', () => {
    expect(idOf('***')).toBe('connection');
    expect(idOf('Ünïcode 1')).toBe('n-code-1');
  });
});
