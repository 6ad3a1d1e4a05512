import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { StallWatch } from '../../../../src/kv/nats/consumers/stallWatch';

function setUp({ flush = () => Promise.resolve(), isThere = true, delivers = false } = {}) {
  const onStall = vi.fn();
  const channel = { flush, delivers };
  const stalls = new StallWatch({
    channel,
    isThere: () => Promise.resolve(isThere),
    inbox: 'own.inbox.x1',
    onStall,
  });
  return { stalls, onStall, channel };
}

describe('a consumer that waits for an answer', () => {
  it('is stalled when it still waits for the one that must have reached it', async () => {
    const { stalls, onStall } = setUp();
    stalls.answer('$JS.FC.one');
    expect(stalls.waitsFor('$JS.FC.one')).toBe(true);
    expect(onStall).not.toHaveBeenCalled();
    await turn();
    stalls.waitsFor('$JS.FC.one');
    expect(onStall).toHaveBeenCalledWith(expect.objectContaining({ kind: 'denied' }));
  });

  it('is not stalled while the answer may be on its way', async () => {
    const { stalls, onStall } = setUp({ flush: () => Promise.reject(new Error('late')) });
    stalls.answer('$JS.FC.one');
    for (let times = 0; times < 5; times++) {
      stalls.waitsFor('$JS.FC.one');
      await turn();
    }
    expect(onStall).not.toHaveBeenCalled();
  });

  it('is to be answered when it waits for another one', () => {
    const { stalls } = setUp();
    stalls.answer('$JS.FC.one');
    expect(stalls.waitsFor('$JS.FC.two')).toBe(false);
  });
});

describe('a consumer of which nothing is heard', () => {
  it('lacks what it delivers to when the server has it and nothing ever came', async () => {
    const { stalls } = setUp();
    await stalls.late();
    expect(stalls.silence?.message).toContain('"own.inbox.>"');
  });

  it.each([
    ['the server does not tell of it', { isThere: false }],
    ['another one was heard on the connection', { delivers: true }],
  ])('lacks nothing when %s', async (_, options) => {
    const { stalls } = setUp(options);
    await stalls.late();
    expect(stalls.silence).toBeUndefined();
  });
});
