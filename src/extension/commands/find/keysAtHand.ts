import { isLive } from '../../../kv/model/entry';
import type { FoundKey } from '../../../kv/find/keyFinder';
import { Emitter, type Disposable, type Event } from '../../../kv/base/event';
import type { Background } from '../../../kv/base/background';
import type { Connections } from '../../../kv/session/connections';
import type { Pins } from '../../../views/buckets/rows/pins';
import type { RecentKeys } from '../../find/recentKeys';

/** How many keys that were opened lately stand first. */
const mostLately = 10;
/** More may have to be looked at where some of them are gone. */
const mostLookedAt = 3 * mostLately;

export interface AtHandParts {
  readonly connections: Pick<Connections, 'all' | 'get'>;
  readonly recent?: Pick<RecentKeys, 'all'>;
  readonly pins?: Pick<Pins, 'of' | 'has' | 'add' | 'remove'>;
  readonly inBackground: Background;
}

/**
 * Owns the keys that stand first in Go to Key before anything is typed, those that are pinned and those
 * opened lately, and which of them are gone; changes only through `look`.
 */
export class KeysAtHand implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly gone = new Set<string>();
  private readonly ended = new AbortController();

  /** It is known by now that some of them are gone. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly parts: AtHandParts) {}

  get pinned(): readonly FoundKey[] {
    const { connections, pins } = this.parts;
    return connections.all.flatMap((session) =>
      (pins?.of(session.id) ?? []).flatMap(({ bucket, filter }) =>
        filter === undefined || filter.endsWith('.>') ? [] : [{ session, bucket, key: filter }],
      ),
    );
  }

  /** Those that are not known to be gone, without the pinned ones. */
  get lately(): readonly FoundKey[] {
    return this.remembered.filter((found) => !this.isGone(found)).slice(0, mostLately);
  }

  /** Whether a key has no value, as far as is known. */
  isGone(found: FoundKey): boolean {
    const { session, bucket, key } = found;
    const index = session.knownIndex(bucket);
    return index?.state.current.kind === 'ready'
      ? index.get(key) === undefined
      : this.gone.has(nameOf(found));
  }

  /** Asks for those in buckets that are not listed, with one request for each bucket; dials nobody. */
  look(): void {
    const unknown = [...this.pinned, ...this.remembered].slice(0, mostLookedAt);
    const byBucket = Map.groupBy(unknown, ({ session, bucket }) => `${session.id}/${bucket}`);
    for (const found of byBucket.values()) {
      this.parts.inBackground('look at the keys that were opened lately', this.lookAt(found));
    }
  }

  dispose(): void {
    this.ended.abort();
    this.changed.dispose();
  }

  private get remembered(): readonly FoundKey[] {
    const { connections, recent } = this.parts;
    const { pinned } = this;
    return (recent?.all ?? []).flatMap(({ connectionId, bucket, key }) => {
      const session = connections.get(connectionId);
      const found = session && { session, bucket, key };
      return found && !pinned.some((each) => isSameFound(each, found)) ? [found] : [];
    });
  }

  private async lookAt(found: readonly FoundKey[]): Promise<void> {
    const [first] = found;
    const { session, bucket } = first ?? {};
    const isListed = session?.knownIndex(bucket ?? '')?.state.current.kind === 'ready';
    if (
      !session ||
      bucket === undefined ||
      isListed ||
      session.state.current.kind !== 'connected'
    ) {
      return;
    }
    const connection = await session.connect();
    const { signal } = this.ended;
    const keys = found.map(({ key }) => key);
    const unread = new Set<string>();
    const onUnreadable = (key: string): void => void unread.add(key);
    const entries = await connection.getMany(bucket, keys, { signal, onUnreadable });
    const gone = found.filter(({ key }, at) => {
      const entry = entries[at];
      return !unread.has(key) && !(entry && isLive(entry));
    });
    gone.forEach((each) => this.gone.add(nameOf(each)));
    if (gone.length > 0 && !signal.aborted) {
      this.changed.fire();
    }
  }
}

/** Whether both are one key. */
export function isSameFound(a: FoundKey | undefined, b: FoundKey | undefined): boolean {
  return a?.key === b?.key && a?.bucket === b?.bucket && a?.session === b?.session;
}

function nameOf({ session, bucket, key }: FoundKey): string {
  return [session.id, bucket, key].join('/');
}
