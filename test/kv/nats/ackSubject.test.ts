import { describe, expect, it } from 'vitest';
import { parseAckSubject } from '../../../src/kv/nats/ackSubject';

const delivery = {
  streamSequence: 22,
  consumerSequence: 3,
  created: 1_732_300_000_123,
  pending: 4,
};

describe('parseAckSubject', () => {
  it.each([
    ['the plain form', '$JS.ACK.KV_b.kv1.1.22.3.1732300000123456789.4'],
    ['the form with domain and account', '$JS.ACK.hub.AbC.KV_b.kv1.1.22.3.1732300000123456789.4'],
    ['the form with a random token', '$JS.ACK._.AbC.KV_b.kv1.1.22.3.1732300000123456789.4.rnd'],
    ['a form with more to come', '$JS.ACK._.AbC.KV_b.kv1.1.22.3.1732300000123456789.4.rnd.more'],
  ])('reads %s', (_, subject) => {
    expect(parseAckSubject(subject)).toEqual(delivery);
  });

  it.each([
    '',
    '_INBOX.abc',
    '$JS.FC.KV_b.kv1.xyz',
    '$JS.ACK.KV_b.kv1.1.22.3.1732300000123456789',
    '$JS.ACK.KV_b.kv1.1.22.3.1732300000123456789.4.5',
    '$JS.ACK.KV_b.kv1.1.22.x.1732300000123456789.4',
    '$JS.ACK.KV_b.kv1.1.22.3..4',
  ])('reads nothing from %j', (subject) => {
    expect(parseAckSubject(subject)).toBeUndefined();
  });
});
