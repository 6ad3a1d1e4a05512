import { describe, expect, it } from 'vitest';
import { HeaderBlock } from '../../../../src/kv/nats/wire/headerBlock';
import { OutgoingHeaders } from '../../../../src/kv/nats/wire/outgoingHeaders';
import { isWithinTurn, measureTurns } from '../../../support/meters';

describe('OutgoingHeaders', () => {
  it('sends every header, the repeated ones too, and what is set instead of all of its name', () => {
    const headers = new OutgoingHeaders([
      ['X', 'á'],
      ['KV-Operation', 'PURGE'],
      ['X', '2'],
    ]);
    headers.set('KV-Operation', 'DEL');
    const wire = 'NATS/1.0\r\nX: á\r\nX: 2\r\nKV-Operation: DEL\r\n\r\n';
    expect(new TextDecoder().decode(headers.encode())).toBe(wire);
    expect(headers.size).toBe(Buffer.byteLength(wire));
  });

  it('sends back what other clients have stored, as it is read', () => {
    const pairs = [
      ['a name', 'with: colon'],
      ['ключ', ''],
    ] as const;
    expect(new HeaderBlock(new OutgoingHeaders(pairs).encode()).pairs()).toEqual(pairs);
  });

  it('sends nothing at all for no headers', () => {
    expect(new OutgoingHeaders().size).toBe(0);
  });

  it.each([
    ['A: B', '1'],
    ['A\r\nKV-Operation', 'DEL'],
    ['A', '1\r\nKV-Operation: DEL'],
    ['A', '1\n'],
    ['', '1'],
  ])('refuses %j: %j, which would be read as something else', (name, value) => {
    expect(() => new OutgoingHeaders([[name, value]])).toThrow('cannot be sent');
  });

  it('takes its time by the number of headers, not by its square', async () => {
    const pairs = Array.from({ length: 10_887 }, (_, at) => [at.toString(36), ''] as const);
    const measured = measureTurns();
    for (let message = 0; message < 20; message++) {
      const headers = new OutgoingHeaders(pairs);
      headers.set('Nats-TTL', '5');
      expect(headers.size).toBeGreaterThan(pairs.length);
    }
    await Promise.resolve();
    expect(isWithinTurn(measured())).toBe(true);
  });
});
