import { describe, expect, it } from 'vitest';
import { AckSubjectParser } from '../../../../src/kv/nats/consumers/ackSubject';

const bytes = (text: string) => new TextEncoder().encode(text);

const delivery = {
  streamSequence: 22,
  consumerSequence: 3,
  created: 1_732_300_000_123,
  pending: 4,
};

describe('AckSubjectParser', () => {
  it.each([
    ['the plain form', '$JS.ACK.KV_b.kv1.1.22.3.1732300000123456789.4'],
    ['the form with domain and account', '$JS.ACK.hub.AbC.KV_b.kv1.1.22.3.1732300000123456789.4'],
    ['the form with a random token', '$JS.ACK._.AbC.KV_b.kv1.1.22.3.1732300000123456789.4.rnd'],
    ['a form with more to come', '$JS.ACK._.AbC.KV_b.kv1.1.22.3.1732300000123456789.4.rnd.more'],
  ])('reads %s', (_, subject) => {
    const parser = new AckSubjectParser();
    expect(parser.parse(bytes(subject))).toEqual(delivery);
    expect(parser.parse(bytes(subject))).toEqual(delivery);
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
    const parser = new AckSubjectParser();
    expect(parser.parse(bytes(subject))).toBeUndefined();
    expect(parser.parse(bytes(subject))).toBeUndefined();
  });

  it('reads subjects that differ in all of their numbers', () => {
    const parser = new AckSubjectParser();
    parser.parse(bytes('$JS.ACK.KV_b.kv1.1.22.3.1732300000123456789.4'));
    expect(
      parser.parse(bytes('$JS.ACK.KV_b.kv1.1.9007199254740991.45.1732300000999999999.0')),
    ).toEqual({
      streamSequence: 9_007_199_254_740_991,
      consumerSequence: 45,
      created: 1_732_300_000_999,
      pending: 0,
    });
  });

  it('reads subjects of another form after some of one form', () => {
    const parser = new AckSubjectParser();
    parser.parse(bytes('$JS.ACK.KV_b.kv1.1.7.8.1732300000123456789.9'));
    parser.parse(bytes('$JS.ACK.hub.AbC.KV_b.kv1.1.7.8.1732300000123456789.9.rnd'));
    const subject = '$JS.ACK.KV_b.kv1.1.22.3.1732300000123456789.4';
    expect(parser.parse(bytes(subject))).toEqual(delivery);
    expect(parser.parse(bytes(`${subject}.rnd`))).toBeUndefined();
  });
});
