import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WriteLock, type WriteLockState } from '../../../src/kv/session/writeLock';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** The lock of a read-only connection, with the states that it told. */
function setUp() {
  const lock = new WriteLock(true);
  const told: WriteLockState[] = [];
  lock.state.onDidChange((state) => told.push(state));
  return { lock, told };
}

const readOnly = expect.objectContaining({ kind: 'readOnly' }) as Error;

describe('WriteLock', () => {
  it('never refuses the writes of a connection that is not read-only', () => {
    const lock = new WriteLock(false);
    lock.lock();
    lock.unlock(1000);
    vi.advanceTimersByTime(2000);
    expect(lock.state.current).toEqual({ kind: 'writable' });
    expect(() => lock.check()).not.toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuses the writes of a read-only connection, saying what to do', () => {
    const { lock } = setUp();
    expect(() => lock.check()).toThrow(readOnly);
    expect(() => lock.check()).toThrow(/unlock writes/);
  });

  it('allows writes until the time is over, and tells both', () => {
    const { lock, told } = setUp();
    lock.unlock(1000);
    vi.advanceTimersByTime(999);
    expect(() => lock.check()).not.toThrow();
    vi.advanceTimersByTime(1);
    expect(() => lock.check()).toThrow(readOnly);
    expect(told).toEqual([{ kind: 'unlocked', until: 1_001_000 }, { kind: 'locked' }]);
  });

  it('refuses writes after the time although its timer is late, as after a sleep', () => {
    const { lock } = setUp();
    lock.unlock(1000);
    vi.setSystemTime(1_001_000);
    expect(lock.state.current.kind).toBe('unlocked');
    expect(() => lock.check()).toThrow(readOnly);
  });

  it('counts anew when it is unlocked again', () => {
    const { lock } = setUp();
    lock.unlock(1000);
    vi.advanceTimersByTime(900);
    lock.unlock(1000);
    vi.advanceTimersByTime(900);
    expect(() => lock.check()).not.toThrow();
    vi.advanceTimersByTime(100);
    expect(() => lock.check()).toThrow(readOnly);
  });

  it('stays unlocked for longer than a timer can wait', () => {
    const { lock } = setUp();
    lock.unlock(Infinity);
    vi.advanceTimersByTime(24 * 3_600_000);
    expect(() => lock.check()).not.toThrow();
  });

  it('locks at once when it is told to, once', () => {
    const { lock, told } = setUp();
    lock.unlock(1000);
    lock.lock();
    lock.lock();
    expect(() => lock.check()).toThrow(readOnly);
    expect(told.map(({ kind }) => kind)).toEqual(['unlocked', 'locked']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when it is disposed', () => {
    const { lock } = setUp();
    lock.unlock(1000);
    lock.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
