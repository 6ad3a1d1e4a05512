import type { KeyInfo } from '../../model/entry';
import type { KvError } from '../../model/errors';
import type { Disposable } from '../../base/event';
import { type Gap, GapFiller } from './gapFiller';
import { ignore } from '../../base/ignore';

export interface ListingTailOptions<Info extends KeyInfo> {
  /** The first message that is stored in a gap; undefined when there is none. */
  find(gap: Gap<Info>): Promise<Info | undefined>;
  onChange(info: Info): void;
  /** Nothing is held any longer. */
  onSettled(): void;
  /** What was passed over cannot be told one by one. */
  onFailure(error: KvError): void;
}

/**
 * Owns the end of a listing: what was written since its consumer was about to be created. Up to
 * there gaps are what a listing is made of; after it, and between the last message before it and the
 * first one after it, a server that passes over messages may have left out a key (createdConfig.ts).
 */
export class ListingTail<Info extends KeyInfo> implements Disposable {
  private filler: GapFiller<Info> | undefined;
  private mode: 'searching' | 'trusting' | undefined;
  private last = 0;

  /** `after` is the stream's last revision before the consumer; undefined when nobody may know. */
  constructor(
    private readonly after: number | undefined,
    private readonly options: ListingTailOptions<Info>,
  ) {}

  /** True when something is held: the server had better wait. */
  get isHolding(): boolean {
    return this.filler?.isHolding ?? false;
  }

  /** True when a message of this revision must go through `push`; it counts as told otherwise. */
  takes(revision: number): boolean {
    const isTaken = this.mode !== 'trusting' && revision > (this.after ?? Infinity);
    this.last = isTaken ? this.last : revision;
    return isTaken;
  }

  push(info: Info): void {
    this.begun().push(info);
  }

  /** The consumer is there: from now on it is known whether gaps must be searched. */
  start(passesOver: boolean): void {
    this.mode = passesOver ? 'searching' : 'trusting';
    this.filler?.start(this.mode);
  }

  /** Searches what lies between the last message and this revision. `onSettled` is for what is held. */
  reach(revision: number): void {
    if (this.mode === 'searching' && this.after !== undefined) {
      this.begun().reach(revision);
    }
  }

  dispose(): void {
    this.filler?.dispose();
  }

  private begun(): GapFiller<Info> {
    if (!this.filler) {
      const { options } = this;
      this.filler = new GapFiller<Info>(this.last, {
        find: (gap) => options.find(gap),
        onChange: (info) => options.onChange(info),
        onFilling: ignore,
        onFilled: () => options.onSettled(),
        onFailure: (error) => options.onFailure(error),
      });
      if (this.mode) {
        this.filler.start(this.mode);
      }
    }
    return this.filler;
  }
}
