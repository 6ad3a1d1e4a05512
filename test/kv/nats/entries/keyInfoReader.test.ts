import { describe, expect, it } from 'vitest';
import { headers as newHeaders, type Msg } from 'nats';
import { KeyColumns } from '../../../../src/kv/model/keyBatch';
import { KeyInfoReader } from '../../../../src/kv/nats/entries/keyInfoReader';

const delivery = { streamSequence: 7, consumerSequence: 1, created: 1_000, pending: 0 };
const info = { key: 'a.b', revision: 7, created: 1_000 };

describe('KeyInfoReader', () => {
  it.each([
    ['NATS/1.0\r\nNats-Msg-Size: 32\r\n\r\n', 'PUT', 32],
    ['NATS/1.0\r\nNats-Msg-Size: 0\r\n\r\n', 'PUT', 0],
    ['NATS/1.0\r\nX: 1\r\nNats-Msg-Size: 5\r\n\r\n', 'PUT', 5],
    ['NATS/1.0\r\nKV-Operation: DEL\r\nNats-Msg-Size: 0\r\n\r\n', 'DEL', 0],
    ['NATS/1.0\r\nNats-Marker-Reason: MaxAge\r\n\r\n', 'EXPIRED', 0],
    ['NATS/1.0\r\nNats-Msg-Size: 7\r\nNats-Msg-Size: 5\r\n\r\n', 'PUT', 5],
    [
      'NATS/1.0\r\nKV-Operation: PURGE\r\nKV-Operation: DEL\r\nNats-Msg-Size: 0\r\n\r\n',
      'PURGE',
      0,
    ],
    // A stored header that looks like the beginning of all headers.
    ['NATS/1.0\r\nKV-Operation: DEL\r\nNATS/1.0\r\nNats-Msg-Size: 3\r\n\r\n', 'DEL', 3],
    ['NATS/1.0\r\nNats-Not-Size: 3\r\n\r\n', 'PUT', 0],
    ['NATS/1.0\r\nNats-Msg-Size: 3x\r\n\r\n', 'PUT', 0],
  ])('reads the headers %j', (headers, operation, size) => {
    const reader = new KeyInfoReader('$KV.b.', false);
    const expected = { ...info, operation, size };
    expect(reader.read(delivery, toMessage(headers))).toEqual(expected);
    expect(reader.read(delivery, withoutBytes(toMessage(headers)))).toEqual(expected);
    const columns = new KeyColumns(2);
    reader.readInto(columns, delivery, toMessage(headers));
    reader.readInto(columns, delivery, withoutBytes(toMessage(headers)));
    expect([...columns]).toEqual([expected, expected]);
  });
});

/** A message as the client makes it: in bytes, which its getters decode. */
function toMessage(headerBlock: string): Msg {
  const subject = '$KV.b.a.b';
  const bytes = new TextEncoder().encode(headerBlock);
  const lines = headerBlock.split('\r\n').slice(1);
  const headers = newHeaders();
  lines
    .map((line) => line.split(': '))
    .forEach(([name = '', value]) => value !== undefined && headers.append(name, value));
  const message = {
    _msg: { subject: new TextEncoder().encode(subject), hdr: bytes.length },
    _rdata: bytes,
    subject,
    headers,
  };
  return message as unknown as Msg;
}

/** The same as another client may make it. */
function withoutBytes({ subject, headers }: Msg): Msg {
  return { subject, headers } as unknown as Msg;
}
