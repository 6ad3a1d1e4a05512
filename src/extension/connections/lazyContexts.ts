import { DisposableStore, Emitter, type Disposable, type Event } from '../../kv/base/event';
import { later } from '../../kv/base/later';
import type { ContextState, ContextStore } from '../../kv/cliContexts/contextStore';
import type { environmentConnection } from '../../kv/cliContexts/environmentConnections';
import type { CliContext } from '../../kv/cliContexts/parseContext';
import type { Surroundings } from '../../kv/cliContexts/surroundings';

const nothing: ContextState = { contexts: [], problems: [] };

/** What is known once what reads it is loaded. */
interface Loaded {
  readonly store: ContextStore;
  readonly ofEnvironment: typeof environmentConnection;
}

/**
 * Owns what the `nats` CLI has of connections, its contexts and those of the environment; changes only through
 * `start`, `refresh` and what is changed on disk. Empty until what reads it is loaded.
 */
export class LazyContexts implements Disposable {
  private readonly parts = new DisposableStore();
  private readonly changed = this.parts.add(new Emitter<void>());
  private loaded: Loaded | undefined;
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly surroundings: Surroundings) {}

  get current(): ContextState {
    return this.loaded?.store.current ?? nothing;
  }

  /** The connection of the environment, over the context `selected` where the environment names one. */
  environment(selected: CliContext | undefined): CliContext | undefined {
    return this.loaded?.ofEnvironment(this.surroundings, selected);
  }

  /** Reads the contexts and follows them from now on. */
  async start(): Promise<void> {
    await (await this.load()).store.start();
  }

  /** Reads the contexts anew. */
  async refresh(): Promise<void> {
    await (await this.load()).store.refresh();
  }

  dispose(): void {
    this.parts.dispose();
  }

  private readonly load = later(async (): Promise<Loaded> => {
    const [{ ContextStore: Store }, { environmentConnection: ofEnvironment }] = await Promise.all([
      import('../../kv/cliContexts/contextStore'),
      import('../../kv/cliContexts/environmentConnections'),
    ]);
    const store = this.parts.add(new Store(this.surroundings));
    this.parts.add(store.onDidChange(() => this.changed.fire()));
    this.loaded = { store, ofEnvironment };
    // Of the environment all is known by now.
    this.changed.fire();
    return this.loaded;
  });
}
