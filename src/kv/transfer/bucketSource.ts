import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import { KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { entriesOf, type TransferScope } from './scope';
import type { SourceItem, TransferSource } from './source';

/** Entries of a bucket, to be copied: those that are there when they are read. */
export class BucketSource implements TransferSource {
  readonly repeats = true;

  /**
   * `connect`: what gives a connection, each time it is read. `status`: the bucket as it was looked
   * at; one that was made again meanwhile is another one.
   */
  constructor(
    private readonly connect: () => Promise<KvConnection>,
    private readonly status: BucketStatus,
    private readonly scope: TransferScope,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<readonly SourceItem[], void, undefined> {
    const { status, scope } = this;
    yield* entriesOf(await this.connect(), status.name, scope, signal);
    await this.fingerprint();
  }

  readsFrom({ name, created }: BucketStatus): boolean {
    return name === this.status.name && created === this.status.created;
  }

  /** A bucket changes all the time: only that it is the same one is certain. */
  async fingerprint(): Promise<string> {
    const { name, created } = this.status;
    const { created: now } = await (await this.connect()).bucketStatus(name);
    if (now !== created) {
      throw new KvError('notFound', t('"{0}" was deleted and made again meanwhile', name));
    }
    return String(created);
  }
}
