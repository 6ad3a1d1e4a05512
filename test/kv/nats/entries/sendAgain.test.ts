import type { Msg } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KvError } from '../../../../src/kv/model/errors';
import type { Catalog, StreamFacts } from '../../../../src/kv/nats/buckets/catalog';
import { sendAgain, type Sent } from '../../../../src/kv/nats/entries/writeFailure';
import type { Channel } from '../../../../src/kv/nats/wire/channel';
import { statusHeaders } from '../fakeClient';

const channel = {} as Channel;
const write = { bucket: 'b', key: 'k' };
const nothing = new Uint8Array();
const untaken: Sent = {
  kind: 'answered',
  reply: { data: nothing, headers: statusHeaders(503, 'No Responders') } as Msg,
};
const taken: Sent = { kind: 'answered', reply: { data: nothing } as Msg };

/** What is known of a bucket that lies on its own server or has this leader. */
function catalogWith({
  cluster,
  ...facts
}: Partial<StreamFacts> & { cluster?: { leader?: string } } = {}): Catalog {
  const known = { prefix: '$KV.b.', subjects: ['$KV.b.>'], ...facts };
  return {
    lookUp: () => Promise.resolve(known),
    peek: () => known,
    status: () => Promise.resolve({ cluster }),
  } as unknown as Catalog;
}

/** Answers with each of these in turn, the last one for ever. */
function answering(...answers: readonly Sent[]) {
  let at = 0;
  return vi.fn(() => Promise.resolve(answers[Math.min(at++, answers.length - 1)] as Sent));
}

describe('a write that no stream took', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function outcome(catalog: Catalog, send: () => Promise<Sent>, signal?: AbortSignal) {
    const sent = sendAgain(catalog, channel, { ...write, signal }, send).catch(
      (error: unknown) => error,
    );
    await vi.runAllTimersAsync();
    return sent;
  }

  it('is sent again until it is taken', async () => {
    const send = answering(untaken, untaken, taken);
    expect(await outcome(catalogWith(), send)).toBe(taken);
    expect(send).toHaveBeenCalledTimes(3);
  });

  it('is not sent again once it may have been taken', async () => {
    const unknown: Sent = { kind: 'unknown', reason: 'cut' };
    const send = answering(untaken, unknown, taken);
    expect(await outcome(catalogWith(), send)).toBe(unknown);
  });

  it('is not sent again to a bucket that does not take the key', async () => {
    const send = answering(taken);
    expect(await outcome(catalogWith({ subjects: ['$KV.b.x'] }), send)).toMatchObject({
      kind: 'unsupported',
    });
    expect(await outcome(catalogWith({ subjects: [] }), send)).toMatchObject({
      kind: 'unsupported',
    });
    expect(await outcome(catalogWith({ mirrorOf: 'o' }), send)).toMatchObject({
      kind: 'unsupported',
    });
    expect(send).not.toHaveBeenCalled();
  });

  it('is told as such after two seconds, with what is the matter', async () => {
    const send = answering(untaken);
    const started = Date.now();
    expect(await outcome(catalogWith({ cluster: {} }), send)).toMatchObject({
      kind: 'unavailable',
    });
    expect(Date.now() - started).toBeLessThan(2_000);
    for (const catalog of [catalogWith(), catalogWith({ cluster: { leader: 's1' } })]) {
      const failure = (await outcome(catalog, send)) as KvError;
      expect(failure).toMatchObject({ kind: 'server' });
      expect(failure.message).toContain('"$KV.b.k"');
    }
  });

  it('is not sent again once it is cancelled', async () => {
    const cancel = new AbortController();
    const send = vi.fn(() => {
      cancel.abort();
      return Promise.resolve(untaken);
    });
    expect(await outcome(catalogWith(), send, cancel.signal)).toMatchObject({ kind: 'cancelled' });
    expect(send).toHaveBeenCalledTimes(1);
  });
});
