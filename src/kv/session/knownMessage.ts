import type { Entry } from '../model/entry';
import { isSameMessage, stampOf } from '../model/stamp';
import type { KeyChange } from '../model/watch';

/** What became of something that was told: nothing new, the time of a write of ours, or news. */
export type Lesson = 'nothing' | 'dated' | 'news';

/**
 * Owns which message of a key is known, and the highest revision that was told of it; changes only
 * through its methods. Does no I/O.
 */
export class KnownMessage {
  private known: { readonly entry: Entry | undefined; readonly isDated: boolean } | undefined;
  private heard: KeyChange | undefined;
  private highest = 0;

  /** Whether the key was read at all. */
  get isRead(): boolean {
    return this.known !== undefined;
  }

  get entry(): Entry | undefined {
    return this.known?.entry;
  }

  get revision(): number {
    return this.entry?.revision ?? 0;
  }

  /** False for a write of ours whose time the server has not told: `entry.created` is this computer's. */
  get isDated(): boolean {
    return this.known?.isDated ?? true;
  }

  /** The highest revision of the key that was told, in the bucket that is followed. */
  get told(): number {
    return this.highest;
  }

  /** From now on nothing older than this revision can be true. */
  raise(revision: number): void {
    this.highest = Math.max(this.highest, revision);
  }

  /** What was told does not bind any more: `revision` is the last one by now, or 0 for not known. */
  reset(revision: number): void {
    this.highest = revision;
    this.heard = undefined;
  }

  /** Takes in the first read. */
  read(entry: Entry | undefined): void {
    this.known = { entry, isDated: true };
  }

  /** Takes in a write of ours, unless something newer was told. True when it is what is known now. */
  wrote(entry: Entry, isDated: boolean): boolean {
    if (entry.revision < this.highest) {
      return false;
    }
    const { heard } = this;
    const isHeard = heard?.revision === entry.revision;
    this.known = isHeard
      ? { entry: { ...entry, created: heard.created }, isDated: true }
      : { entry, isDated };
    this.highest = entry.revision;
    return true;
  }

  /** Takes note of what the watch told; a write of ours is dated by it. */
  hear(change: KeyChange): Lesson {
    this.heard = change;
    this.raise(change.revision);
    if (change.revision === this.revision) {
      return this.date(change.created);
    }
    return change.revision > this.revision ? 'news' : 'nothing';
  }

  /** Takes in what the server has. Whether it is newer is for the caller to know. */
  learn(entry: Entry | undefined): Lesson {
    if (entry && !this.isDated && isSameWrite(entry, this.entry)) {
      return this.date(entry.created);
    }
    if (isSameMessage(stampOf(entry), stampOf(this.entry))) {
      return 'nothing';
    }
    this.known = { entry, isDated: true };
    return 'news';
  }

  /** The same revision of another bucket. */
  isOfOtherBucket(entry: Entry): boolean {
    const isSameRevision = this.isDated && this.entry?.revision === entry.revision;
    return isSameRevision && !isSameMessage(stampOf(this.entry), stampOf(entry));
  }

  /** An own write was dated by this computer's clock until the server tells it. */
  private date(created: number): Lesson {
    if (!this.entry || this.isDated) {
      return 'nothing';
    }
    this.known = { entry: { ...this.entry, created }, isDated: true };
    return 'dated';
  }
}

/** A write of ours as the server tells it. */
function isSameWrite(entry: Entry, own: Entry | undefined): boolean {
  return (
    entry.revision === own?.revision &&
    entry.operation === own.operation &&
    entry.value.length === own.value.length &&
    entry.value.every((byte, at) => byte === own.value[at])
  );
}
