import { t } from '../../base/l10n';
import type { CompactCounts } from '../../model/bucket';
import type { KeyInfo } from '../../model/entry';
import { isLive } from '../../model/entry';
import { throwIfCancelled } from '../../model/errors';
import type { CompactOptions } from '../../model/kvConnection';
import type { WriteGuard } from '../../session/writeLock';
import type { StreamFacts } from './catalog';
import type { Channel } from '../wire/channel';
import { bucketNotFound } from '../wire/errorMapping';
import { inParallel } from '../../base/inParallel';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { listKeys } from '../consumers/listing';
import type { ListingContext } from '../consumers/listingPass';
import { purgeBefore, refuseMirror } from './trimKey';

export interface CompactionContext extends ListingContext {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly lock: WriteGuard;
}

/** The last message of a key that is not live. */
type Tombstone = Pick<KeyInfo, 'key' | 'revision' | 'operation' | 'created'>;

const purgesAtOnce = 16;

/**
 * Removes the keys of one bucket whose last message is a marker. Each purge names the marker's
 * revision as its upper end, so that a value put after the listing stays: purging with `keep`, as
 * ADR-8 has it, would remove it or its history.
 */
export class Compaction {
  private counts: CompactCounts = { found: 0, done: 0, removed: 0 };

  constructor(
    private readonly context: CompactionContext,
    private readonly bucket: string,
    private readonly options: CompactOptions,
  ) {}

  /**
   * Runs to the end. Throws `unsupported` for a mirror, `readOnly` as soon as the lock closes,
   * `cancelled`, `denied`, `disconnected`.
   */
  async run(): Promise<CompactCounts> {
    this.context.lock.check();
    throwIfCancelled(this.options.signal);
    const channel = this.context.link.current;
    const facts = await this.facts(channel);
    refuseMirror(facts, (of) =>
      t('"{0}" is a mirror and cannot be compacted; compact "{1}"', this.bucket, of),
    );
    const until = Date.now() - this.options.olderThanMs;
    const tombstones = await this.find();
    await inParallel(tombstones, purgesAtOnce, async (tombstone) => {
      const end = tombstone.created <= until ? tombstone.revision + 1 : tombstone.revision;
      const isNeeded = end > tombstone.revision || hasHistory(tombstone, facts);
      const removed = isNeeded ? await this.purge(channel, facts, tombstone.key, end) : 0;
      this.tell({ done: this.counts.done + 1, removed: this.counts.removed + removed });
    });
    return this.counts;
  }

  private async find(): Promise<Tombstone[]> {
    const { signal } = this.options;
    // A listing that starts anew tells keys again; the later message of a key counts.
    const found = new Map<string, Tombstone>();
    for await (const batch of listKeys(this.context, this.bucket, { signal })) {
      for (const info of batch) {
        if (isLive(info)) {
          found.delete(info.key);
        } else {
          const { key, revision, operation, created } = info;
          found.set(key, { key, revision, operation, created });
        }
      }
      this.tell({ found: found.size });
    }
    this.tell({ found: found.size });
    return [...found.values()];
  }

  /** Removes the messages of a key before the revision `end`. Returns how many there were. */
  private async purge(
    channel: Channel,
    facts: StreamFacts,
    key: string,
    end: number,
  ): Promise<number> {
    const { signal } = this.options;
    const { created } = await this.facts(channel);
    if (created !== facts.created) {
      // Its revisions start from 1 again: they say nothing of the messages that were listed.
      throw bucketNotFound(this.bucket);
    }
    this.context.lock.check();
    const { api } = this.context;
    return purgeBefore({ api, channel, facts }, { bucket: this.bucket, key, before: end }, signal);
  }

  private facts(channel: Channel): Promise<StreamFacts> {
    const { signal } = this.options;
    return this.context.catalog.facts(channel, this.bucket, { signal });
  }

  private tell(change: Partial<CompactCounts>): void {
    this.counts = { ...this.counts, ...change };
    this.options.onProgress?.(this.counts);
  }
}

/** Only a DEL leaves the earlier revisions behind; all other markers roll them up. */
function hasHistory({ operation }: Tombstone, { history }: StreamFacts): boolean {
  return operation === 'DEL' && history !== 1;
}
