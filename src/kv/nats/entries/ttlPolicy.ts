import { t } from '../../base/l10n';
import { type Entry, isLive, type Ttl } from '../../model/entry';
import { KvError } from '../../model/errors';
import type { PurgeOptions, PutOptions } from '../../model/kvConnection';
import type { StreamFacts, Catalog } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import type { EntryReader } from './entryReader';
import type { Features } from '../buckets/features';

export interface TtlPolicyParts {
  readonly catalog: Catalog;
  readonly features: Features;
  readonly reader: EntryReader;
}

/** Decides which TTL a write carries, and refuses one that would not be kept or would do harm. */
export class TtlPolicy {
  constructor(private readonly parts: TtlPolicyParts) {}

  /** The TTL of a value to put. Throws `unsupported`. Asks the server only for `keep` and `set`. */
  async forPut(
    channel: Channel,
    bucket: string,
    key: string,
    options: PutOptions,
  ): Promise<Ttl | undefined> {
    const { ttl: change } = options;
    if (!change || change.kind === 'drop') {
      return undefined;
    }
    const facts = await this.parts.catalog.facts(channel, bucket, options);
    if (change.kind === 'keep') {
      return facts.allowTtl ? (await this.replaced(bucket, key, options))?.ttl : undefined;
    }
    await this.requireTtl(channel, bucket, facts);
    if (change.ttl !== 'never' && facts.history !== 1) {
      refuseRevival(await this.replaced(bucket, key, options), change.ttl);
    }
    return change.ttl;
  }

  /** The TTL of a PURGE marker. Throws `unsupported`. */
  async forPurge(
    channel: Channel,
    bucket: string,
    options: PurgeOptions,
  ): Promise<Ttl | undefined> {
    if (options.ttl !== undefined) {
      const facts = await this.parts.catalog.facts(channel, bucket, options);
      await this.requireTtl(channel, bucket, facts);
    }
    return options.ttl;
  }

  /** What the write would replace; a change that comes in between fails the compare-and-swap. */
  private async replaced(
    bucket: string,
    key: string,
    { expected, signal }: PutOptions,
  ): Promise<Entry | undefined> {
    const options = { signal, consistent: true };
    return expected === 'any'
      ? this.parts.reader.get(bucket, key, options)
      : this.parts.reader.getRevision(bucket, key, expected, options);
  }

  /**
   * Servers before 2.11 store the header and ignore it, so the request must not get there. Where the
   * bucket's configuration may not be read, a newer server itself refuses what the bucket lacks.
   */
  private async requireTtl(channel: Channel, bucket: string, facts: StreamFacts): Promise<void> {
    const isKnown = facts.created !== undefined;
    if (isKnown && facts.allowTtl) {
      return;
    }
    const level = await this.parts.features.level(channel);
    if (level === 0) {
      throw new KvError(
        'unsupported',
        t('the server is older than 2.11 and cannot let single values expire'),
      );
    }
    if (isKnown) {
      throw new KvError(
        'unsupported',
        t('the bucket "{0}" does not let single values expire (allow_msg_ttl is off)', bucket),
      );
    }
    if (level === undefined) {
      throw new KvError(
        'unsupported',
        t('this user may not ask whether the server lets single values expire'),
      );
    }
  }
}

/**
 * When the last message of a key expires, the server brings back the one before, even where it leaves
 * markers (seen on 2.15.1; ADR-48 allows a TTL only on create and purge).
 */
function refuseRevival(replaced: Entry | undefined, ttl: number): void {
  const endsBefore = typeof replaced?.ttl === 'number' && replaced.ttl <= ttl;
  if (replaced && isLive(replaced) && !endsBefore) {
    throw new KvError(
      'unsupported',
      t(
        'the bucket keeps earlier values of a key: when this one expires, the one before would come back',
      ),
    );
  }
}
