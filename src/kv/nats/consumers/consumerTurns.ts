import { ignore } from '../../base/ignore';
import { until } from '../../base/until';
import { isKvError, throwIfCancelled } from '../../model/errors';
import type { OrderedConsumer } from './orderedConsumer';

interface Made {
  readonly consumer: OrderedConsumer;
}

/** How long somebody waits: `isOver` rejects when `over` aborts. */
interface Limit {
  readonly over: AbortSignal;
  readonly isOver: Promise<never>;
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
  private readonly creations = new Map<string, Set<Promise<unknown>>>();
  /** How many of ours have ended. */
  private ends = 0;
  /** The last of those who wait for their turn, by stream. */
  private readonly turns = new Map<string, Promise<unknown>>();

  /** `removed` resolves when the server has been told of all consumers that have ended. */
  constructor(
    private readonly removed: () => Promise<unknown>,
    private readonly longestWaitMs = 10_000,
  ) {}

  /** Creates the consumer of a watch, when ours that end by themselves leave room for it. */
  patiently<T extends Made>(stream: string, create: () => Promise<T>): Promise<T> {
    return this.inTurn(stream, async () => {
      for (;;) {
        try {
          const made = await this.noteCreation(stream, create);
          this.note(this.patient, stream, made.consumer);
          return { made, until: undefined };
        } catch (error) {
          const [other] = this.others.get(stream) ?? [];
          if (!isKvError(error, 'limitReached') || !other) {
            throw error;
          }
          await other.ended;
          await this.removed();
        }
      }
    });
  }

  /**
   * Creates one that ends by itself, in the place of a watch's where there is no room for more. Others of
   * ours are waited for, but not for long: who waits here may be the one who reads them.
   */
  async take<T extends Made>(
    stream: string,
    create: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const createNoted = (): Promise<T> =>
      this.noteCreation(stream, async () => {
        const made = await create();
        this.note(this.others, stream, made.consumer);
        return made;
      });
    try {
      return await createNoted();
    } catch (refusal) {
      if (!isKvError(refusal, 'limitReached')) {
        throw refusal;
      }
      const timeout = AbortSignal.timeout(this.longestWaitMs);
      const over = signal ? AbortSignal.any([timeout, signal]) : timeout;
      const isOver = until(() => false, [], { signal: over }).then((): never => {
        throwIfCancelled(signal);
        throw refusal;
      });
      const place = this.inTurn(stream, () => this.makeRoom(stream, createNoted, { over, isOver }));
      return Promise.race([place, isOver]);
    }
  }

  /** Whoever has one may be of ours, or may have ended without the server knowing it yet. */
  private async makeRoom<T extends Made>(
    stream: string,
    create: () => Promise<T>,
    { over, isOver }: Limit,
  ): Promise<{ readonly made: T; readonly until: Promise<unknown> }> {
    for (;;) {
      const before = this.ends;
      const [given] = this.patient.get(stream) ?? [];
      given?.dispose();
      await Promise.race([given?.ended, isOver]);
      await this.removed();
      const creation = create();
      try {
        const made = await Promise.race([creation, isOver]);
        return { made, until: made.consumer.ended.then(() => this.removed()) };
      } catch (error) {
        // One that comes too late is not wanted any more.
        creation.then(({ consumer }) => consumer.dispose(), ignore);
        const isOurs = this.isInUse(stream) || this.ends !== before;
        if (over.aborted || !isKvError(error, 'limitReached') || !isOurs) {
          throw error;
        }
        await Promise.race([Promise.allSettled([...(this.creations.get(stream) ?? [])]), isOver]);
        const [other] = this.others.get(stream) ?? [];
        await Promise.race([other?.ended, isOver]);
      }
    }
  }

  private isInUse(stream: string): boolean {
    return [this.creations, this.others, this.patient].some((all) => all.has(stream));
  }

  /** Keeps what is being created, which may have the place already that another is refused. */
  private async noteCreation<T>(stream: string, create: () => Promise<T>): Promise<T> {
    const creation = create();
    const all = this.creations.get(stream) ?? new Set();
    this.creations.set(stream, all.add(creation));
    try {
      return await creation;
    } finally {
      all.delete(creation);
      if (all.size === 0 && this.creations.get(stream) === all) {
        this.creations.delete(stream);
      }
    }
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
      this.ends++;
      open.delete(consumer);
      if (open.size === 0 && all.get(stream) === open) {
        all.delete(stream);
      }
    });
  }
}
