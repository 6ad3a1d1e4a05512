import type { ConnectionSession } from '../session/connectionSession';
import { ObservableValue, type Disposable, type Observable } from '../base/event';
import { until } from '../base/until';
import { KeyCatalog, type CatalogProgress, type KeySource } from './keyCatalog';
import { KeySearch, type KeysFound } from './keySearch';

/** A key among the results of Go to Key. */
export interface FoundKey extends KeySource {
  readonly key: string;
}

/** What is to be shown of a search. */
export interface FinderState {
  /** What was typed, and what is shown is for. */
  readonly typed: string;
  /** The best, best first. */
  readonly best: readonly FoundKey[];
  /** How many keys match, of those taken in so far. */
  readonly total: number;
  /** Whether more may be found: keys are still being listed or looked at. */
  readonly busy: boolean;
  readonly progress: CatalogProgress;
}

/** How long after a search has caught up it looks for keys that were listed meanwhile, in milliseconds. */
const catchUpMs = 100;

/** Owns one Go to Key: the keys of all connections and the search; changes only through `type`. */
export class KeyFinder implements Disposable {
  private readonly catalog: KeyCatalog;
  private readonly search: KeySearch;
  private readonly stateValue: ObservableValue<FinderState>;
  private running: AbortController | undefined;

  readonly state: Observable<FinderState>;

  constructor(sessions: readonly ConnectionSession[]) {
    this.catalog = new KeyCatalog(sessions);
    const namesOf = (number: number): string[] => {
      const { session, bucket } = this.catalog.source(number);
      return [bucket, session.name];
    };
    this.search = new KeySearch(this.catalog.corpus, undefined, undefined, namesOf);
    this.stateValue = new ObservableValue<FinderState>({
      typed: '',
      best: [],
      total: 0,
      busy: true,
      progress: this.catalog.progress.current,
    });
    this.state = this.stateValue;
  }

  /** Begins to take in keys, and to search for nothing: the shortest keys. */
  open(): void {
    void this.catalog.fill();
    this.type('');
  }

  /** Searches for what is typed now; the search before it stops. */
  type(typed: string): void {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.search.start(typed);
    void this.run(typed, running.signal);
  }

  dispose(): void {
    this.running?.abort();
    this.catalog.dispose();
    this.stateValue.dispose();
  }

  private async run(typed: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const isFilled = this.catalog.progress.current.complete;
      await this.search.proceed(signal, (found) => this.tell(typed, found, isFilled));
      if (signal.aborted || isFilled) {
        return;
      }
      await this.moreKeys(signal);
    }
  }

  private tell(typed: string, found: KeysFound, isFilled: boolean): void {
    this.stateValue.set({
      typed,
      best: found.best.map(({ key, source }) => ({ ...this.catalog.source(source), key })),
      total: found.total,
      busy: !found.complete || !isFilled,
      progress: this.catalog.progress.current,
    });
  }

  /** Some time, or less when all keys are there. */
  private moreKeys(signal: AbortSignal): Promise<void> {
    const { progress } = this.catalog;
    const isComplete = () => progress.current.complete;
    return until(isComplete, [progress.onDidChange], { signal, timeoutMs: catchUpMs });
  }
}
