import { t } from '../base/l10n';
import { inParallel } from '../base/inParallel';
import type { BucketStatus } from '../model/bucket';
import { isLive } from '../model/entry';
import { keyProblem } from '../model/key';
import { KvError, throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import type { ImportOptions } from './importOptions';
import { TransferRows } from './importRows';
import { mappedKey } from './keyMapping';
import { KeyTable } from './keyTable';
import { type Difference, differenceOf } from './sameEntry';
import { batched, isProblem, type SourceEntry, type TransferSource } from './source';

/** How a bucket differs from a source. */
export interface Verification {
  readonly status: BucketStatus;
  /** Keys that were compared, each as the source has it last. */
  readonly compared: number;
  readonly same: number;
  readonly differing: Readonly<Record<Difference, TransferRows>>;
  /** Keys with a value that the source does not have, of those that begin with its keys' prefix. */
  readonly others: TransferRows;
  /** What could not be compared. */
  readonly unreadable: TransferRows;
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  /** Names of headers that were written besides those of the source. */
  readonly addedHeaders?: readonly string[];
  readonly onProgress?: (compared: number) => void;
}

const batchKeys = 256;
const readsAtOnce = 64;

/**
 * Compares every key of a source with what a bucket has now: values byte by byte, headers, TTLs. Where a
 * source tells more than one version of a key, the last one counts.
 */
export async function verify(
  connection: KvConnection,
  bucket: string,
  source: TransferSource,
  options: ImportOptions,
  run: VerifyOptions,
): Promise<Verification> {
  const status = await connection.bucketStatus(bucket, { signal: run.signal });
  const verifying = new Verifying(connection, bucket, options, run);
  const versions = source.repeats ? await verifying.versions(source) : undefined;
  await verifying.compareAll(source, versions);
  await verifying.findOthers();
  const { signal } = run;
  if ((await connection.bucketStatus(bucket, { signal })).created !== status.created) {
    throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', bucket));
  }
  const { compared, same, differing, others, unreadable } = verifying;
  return { status, compared, same, differing, others, unreadable };
}

/** Owns what has been found so far; changes only through its methods. */
class Verifying {
  readonly differing: Record<Difference, TransferRows> = {
    missing: new TransferRows(),
    present: new TransferRows(),
    value: new TransferRows(),
    headers: new TransferRows(),
    ttl: new TransferRows(),
  };
  readonly others = new TransferRows();
  readonly unreadable = new TransferRows();
  compared = 0;
  same = 0;
  private readonly named = new KeyTable();
  /** Versions of keys that the source is known to have and that have not come yet. */
  private awaited = 0;

  constructor(
    private readonly connection: KvConnection,
    private readonly bucket: string,
    private readonly options: ImportOptions,
    private readonly run: VerifyOptions,
  ) {}

  /** How many versions of each key the source has. */
  async versions(source: TransferSource): Promise<KeyTable> {
    const { signal } = this.run;
    const versions = new KeyTable();
    for await (const keys of source.keys?.(signal) ?? keysOf(source, signal)) {
      for (const key of keys) {
        versions.set(key, versions.revisionOf(key) + 1, 0);
        this.awaited++;
      }
    }
    return versions;
  }

  async compareAll(source: TransferSource, versions: KeyTable | undefined): Promise<void> {
    for await (const entries of batched(this.entriesOf(source, versions), batchKeys)) {
      throwIfCancelled(this.run.signal);
      await this.compare(entries);
      this.run.onProgress?.(this.compared);
    }
  }

  async findOthers(): Promise<void> {
    const { prefix = '' } = this.options.mapping;
    // A key may be told twice, and be deleted in between: what was told last counts.
    for await (const batch of this.connection.list(this.bucket, { signal: this.run.signal })) {
      for (const info of batch) {
        const { key } = info;
        if (isLive(info) && key.startsWith(prefix) && !this.named.has(key)) {
          this.named.set(key, 0, 0);
          this.others.add(key);
        }
      }
    }
  }

  private async *entriesOf(source: TransferSource, versions: KeyTable | undefined) {
    for await (const items of source.read(this.run.signal)) {
      for (const item of items) {
        if (isProblem(item)) {
          const { line, problem } = item;
          this.unreadable.add(item.key ?? item.file ?? '', { line, detail: problem });
          if (item.key !== undefined && item.file !== undefined) {
            // It counts among the keys of its folder.
            this.isLast(item.key, versions);
          }
          continue;
        }
        const key = mappedKey(item.key, this.options.mapping);
        if (this.isLast(item.key, versions) && key !== undefined) {
          yield { key, entry: item };
        }
      }
    }
    if (this.awaited > 0) {
      this.unreadable.add('', { detail: t('the source was changed while it was compared') });
    }
  }

  /** Each key counts by itself: a source that was changed meanwhile is not read askew. */
  private isLast(key: string, versions: KeyTable | undefined): boolean {
    const left = versions?.revisionOf(key) ?? 0;
    if (left > 0) {
      versions?.set(key, left - 1, 0);
      this.awaited--;
    }
    return left <= 1;
  }

  private async compare(
    pairs: readonly { readonly key: string; readonly entry: SourceEntry }[],
  ): Promise<void> {
    const { connection, bucket, options, run, named } = this;
    const known = pairs.filter(({ key, entry }) => {
      const problem = keyProblem(key);
      if (problem) {
        this.unreadable.add(key, { line: entry.line, detail: problem.reason });
      }
      return !problem;
    });
    const failed = new Map<string, string>();
    const stored = await connection.getMany(
      bucket,
      known.map(({ key }) => key),
      { signal: run.signal, onUnreadable: (key, { message }) => failed.set(key, message) },
    );
    const differs = (at: number): Difference | undefined => {
      const entry = known[at]?.entry;
      return entry && differenceOf(entry, stored[at], options, run.addedHeaders);
    };
    // A copy that is behind may have answered: the leader has the last word on what differs.
    const doubted = [...known.keys()].filter((at) => differs(at) !== undefined);
    await inParallel(doubted, readsAtOnce, async (at) => {
      const key = known[at]?.key ?? '';
      if (!failed.has(key)) {
        const { signal } = run;
        stored[at] = await connection.get(bucket, key, { consistent: true, signal });
      }
    });
    for (const [at, { key, entry }] of known.entries()) {
      named.set(key, 0, 0);
      const detail = failed.get(key);
      if (detail !== undefined) {
        this.unreadable.add(key, { line: entry.line, detail });
        continue;
      }
      const difference = differs(at);
      this.compared++;
      if (difference) {
        this.differing[difference].add(key, { line: entry.line });
      } else {
        this.same++;
      }
    }
  }
}

async function* keysOf(source: TransferSource, signal: AbortSignal) {
  for await (const items of source.read(signal)) {
    yield items.flatMap((item) => (isProblem(item) ? [] : [item.key]));
  }
}
