import { t } from '../../base/l10n';
import type { Disposable } from '../../base/event';
import { ignore } from '../../base/ignore';
import { KvError, toKvError } from '../../model/errors';

interface Numbered {
  readonly revision: number;
}

/** Revisions that a consumer did not deliver: gone from the stream, or passed over. */
export interface Gap<Change> {
  readonly from: number;
  /** The first one after the gap. */
  readonly to: number;
  /** What was delivered after it; undefined when a heartbeat told of it. */
  readonly change: Change | undefined;
}

export interface GapFillerOptions<Change> {
  /** The first change that is stored in a gap; undefined when there is none. */
  find(gap: Gap<Change>): Promise<Change | undefined>;
  /** Told in the order of the revisions, the changes found among them. Must not throw. */
  onChange(change: Change): void;
  /** Something was found in a gap. */
  onFilling(): void;
  /** Nothing is held any longer. */
  onFilled(): void;
  /** A gap can be neither filled nor ruled out: nothing is told any more. */
  onFailure(error: KvError): void;
}

interface Step<Change> extends Gap<Change> {
  found?: Promise<Change | undefined>;
}

/** Gaps looked into at once, so that many of them do not take a round trip each. */
const searchesAtOnce = 64;
/** Changes fetched one by one into one gap; a new consumer is better at more. */
const longestFilling = 64;

/**
 * Owns what a consumer has delivered out of sequence, until it is known what lies between; changes
 * only through `push`, `reach` and what is found. While it is not started it holds everything.
 */
export class GapFiller<Change extends Numbered> implements Disposable {
  private readonly steps: Step<Change>[] = [];
  private readonly unsearched: Step<Change>[] = [];
  private mode: 'waiting' | 'searching' | 'trusting' | 'over' = 'waiting';
  private searches = 0;
  private isRunning = false;
  private isFilling = false;

  /** `reached` is the revision before the first to be delivered; undefined when that is not known. */
  constructor(
    private reached: number | undefined,
    private readonly options: GapFillerOptions<Change>,
  ) {}

  /** True when changes are held: the server had better wait. */
  get isHolding(): boolean {
    return this.steps.length > 0;
  }

  /** Begins to tell. `trusting` is for a consumer of which each gap is known to be empty. */
  start(mode: 'searching' | 'trusting'): void {
    if (this.mode === 'waiting') {
      this.mode = mode;
      this.search();
      void this.run();
    }
  }

  /** Takes what the consumer delivers, in its order. */
  push(change: Change): void {
    if (this.mode === 'trusting') {
      this.options.onChange(change);
    } else {
      this.add(change.revision, change);
    }
  }

  /** The consumer has nothing to deliver up to this revision. */
  reach(revision: number): void {
    if (this.mode !== 'trusting') {
      this.add(revision, undefined);
    }
  }

  /** The consumer has delivered what nobody asked for: only the gap before it may hold something. */
  pass(revision: number): void {
    if (this.mode !== 'trusting') {
      this.reach(revision - 1);
      this.reached = Math.max(this.reached ?? 0, revision);
    }
  }

  dispose(): void {
    this.mode = 'over';
    this.steps.length = 0;
    this.unsearched.length = 0;
  }

  private add(revision: number, change: Change | undefined): void {
    const reached = this.reached ?? (change ? revision - 1 : revision);
    this.reached = Math.max(reached, revision);
    if (this.mode === 'over' || revision <= reached) {
      return;
    }
    const isNext = revision === reached + 1;
    if (change && isNext && this.mode === 'searching' && !this.isHolding) {
      this.options.onChange(change);
      return;
    }
    const step = { from: reached + 1, to: change ? revision : revision + 1, change };
    this.steps.push(step);
    if (step.from < step.to) {
      this.unsearched.push(step);
    }
    this.search();
    void this.run();
  }

  private search(): void {
    while (this.mode === 'searching' && this.searches < searchesAtOnce) {
      const step = this.unsearched.shift();
      if (!step) {
        return;
      }
      this.searches++;
      step.found = this.options.find(step).finally(() => {
        this.searches--;
        this.search();
      });
      // Awaited only when its turn has come.
      step.found.catch(ignore);
    }
  }

  private async run(): Promise<void> {
    if (this.isRunning || this.mode === 'waiting' || !this.isHolding) {
      return;
    }
    this.isRunning = true;
    try {
      for (let step = this.steps[0]; step; step = this.steps[0]) {
        if (this.mode === 'searching') {
          await this.fill(step);
        }
        // Disposing empties the steps, which may have happened meanwhile.
        if (this.steps.shift() && step.change) {
          this.options.onChange(step.change);
        }
      }
    } catch (error) {
      this.fail(toKvError(error));
    }
    this.isRunning = false;
    this.settle();
  }

  private async fill(gap: Step<Change>): Promise<void> {
    let found = await gap.found;
    for (let filled = 0; found && this.mode === 'searching'; filled++) {
      if (filled === longestFilling) {
        throw new KvError('server', t('the server passed over many messages'));
      }
      this.beFilling();
      this.options.onChange(found);
      const from = found.revision + 1;
      found = from < gap.to ? await this.options.find({ ...gap, from }) : undefined;
    }
  }

  private beFilling(): void {
    if (!this.isFilling) {
      this.isFilling = true;
      this.options.onFilling();
    }
  }

  private settle(): void {
    if (this.mode !== 'over') {
      this.isFilling = false;
      this.options.onFilled();
    }
  }

  private fail(error: KvError): void {
    if (this.mode !== 'over') {
      this.dispose();
      this.options.onFailure(error);
    }
  }
}
