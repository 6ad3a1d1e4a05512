import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import { isLive, type Entry } from '../model/entry';
import { KvError, throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { keyProblem } from '../model/key';
import type { ImportOptions } from './importOptions';
import type { ImportPlan, PlanImportOptions } from './importPlan';
import { TransferRows } from './importRows';
import { mappedKey } from './keyMapping';
import { KeyTable } from './keyTable';
import { mark } from './marks';
import { unnamedKeys } from './unnamedKeys';
import { differenceOf } from './sameEntry';
import { isProblem, type SourceEntry, type TransferSource } from './source';
import { whyNotTaken, type Limits } from './whatBucketTakes';

/** Values of the bucket that are in memory at once, to be compared. */
const compared = 256;

/**
 * Finds out what an import would do. Throws `unsupported` for a bucket that cannot be written,
 * `invalidConfig` for a source that is not what it should be, `notFound` when the bucket of an import that
 * goes on was made again.
 */
export async function planImport(
  connection: KvConnection,
  bucket: string,
  source: TransferSource,
  options: ImportOptions,
  run: PlanImportOptions,
): Promise<ImportPlan> {
  const { signal, resumed } = run;
  const status = await connection.bucketStatus(bucket, { signal });
  if (status.mirrorOf !== undefined) {
    throw new KvError('unsupported', t('"{0}" is a mirror and cannot be written', bucket));
  }
  if (status.streamConfig['sealed'] === true) {
    throw new KvError('unsupported', t('"{0}" is sealed and cannot be written', bucket));
  }
  if (resumed && resumed.bucketCreated !== status.created) {
    throw new KvError(
      'notFound',
      t('"{0}" was deleted and made again since the import began', bucket),
    );
  }
  const fingerprint = await source.fingerprint();
  const planning = new Planning(connection, status, options, run);
  await planning.list();
  await planning.take(source);
  if (options.mode === 'mirror') {
    await planning.findMirrored();
  }
  return planning.plan(source, fingerprint);
}

/** Owns what has been found of one plan; changes only through its methods. */
class Planning {
  private readonly table: KeyTable;
  private readonly limits: Limits;
  private readonly created = new TransferRows();
  private readonly overwritten = new TransferRows();
  private readonly deleted = new TransferRows();
  private readonly mirrored = new TransferRows();
  private readonly same = new TransferRows();
  private readonly left = new TransferRows();
  private readonly refused = new TransferRows();
  private readonly counts = {
    outside: 0,
    versions: 0,
    withTtl: 0,
    expired: 0,
    bytes: 0,
    unreadable: 0,
  };
  private entries = 0;

  constructor(
    private readonly connection: KvConnection,
    private readonly status: BucketStatus,
    private readonly options: ImportOptions,
    private readonly run: PlanImportOptions,
  ) {
    this.table = new KeyTable(status.subjects);
    const link = connection.state.current;
    const maxPayload = link.kind === 'connected' ? (link.server?.maxPayload ?? -1) : -1;
    this.limits = { status, maxPayload, options };
  }

  /** Learns every key of the bucket. */
  async list(): Promise<void> {
    if (this.status.subjects === 0) {
      return;
    }
    const { signal } = this.run;
    for await (const batch of this.connection.list(this.status.name, { signal })) {
      for (const info of batch) {
        const marks = isLive(info) ? mark.live | mark.planned : 0;
        this.table.set(info.key, info.revision, marks);
      }
    }
  }

  async take(source: TransferSource): Promise<void> {
    const { signal, onProgress } = this.run;
    for await (const items of source.read(signal)) {
      throwIfCancelled(signal);
      let group: Mapped[] = [];
      const names = new Set<string>();
      for (const item of items) {
        if (isProblem(item)) {
          const { line, problem } = item;
          this.counts.unreadable++;
          this.refused.add(item.key ?? item.file ?? '', { line, detail: problem });
          continue;
        }
        const mapped = this.map(item, source.repeats ? undefined : names);
        if (mapped) {
          group.push(mapped);
        }
        if (group.length === compared) {
          await this.decide(group);
          group = [];
          names.clear();
        }
      }
      await this.decide(group);
      onProgress?.(this.entries);
    }
  }

  /** Keys below the prefix of the source's that it does not have; none where that is not known. */
  async findMirrored(): Promise<void> {
    const { connection, status, options, table, run } = this;
    if (this.counts.unreadable > 0) {
      return;
    }
    const target = { connection, bucket: status.name, options, table };
    for await (const keys of unnamedKeys(target, run.signal)) {
      keys.forEach(({ key }) => this.mirrored.add(key));
    }
  }

  plan(source: TransferSource, fingerprint: string): ImportPlan {
    const { connection, status, options, limits, table, counts, entries } = this;
    const { resumed } = this.run;
    const { created, overwritten, deleted, mirrored, same, left, refused } = this;
    return {
      ...{ connection, bucket: status.name, status, source, options, fingerprint, limits, table },
      ...{ created, overwritten, deleted, mirrored, same, left, refused },
      ...{ ...counts, entries },
      done: resumed?.position ?? 0,
      planned: resumed?.planned ?? status.lastRevision,
    };
  }

  /**
   * The key of an entry, when it is to be written at all. `names`: those that are not decided yet, of a
   * source that has each key once.
   */
  private map(entry: SourceEntry, names: Set<string> | undefined): Mapped | undefined {
    const ordinal = this.entries++;
    const { line } = entry;
    const key = mappedKey(entry.key, this.options.mapping);
    if (key === undefined) {
      this.counts.outside++;
      return undefined;
    }
    const problem = keyProblem(key)?.reason ?? whyNotTaken(entry, this.limits);
    if (problem !== undefined) {
      this.refused.add(key, { line, detail: problem });
      // What is named stays, even if its new value cannot be written.
      this.table.set(key, this.table.revisionOf(key), this.table.marksOf(key) | mark.named);
      return undefined;
    }
    if (names && (names.has(key) || this.table.marksOf(key) & mark.named)) {
      this.refused.add(key, { line, detail: t('the key is there twice') });
      return undefined;
    }
    names?.add(key);
    return { key, entry, ordinal };
  }

  private async decide(group: readonly Mapped[]): Promise<void> {
    if (group.length === 0) {
      return;
    }
    const stored = await this.storedOf(group);
    for (const mapped of group) {
      this.decideOne(mapped, stored.get(mapped.key));
    }
  }

  /** What the bucket has of keys that may be as the source has them. */
  private async storedOf(group: readonly Mapped[]): Promise<Map<string, Entry | undefined>> {
    const { connection, status, run } = this;
    const keys = group
      .filter(({ key, entry }) => {
        const marks = this.table.marksOf(key);
        return marks & mark.live && !(marks & mark.named) && entry.operation === 'PUT';
      })
      .map(({ key }) => key);
    const unique = [...new Set(keys)];
    if (unique.length === 0) {
      return new Map();
    }
    const onUnreadable = (): void => undefined;
    const options = { signal: run.signal, onUnreadable };
    const entries = await connection.getMany(status.name, unique, options);
    // A copy that is behind may answer: what it tells is not what was listed.
    const isListed = (entry: Entry | undefined): boolean =>
      entry !== undefined && entry.revision === this.table.revisionOf(entry.key);
    return new Map(unique.map((key, at) => [key, isListed(entries[at]) ? entries[at] : undefined]));
  }

  private decideOne({ key, entry, ordinal }: Mapped, stored: Entry | undefined): void {
    const { table, options, run } = this;
    const { line } = entry;
    const marks = table.marksOf(key);
    const revision = table.revisionOf(key);
    const set = (added: number, removed = 0): void =>
      table.set(key, revision, ((marks & ~removed) | mark.named | added) & 0x7f);
    if (ordinal < (run.resumed?.position ?? 0)) {
      set(mark.early);
      return;
    }
    const isAgain = (marks & mark.named) !== 0 && (marks & mark.early) === 0;
    const hadValue = (marks & mark.planned) !== 0;
    if (marks & (mark.left | mark.changed)) {
      return;
    }
    if (entry.operation !== 'PUT') {
      this.decideMarker({ key, entry, ordinal }, { hadValue, isAgain, set });
      return;
    }
    if (!isAgain && stored && !differenceOf(entry, stored, options, run.addedHeaders)) {
      this.same.add(key, { line });
      set(mark.same | mark.planned);
      return;
    }
    if (!isAgain && hadValue && !(marks & mark.early) && this.isLater(revision)) {
      this.refused.add(key, {
        line,
        detail: t('it was written by somebody else since the import began'),
      });
      set(mark.changed);
      return;
    }
    if (!isAgain && hadValue && (options.mode === 'skip' || options.mode === 'create')) {
      this.left.add(key, { line });
      set(mark.left);
      return;
    }
    this.counts.bytes += entry.value.length;
    this.counts.withTtl += entry.ttl === undefined ? 0 : 1;
    if (isAgain && !(marks & mark.same)) {
      this.counts.versions++;
    } else if ((marks & mark.live) !== 0) {
      this.overwritten.add(key, { line });
    } else {
      this.created.add(key, { line });
    }
    set(mark.planned, mark.same);
  }

  private decideMarker({ key, entry }: Mapped, { hadValue, isAgain, set }: MarkerState): void {
    const { line } = entry;
    const { mode } = this.options;
    if (!hadValue) {
      set(0);
      return;
    }
    if (!isAgain && (mode === 'skip' || mode === 'create')) {
      this.left.add(key, { line });
      set(mark.left);
      return;
    }
    this.counts.expired += entry.operation === 'EXPIRED' ? 1 : 0;
    if (isAgain) {
      this.counts.versions++;
    } else {
      this.deleted.add(key, { line });
    }
    set(0, mark.planned | mark.same);
  }

  /** Whether a revision came after an import was begun that goes on. */
  private isLater(revision: number): boolean {
    const { resumed } = this.run;
    return resumed !== undefined && revision > resumed.planned;
  }
}

interface Mapped {
  readonly key: string;
  readonly entry: SourceEntry;
  readonly ordinal: number;
}

interface MarkerState {
  readonly hadValue: boolean;
  readonly isAgain: boolean;
  readonly set: (added: number, removed?: number) => void;
}
