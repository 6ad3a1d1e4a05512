import type { KvConnection } from '../model/kvConnection';
import type { BucketWatch } from './bucketWatch';

/**
 * Owns how many messages of a bucket's stream are under other subjects than those of its keys: what it
 * copies from others, or had before its subjects were set anew. Changes only through `listed`.
 */
export class OtherMessages {
  private messages = 0;

  constructor(
    private readonly connection: Pick<KvConnection, 'countOtherMessages'>,
    private readonly watch: BucketWatch,
  ) {}

  get count(): number {
    return this.messages;
  }

  /** All keys have been listed, deleted ones too: where there are more subjects, it is asked whose. */
  async listed(keys: number, signal: AbortSignal): Promise<void> {
    const { subjects = 0 } = this.watch.looks.last ?? {};
    if (subjects <= keys) {
      this.messages = 0;
      return;
    }
    try {
      this.messages = await this.connection.countOtherMessages(this.watch.bucket, { signal });
    } catch {
      // The keys are all there; that there is more can be told when they are listed again.
    }
  }
}
