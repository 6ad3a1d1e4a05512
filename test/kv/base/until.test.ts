import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/kv/base/event';
import { until } from '../../../src/kv/base/until';

describe('until', () => {
  it('waits for the condition and not for the first event', async () => {
    const changed = new Emitter<number>();
    const seen: number[] = [];
    const waiting = until(() => seen.includes(2), [changed.event]).then(() => 'over');
    for (const value of [1, 2]) {
      seen.push(value);
      expect(changed.hasListeners).toBe(true);
      changed.fire(value);
    }
    expect(changed.hasListeners).toBe(false);
    await expect(waiting).resolves.toBe('over');
  });

  it('listens to nothing when the condition holds already', async () => {
    const changed = new Emitter<void>();
    const waiting = until(() => true, [changed.event]);
    expect(changed.hasListeners).toBe(false);
    await waiting;
  });

  it('ends when the signal aborts, and when the time is over', async () => {
    const changed = new Emitter<void>();
    const abort = new AbortController();
    const waiting = until(() => false, [changed.event], { signal: abort.signal });
    abort.abort();
    await waiting;
    await until(() => false, [changed.event], { timeoutMs: 1 });
    expect(changed.hasListeners).toBe(false);
  });
});
