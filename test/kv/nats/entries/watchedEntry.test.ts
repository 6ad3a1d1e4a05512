import fc from 'fast-check';
import { headers as newHeaders, type Msg } from 'nats';
import { describe, expect, it } from 'vitest';
import { fromDelivery } from '../../../../src/kv/nats/entries/storedMessage';
import { watchedEntry } from '../../../../src/kv/nats/entries/watchedEntry';

const owner = { key: 'a.b', allowTtl: true };
const delivery = { streamSequence: 7, consumerSequence: 1, created: 1_000, pending: 0 };
const facts = [
  'key',
  'revision',
  'created',
  'operation',
  'size',
  'value',
  'headers',
  'ttl',
] as const;

describe('watchedEntry', () => {
  it('tells what the message tells, whatever its bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 1_100, size: 'max' }),
        fc.boolean(),
        (data, isMarker) => {
          const message = messageOf(data, isMarker);
          const whole = fromDelivery(owner, delivery, message);

          const entry = watchedEntry(owner, delivery, message);
          // The client uses its bytes again.
          const value = new Uint8Array(data);
          data.fill(0xee);

          expect(facts.map((fact) => entry[fact])).toEqual(facts.map((fact) => whole[fact]));
          expect(entry.value).toEqual(value);
        },
      ),
    );
  });

  it('gives the same bytes whenever it is asked for them', () => {
    const entry = watchedEntry(owner, delivery, messageOf(new Uint8Array([0, 255, 10]), false));
    expect(entry.value).toBe(entry.value);
  });
});

function messageOf(data: Uint8Array, isMarker: boolean): Msg {
  const headers = isMarker ? newHeaders() : undefined;
  headers?.set('KV-Operation', 'DEL');
  return { data, headers, subject: '$KV.b.a.b' } as unknown as Msg;
}
