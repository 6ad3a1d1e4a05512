import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Disposable,
  DisposableStore,
  Emitter,
  ObservableValue,
} from '../../../src/kv/base/event';

describe('Emitter', () => {
  it('calls listeners in the order they subscribed', () => {
    const emitter = new Emitter<string>();
    const calls: string[] = [];
    emitter.event((value) => calls.push(`first ${value}`));
    emitter.event((value) => calls.push(`second ${value}`));
    emitter.fire('a');
    expect(calls).toEqual(['first a', 'second a']);
  });

  it('calls a listener that subscribed twice twice', () => {
    const emitter = new Emitter<number>();
    const listener = vi.fn();
    const once = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    once.dispose();
    once.dispose();
    emitter.fire(2);
    expect(listener.mock.calls).toEqual([[1], [1], [2]]);
  });

  it('calls those who were subscribed when it fired, and no one who joined since', () => {
    const emitter = new Emitter<number>();
    const late = vi.fn();
    emitter.event(() => void emitter.event(late));
    emitter.fire(1);
    expect(late).not.toHaveBeenCalled();
  });

  it('does not call a listener that another one unsubscribed meanwhile', () => {
    const emitter = new Emitter<number>();
    const second = vi.fn();
    const subscriptions: Disposable[] = [];
    emitter.event(() => subscriptions.forEach((subscription) => subscription.dispose()));
    subscriptions.push(emitter.event(second));
    emitter.fire(1);
    expect(second).not.toHaveBeenCalled();
  });

  it('knows whether anybody listens', () => {
    const emitter = new Emitter<number>();
    expect(emitter.hasListeners).toBe(false);
    const subscription = emitter.event(() => undefined);
    expect(emitter.hasListeners).toBe(true);
    subscription.dispose();
    expect(emitter.hasListeners).toBe(false);
  });

  it('calls nobody after it was disposed', () => {
    const emitter = new Emitter<number>();
    const listener = vi.fn();
    emitter.event(listener);
    emitter.dispose();
    emitter.fire(1);
    expect(listener).not.toHaveBeenCalled();
  });

  describe('with a listener that throws', () => {
    const queued: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (task: () => void) => queued.push(task));
    afterEach(() => vi.unstubAllGlobals());

    it('calls the others and throws on a task of its own', () => {
      const emitter = new Emitter<number>();
      const other = vi.fn();
      emitter.event(() => {
        throw new Error('a bug');
      });
      emitter.event(other);
      emitter.fire(1);
      expect(other).toHaveBeenCalledWith(1);
      expect(queued).toHaveLength(1);
      expect(queued[0]).toThrow('a bug');
    });
  });
});

describe('ObservableValue', () => {
  it('tells a change, with the present value at hand', () => {
    const observable = new ObservableValue('a');
    const seen: string[] = [];
    observable.onDidChange((value) => seen.push(`${value} ${observable.current}`));
    observable.set('b');
    expect(seen).toEqual(['b b']);
  });

  it('tells nothing when the value stays the same', () => {
    const observable = new ObservableValue('a');
    const listener = vi.fn();
    observable.onDidChange(listener);
    observable.set('a');
    expect(listener).not.toHaveBeenCalled();
  });

  it('tells nothing after it was disposed', () => {
    const observable = new ObservableValue('a');
    const listener = vi.fn();
    observable.onDidChange(listener);
    observable.dispose();
    observable.set('b');
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('DisposableStore', () => {
  const recorder = () => {
    const disposed: string[] = [];
    return { disposed, item: (name: string) => ({ dispose: () => void disposed.push(name) }) };
  };

  it('disposes its items once, in reverse order', () => {
    const { disposed, item } = recorder();
    const store = new DisposableStore();
    store.add(item('first'));
    store.add(item('second'));
    store.dispose();
    store.dispose();
    expect(disposed).toEqual(['second', 'first']);
  });

  it('disposes at once what is added too late', () => {
    const { disposed, item } = recorder();
    const store = new DisposableStore();
    store.dispose();
    store.add(item('late'));
    expect(disposed).toEqual(['late']);
  });

  it('returns what was added', () => {
    const { item } = recorder();
    const added = item('one');
    expect(new DisposableStore().add(added)).toBe(added);
  });
});
