/** Something that is held until `dispose` is called. Calling it again does nothing. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes a listener; the returned disposable ends the subscription. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * Owns the listeners of one event. Listeners are called in the order they subscribed and never after
 * they unsubscribed. One that throws does not keep the others from being called: its error is thrown
 * afterwards, on its own task.
 */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<{ call: (value: T) => void }>();

  readonly event: Event<T> = (listener) => {
    const entry = { call: listener };
    this.listeners.add(entry);
    return { dispose: () => void this.listeners.delete(entry) };
  };

  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      if (!this.listeners.has(listener)) {
        continue;
      }
      try {
        listener.call(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** A value that changes, with its present one at hand. */
export interface Observable<T> {
  readonly current: T;
  readonly onDidChange: Event<T>;
}

/** Owns one value; changes only through `set`, which tells the listeners unless it is the same. */
export class ObservableValue<T> implements Observable<T>, Disposable {
  private readonly changed = new Emitter<T>();
  readonly onDidChange = this.changed.event;

  constructor(private value: T) {}

  get current(): T {
    return this.value;
  }

  set(value: T): void {
    if (value === this.value) {
      return;
    }
    this.value = value;
    this.changed.fire(value);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Collects disposables and disposes them in reverse order. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  /** Adds an item, or disposes it at once when the store is already disposed. */
  add<T extends Disposable>(item: T): T {
    if (this.disposed) {
      item.dispose();
    } else {
      this.items.push(item);
    }
    return item;
  }

  dispose(): void {
    this.disposed = true;
    for (let item = this.items.pop(); item; item = this.items.pop()) {
      item.dispose();
    }
  }
}
