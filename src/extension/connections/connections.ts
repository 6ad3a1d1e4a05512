import type { ConnectionConfig } from '../../kv/connectionConfig';
import { ConnectionSession, type Connect } from '../../kv/connectionSession';
import { Emitter, type Disposable, type Event } from '../../kv/event';

/**
 * Owns a session for each configured connection, in the order of the settings; changes only through
 * `configure`. A session lives on as long as its configuration stays the same.
 */
export class Connections implements Disposable {
  private sessions: ConnectionSession[] = [];
  private readonly changed = new Emitter<void>();

  /** Which sessions there are has changed. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly connect: Connect) {}

  get all(): readonly ConnectionSession[] {
    return this.sessions;
  }

  get(id: string): ConnectionSession | undefined {
    return this.sessions.find((session) => session.id === id);
  }

  configure(configs: readonly ConnectionConfig[]): void {
    const before = this.sessions;
    this.sessions = configs.map(
      (config) =>
        before.find((session) => isSame(session.config, config)) ??
        new ConnectionSession(config, this.connect),
    );
    before.filter((session) => !this.sessions.includes(session)).forEach((each) => each.dispose());
    this.changed.fire();
  }

  dispose(): void {
    this.sessions.forEach((session) => session.dispose());
    this.sessions = [];
    this.changed.dispose();
  }
}

function isSame(a: ConnectionConfig, b: ConnectionConfig): boolean {
  return a.id === b.id && a.name === b.name && a.url === b.url;
}
