import type { ConnectionConfig } from '../model/connectionConfig';
import { KeyShelf } from '../keys/keptKeys';
import { ConnectionSession, type Connect } from './connectionSession';
import { Emitter, type Disposable, type Event } from '../base/event';

/** Fields that say how a connection is shown and not where it leads. */
const labels = ['name', 'folder', 'description', 'selected', 'problems', 'environment'] as const;

/**
 * Owns a session for each configured connection, in their order; changes only through `configure`.
 * A session lives on as long as what matters to its link stays the same.
 */
export class Connections implements Disposable {
  private sessions: ConnectionSession[] = [];
  /** A session whose settings change makes room for another one, on the same server mostly. */
  private readonly shelves = new Map<string, KeyShelf>();
  private readonly changed = new Emitter<void>();
  private readonly lockChanged = new Emitter<ConnectionSession>();

  /** Which sessions there are, or how they are labelled, has changed. */
  readonly onDidChange: Event<void> = this.changed.event;

  /** The writes of a session were locked or unlocked. */
  readonly onDidChangeLock: Event<ConnectionSession> = this.lockChanged.event;

  constructor(private readonly connect: Connect) {}

  get all(): readonly ConnectionSession[] {
    return this.sessions;
  }

  get(id: string): ConnectionSession | undefined {
    return this.sessions.find((session) => session.id === id);
  }

  configure(configs: readonly ConnectionConfig[]): void {
    const before = this.sessions;
    this.sessions = configs.map((config) => {
      const same = before.find((session) => linkOf(session.config) === linkOf(config));
      same?.relabel(config);
      return same ?? this.create(config);
    });
    before.filter((session) => !this.sessions.includes(session)).forEach((each) => each.dispose());
    const servers = new Set(configs.map(serverOf));
    [...this.shelves.keys()]
      .filter((server) => !servers.has(server))
      .forEach((server) => this.shelves.delete(server));
    this.changed.fire();
  }

  private create(config: ConnectionConfig): ConnectionSession {
    const shelf = this.shelves.get(serverOf(config)) ?? new KeyShelf();
    this.shelves.set(serverOf(config), shelf);
    const session = new ConnectionSession(config, this.connect, shelf);
    session.lock.state.onDidChange(() => this.lockChanged.fire(session));
    return session;
  }

  dispose(): void {
    this.lockChanged.dispose();
    this.sessions.forEach((session) => session.dispose());
    this.sessions = [];
    this.changed.dispose();
  }
}

/** What says that a connection still leads to the same account of the same server. */
export function serverOf({ id, url, tunnel, auth, domain, apiPrefix }: ConnectionConfig): string {
  return JSON.stringify([id, url, tunnel, auth, domain, apiPrefix]);
}

/** All that matters to the link, as a text to compare. */
function linkOf(config: ConnectionConfig): string {
  const entries = Object.entries(config).filter(
    ([field, value]) => value !== undefined && !labels.some((label) => label === field),
  );
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
