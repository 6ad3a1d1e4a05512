import { isLive, type KeyInfo } from '../../model/entry';
import { type KeyBatch, KeyColumns } from '../../model/keyBatch';

/** A message that goes at a time, in milliseconds since the epoch by the server's clock. */
export interface Expiring {
  readonly key: string;
  readonly revision: number;
  readonly at: number;
}

/** Kept at most, some 150 bytes each: what more there is, is found by the count of subjects. */
const most = 100_000;
const second = 1_000;

/**
 * Owns which messages have a time to live of their own and when they go; changes only through its
 * methods. Who takes one looks whether it is the key's last by then.
 */
export class OwnTtls {
  /** By the second in which they go. */
  private readonly due = new Map<number, Expiring[]>();
  /** The last one of each key. */
  private readonly last = new Map<string, Expiring>();
  private count = 0;

  /** Notes those of a batch. */
  noteAll(batch: KeyBatch): void {
    if (batch instanceof KeyColumns) {
      batch.withTtl.forEach((at) => this.noteInfo(batch.at(at)));
    } else {
      batch.forEach((info) => this.noteInfo(info));
    }
  }

  note(message: Expiring): void {
    if (this.count < most) {
      this.count++;
      this.last.set(message.key, message);
      const at = Math.ceil(message.at / second) * second;
      const others = this.due.get(at);
      if (others) {
        others.push(message);
      } else {
        this.due.set(at, [message]);
      }
    }
  }

  /** When a message goes; undefined where it has no time of its own, or none is known. */
  endOf({ key, revision }: Pick<Expiring, 'key' | 'revision'>): number | undefined {
    const message = this.last.get(key);
    return message?.revision === revision ? message.at : undefined;
  }

  /** The last one of each key. */
  get all(): Iterable<Expiring> {
    return this.last.values();
  }

  /** When the next one goes; undefined for never. */
  get next(): number | undefined {
    let next = Infinity;
    for (const at of this.due.keys()) {
      next = Math.min(next, at);
    }
    return next === Infinity ? undefined : next;
  }

  /** Takes out those that are due. */
  take(now: number): Expiring[] {
    const taken: Expiring[] = [];
    for (const [at, messages] of this.due) {
      if (at <= now) {
        this.due.delete(at);
        this.count -= messages.length;
        taken.push(...messages);
        messages
          .filter((each) => this.last.get(each.key) === each)
          .forEach(({ key }) => this.last.delete(key));
      }
    }
    return taken;
  }

  private noteInfo(info: KeyInfo): void {
    const { key, revision, created, ttl } = info;
    if (typeof ttl === 'number' && isLive(info)) {
      this.note({ key, revision, at: created + ttl });
    }
  }
}
