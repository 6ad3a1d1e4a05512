import { EventEmitter, once } from 'node:events';
import { Events, type NatsConnection } from 'nats';

/**
 * Owns whether the link of another client is there; changes only by what the client tells. The client itself
 * discards what is sent while there is none, and waits for what was in flight for as long as it waits at all.
 */
export class ClientLink {
  private isThere = true;
  private readonly changes = new EventEmitter().setMaxListeners(0);

  constructor(connection: NatsConnection) {
    void this.follow(connection);
  }

  /** Sends once the link is there, at once where it is; rejects when it is lost before the answer. */
  async use<T>(send: () => Promise<T>): Promise<T> {
    while (!this.isThere) {
      await once(this.changes, 'there');
    }
    return new Promise((resolve, reject) => {
      const onLost = () => reject(new Error('the link of the other client was lost'));
      this.changes.once('lost', onLost);
      const end = () => void this.changes.off('lost', onLost);
      send().then(resolve, reject).then(end, end);
    });
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) {
        this.isThere = false;
        this.changes.emit('lost');
      } else if (type === Events.Reconnect) {
        this.isThere = true;
        this.changes.emit('there');
      }
    }
    // Closed for good: whoever waits is told so by the client.
    this.isThere = true;
    this.changes.emit('there');
  }
}
