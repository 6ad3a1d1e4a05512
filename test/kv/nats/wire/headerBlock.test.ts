import { headers as newHeaders, type Msg } from 'nats';
import { describe, expect, it } from 'vitest';
import { HeaderBlock, headersOf, statusOf } from '../../../../src/kv/nats/wire/headerBlock';
import { isWithinTurn, measureTurns } from '../../../support/meters';

const encoder = new TextEncoder();
const block = (text: string) => new HeaderBlock(encoder.encode(text));

describe('HeaderBlock', () => {
  it('reads names and values, repeated ones and values with colons included', () => {
    expect(block('NATS/1.0\r\nA: 1\r\nB: x:y\r\nA: 2\r\nEmpty:\r\n\r\n').pairs()).toEqual([
      ['A', '1'],
      ['B', 'x:y'],
      ['A', '2'],
      ['Empty', ''],
    ]);
  });

  it('reads what the client refuses', () => {
    const odd = block('NATS/1.0\r\na name: a\nvalue\r\nKV-Operation: DEL\r\n\r\n');
    expect(odd.pairs()).toEqual([
      ['a name', 'a\nvalue'],
      ['KV-Operation', 'DEL'],
    ]);
    expect(odd.first('KV-Operation')).toBe('DEL');
  });

  it.each([
    ['NATS/1.0\r\nA: 1\r\nA: 2\r\n\r\n', '1', '2'],
    ['NATS/1.0\r\nAA: 0\r\nA:  1 \r\n\r\n', '1', '1'],
    ['NATS/1.0\r\nB: A: 3\r\nA: á\r\nC: 1\r\n\r\n', 'á', 'á'],
    ['NATS/1.0\r\nB: \nA: 3\r\n\r\n', undefined, undefined],
    ['NATS/1.0\r\na: 3\r\n\r\n', undefined, undefined],
    ['NATS/1.0\r\nA: cut', 'cut', 'cut'],
    ['NATS/1.0\r\nA', undefined, undefined],
    ['NATS/1.0', undefined, undefined],
    ['', undefined, undefined],
  ])('finds the first and the last of a name in %j', (text, first, last) => {
    expect([block(text).first('A'), block(text).last('A')]).toEqual([first, last]);
  });

  it.each([
    ['NATS/1.0 503\r\n\r\n', 503, '503'],
    ['NATS/1.0 100 Idle Heartbeat\r\nA: 1\r\n\r\n', 100, '100 Idle Heartbeat'],
    ['NATS/1.0  204 EOB\r\n\r\n', 204, '204 EOB'],
    ['NATS/1.0\r\nA: 1\r\n\r\n', 0, ''],
    ['NATS/1.0 what\r\n\r\n', 0, 'what'],
    ['', 0, ''],
  ])('knows the status of %j', (text, status, line) => {
    expect([block(text).status, block(text).statusLine]).toEqual([status, line]);
  });

  it.each([
    ['7', 7],
    ['-7', undefined],
    ['7x', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['9007199254740993', undefined],
  ])('takes %j as a count of %s', (text, expected) => {
    expect(block(`NATS/1.0\r\nN: ${text}\r\n\r\n`).lastCount('N')).toBe(expected);
  });

  it('does not take long over a message that is all headers', async () => {
    const lines = Array.from({ length: 10_887 }, (_, at) => `${at.toString(36)}:\r\n`);
    const many = block(`NATS/1.0\r\n${lines.join('')}KV-Operation: DEL\r\n\r\n`);
    const measured = measureTurns();
    for (let message = 0; message < 20; message++) {
      expect(many.copy().first('KV-Operation')).toBe('DEL');
      expect(many.status).toBe(0);
      expect(many.last('Nats-TTL')).toBeUndefined();
    }
    expect(many.pairs()).toHaveLength(10_888);
    await Promise.resolve();
    expect(isWithinTurn(measured())).toBe(true);
  });
});

describe('headersOf', () => {
  it('reads the bytes of a message as the client keeps it', () => {
    const data = encoder.encode('NATS/1.0 404 None\r\nA: 1\r\n\r\nvalue');
    const message = { _msg: { hdr: data.length - 5 }, _rdata: data } as unknown as Msg;
    expect(headersOf(message).pairs()).toEqual([['A', '1']]);
    expect(statusOf(message)).toBe(404);
    const bare = { _msg: { hdr: -1 }, _rdata: data } as unknown as Msg;
    expect(headersOf(bare).isEmpty).toBe(true);
  });

  it('reads the headers of a message that another client made', () => {
    const headers = newHeaders(503, 'No Responders');
    headers.append('A', '1');
    headers.append('A', '2');
    const message = { headers } as unknown as Msg;
    expect(headersOf(message).pairs()).toEqual([
      ['A', '1'],
      ['A', '2'],
    ]);
    expect(statusOf(message)).toBe(503);
    expect(headersOf({} as Msg).isEmpty).toBe(true);
  });
});
