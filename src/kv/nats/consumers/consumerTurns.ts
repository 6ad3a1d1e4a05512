import { isKvError } from '../../model/errors';
import { ignore } from '../../base/ignore';
import type { OrderedConsumer } from './orderedConsumer';

interface Made {
  readonly consumer: OrderedConsumer;
}

/**
 * Lets one consumer be enough where an account or a stream allows no more: a watch gives up its own for
 * as long as something that ends by itself needs one, and goes on after that from where it was. Owns
 * who has one of which stream; changes only through its methods.
 */
export class ConsumerTurns {
  /** Those of watches, which can be given up. */
  private readonly patient = new Map<string, Set<OrderedConsumer>>();
  private readonly others = new Map<string, Set<OrderedConsumer>>();
  /** Resolve when one of the others has been created, or not. */
  private readonly underWay = new Map<string, Set<Promise<unknown>>>();
  /** The last of those who wait for their turn, by stream. */
  private readonly turns = new Map<string, Promise<unknown>>();

  /** `removed` resolves when the server has been told of all consumers that have ended. */
  constructor(private readonly removed: () => Promise<unknown>) {}

  /** Creates the consumer of a watch, when ours that end by themselves leave room for it. */
  patiently<T extends Made>(stream: string, create: () => Promise<T>): Promise<T> {
    return this.inTurn(stream, async () => {
      const made = await this.afterOthers(stream, create);
      this.note(this.patient, stream, made.consumer);
      return { made, until: undefined };
    });
  }

  /** Creates one that ends by itself, in the place of a watch's where there is no room for more. */
  async take<T extends Made>(stream: string, create: () => Promise<T>): Promise<T> {
    const createNoted = async () => {
      const made = await create();
      this.note(this.others, stream, made.consumer);
      return made;
    };
    const wasInUse = this.isInUse(stream);
    try {
      return await this.noteWhile(stream, createNoted());
    } catch (error) {
      const isOurs = wasInUse || this.isInUse(stream);
      if (!isKvError(error, 'limitReached') || !isOurs) {
        throw error;
      }
    }
    return this.inTurn(stream, async () => {
      const [given] = this.patient.get(stream) ?? [];
      given?.dispose();
      await given?.ended;
      await this.removed();
      const made = await this.afterOthers(stream, createNoted);
      return { made, until: made.consumer.ended.then(() => this.removed()) };
    });
  }

  /** Whether any of ours may be what there is no room beside. */
  private isInUse(stream: string): boolean {
    const all = [this.turns, this.patient, this.others, this.underWay];
    return all.some((each) => each.has(stream));
  }

  /** Creates one as soon as those of ours that end by themselves leave room for it. */
  private async afterOthers<T>(stream: string, create: () => Promise<T>): Promise<T> {
    for (let isLast = false; ;) {
      // What ends while this one is created may have been there when the server looked.
      const before = this.othersOf(stream);
      try {
        return await create();
      } catch (error) {
        const others = new Set([...before, ...this.othersOf(stream)]);
        if (!isKvError(error, 'limitReached') || (others.size === 0 && isLast)) {
          throw error;
        }
        isLast = others.size === 0;
        await Promise.all(others);
        await this.removed();
      }
    }
  }

  /** Resolve when one of ours that ends by itself has ended, or is known to be there. */
  private othersOf(stream: string): readonly Promise<unknown>[] {
    const open = [...(this.others.get(stream) ?? [])].map(({ ended }) => ended);
    return [...open, ...(this.underWay.get(stream) ?? [])];
  }

  private async noteWhile<T>(stream: string, creating: Promise<T>): Promise<T> {
    const all = this.underWay.get(stream) ?? new Set();
    const settled = creating.then(ignore, ignore);
    this.underWay.set(stream, all.add(settled));
    void settled.then(() => {
      all.delete(settled);
      if (all.size === 0 && this.underWay.get(stream) === all) {
        this.underWay.delete(stream);
      }
    });
    return creating;
  }

  /** Runs when those before have made theirs, and others when `until` is over. */
  private async inTurn<T>(
    stream: string,
    run: () => Promise<{ readonly made: T; readonly until: Promise<unknown> | undefined }>,
  ): Promise<T> {
    const before = this.turns.get(stream) ?? Promise.resolve();
    const running = before.then(run);
    const turn = running.then(
      ({ until }) => until,
      () => undefined,
    );
    this.turns.set(stream, turn);
    void turn.then(() => this.turns.get(stream) === turn && this.turns.delete(stream));
    return (await running).made;
  }

  private note(
    all: Map<string, Set<OrderedConsumer>>,
    stream: string,
    consumer: OrderedConsumer,
  ): void {
    const open = all.get(stream) ?? new Set();
    all.set(stream, open.add(consumer));
    void consumer.ended.then(() => {
      open.delete(consumer);
      if (open.size === 0 && all.get(stream) === open) {
        all.delete(stream);
      }
    });
  }
}
