import { headers } from 'nats';
import { describe, expect, it } from 'vitest';
import { headerSize, parseHeaderBlock, toPairs } from '../../../../src/kv/nats/wire/wireHeaders';

describe('parseHeaderBlock', () => {
  it('reads names and values, repeated ones and values with colons included', () => {
    const block = 'NATS/1.0\r\nA: 1\r\nB: x:y\r\nA: 2\r\nEmpty:\r\n\r\n';
    expect(parseHeaderBlock(block)).toEqual([
      ['A', '1'],
      ['B', 'x:y'],
      ['A', '2'],
      ['Empty', ''],
    ]);
  });

  it('reads what the client refuses', () => {
    expect(parseHeaderBlock('NATS/1.0\r\na name: a\nvalue\r\n\r\n')).toEqual([
      ['a name', 'a\nvalue'],
    ]);
  });

  it('reads nothing from no headers', () => {
    expect(parseHeaderBlock('')).toEqual([]);
  });
});

describe('headerSize', () => {
  it('counts the bytes that the client sends', () => {
    const sent = headers();
    sent.append('KV-Operation', 'DEL');
    sent.append('X', 'á');
    sent.append('X', '2');
    const wire = 'NATS/1.0\r\nKV-Operation: DEL\r\nX: á\r\nX: 2\r\n\r\n';
    expect(headerSize(sent)).toBe(Buffer.byteLength(wire));
    expect(toPairs(sent)).toEqual(parseHeaderBlock(wire));
  });
});
