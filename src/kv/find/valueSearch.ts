import type { ValuePlace } from '../values/valueCodec';
import type { ConnectionSession } from '../session/connectionSession';
import { isLive, type Entry } from '../model/entry';
import { isKvError, throwIfCancelled } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import { readInBatches, type BatchReading } from './batchReading';
import { GuardedRun } from './guardedRun';
import { Pace } from '../base/pace';
import { describeMatches, type ValueMatch } from './valueMatch';
import type { ValueMatcher } from './valueQuery';

/** Where to look: keys by name, or all that the subject filters below the bucket let through. */
export interface SearchPlace {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly keys?: readonly string[];
  /** The whole bucket when omitted. */
  readonly filters?: readonly string[];
  /** What has to be true of a key that they let through. */
  readonly matches?: (key: string) => boolean;
}

/** A value in which something was found. */
export interface FoundValue {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
  readonly revision: number;
  readonly matches: readonly ValueMatch[];
}

export interface SearchCounts {
  /** Keys whose values have been dealt with, one way or another. */
  readonly searched: number;
  /** Keys to search, as far as they have been listed. */
  readonly total: number;
  readonly found: number;
  readonly matches: number;
  /** Values passed over because they are larger than the limit. */
  readonly tooLarge: number;
  /** Values passed over because they are no text. */
  readonly binary: number;
  /** Values that the expression was given up on. */
  readonly tooSlow: number;
  /** Keys whose values cannot be read, such as those that are not UTF-8. */
  readonly unreadable: number;
}

/**
 * How a search ended. `limit`: there are as many matches as were asked for. `tooSlow`: the expression
 * took too long on so many values that it was given up.
 */
export type SearchEnd = 'complete' | 'limit' | 'tooSlow' | 'cancelled';

export interface ValueSearchOptions {
  readonly matcher: ValueMatcher;
  /** The text that an editor shows of a value; undefined for what is no text. */
  readonly textOf: (value: Uint8Array, place: ValuePlace) => string | undefined;
  readonly maxResults: number;
  /** Larger values are not looked at, in bytes. */
  readonly maxValueBytes: number;
  /** Rest between two batches, in milliseconds. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  readonly onFound: (found: readonly FoundValue[]) => void;
  readonly onProgress: (counts: SearchCounts) => void;
}

/** How far a batch has been looked into. */
interface Turn {
  readonly entries: readonly (Entry | undefined)[];
  next: number;
  isRetry: boolean;
}

const matchesPerValue = 100;
const mostSlowValues = 20;

/**
 * Looks into the values of many keys, batch by batch, in turns of some milliseconds. What cannot be
 * read throws; what was found before that has been told.
 */
export async function searchValues(
  places: readonly SearchPlace[],
  options: ValueSearchOptions,
): Promise<{ readonly end: SearchEnd; readonly counts: SearchCounts }> {
  const search = new ValueSearch(options);
  try {
    const end = await search.run(places);
    return { end, counts: search.counts };
  } catch (error) {
    if (isKvError(error, 'cancelled')) {
      return { end: 'cancelled', counts: search.counts };
    }
    throw error;
  }
}

/** Owns the counts of one search; changes only through `run`. */
class ValueSearch {
  private readonly guard = new GuardedRun();
  private readonly pace = new Pace();
  counts: SearchCounts = {
    searched: 0,
    total: 0,
    found: 0,
    matches: 0,
    tooLarge: 0,
    binary: 0,
    tooSlow: 0,
    unreadable: 0,
  };

  constructor(private readonly options: ValueSearchOptions) {}

  async run(places: readonly SearchPlace[]): Promise<SearchEnd> {
    const { signal, pauseMs } = this.options;
    const listed = [];
    for (const place of places) {
      const connection = await place.session.connect();
      const keys = await listKeys(connection, place, signal);
      throwIfCancelled(signal);
      listed.push({ place, connection, keys });
      this.count({ total: keys.length });
    }
    for (const { place, connection, keys } of listed) {
      const small = this.withoutLarge(place, keys);
      const onUnreadable = () => this.count({ unreadable: 1 });
      const { bucket } = place;
      const reading = { connection, bucket, keys: small, signal, pauseMs, onUnreadable };
      const end = await this.searchPlace(place, reading);
      if (end) {
        return end;
      }
    }
    return 'complete';
  }

  /** What is known to be too large is not even read. */
  private withoutLarge({ session, bucket }: SearchPlace, keys: readonly string[]): string[] {
    const index = session.knownIndex(bucket);
    const { maxValueBytes } = this.options;
    const small = keys.filter((key) => (index?.get(key)?.size ?? 0) <= maxValueBytes);
    const tooLarge = keys.length - small.length;
    this.count({ tooLarge, searched: tooLarge });
    return small;
  }

  private async searchPlace(
    place: SearchPlace,
    reading: BatchReading,
  ): Promise<SearchEnd | undefined> {
    for await (const entries of readInBatches(reading)) {
      const turn: Turn = { entries, next: 0, isRetry: false };
      while (turn.next < entries.length) {
        const end = this.searchTurn(place, turn);
        if (end) {
          return end;
        }
        await this.pace.rest();
        throwIfCancelled(reading.signal);
      }
      this.options.onProgress(this.counts);
    }
    return undefined;
  }

  /**
   * Looks into one value after the other until the turn is over. One that takes too long is tried once
   * more alone, in a turn of its own: it may have been the machine that was busy.
   */
  private searchTurn(place: SearchPlace, turn: Turn): SearchEnd | undefined {
    const found: FoundValue[] = [];
    const isWhole = this.guard.run(() => this.searchValues(place, turn, found));
    if (!isWhole && turn.isRetry) {
      turn.next++;
      this.count({ searched: 1, tooSlow: 1 });
    }
    turn.isRetry = !isWhole && !turn.isRetry;
    if (found.length > 0) {
      this.options.onFound(found);
    }
    if (this.counts.matches >= this.options.maxResults) {
      return 'limit';
    }
    return this.counts.tooSlow >= mostSlowValues ? 'tooSlow' : undefined;
  }

  /** May be cut off at any value. */
  private searchValues(place: SearchPlace, turn: Turn, found: FoundValue[]): void {
    const { entries } = turn;
    while (turn.next < entries.length && this.counts.matches < this.options.maxResults) {
      const entry = entries[turn.next];
      const value = entry && isLive(entry) ? this.searchValue(place, entry) : undefined;
      turn.next++;
      this.count({ searched: 1 });
      if (value) {
        this.count({ found: 1, matches: value.matches.length });
        found.push(value);
      }
      if (turn.isRetry || this.pace.isOver) {
        return;
      }
    }
  }

  private searchValue(place: SearchPlace, entry: Entry): FoundValue | undefined {
    const { matcher, textOf, maxResults, maxValueBytes } = this.options;
    if (entry.value.length > maxValueBytes) {
      this.count({ tooLarge: 1 });
      return undefined;
    }
    const { bucket } = place;
    const text = textOf(entry.value, { ...entry, bucket });
    if (text === undefined) {
      this.count({ binary: 1 });
      return undefined;
    }
    const limit = Math.min(matchesPerValue, maxResults - this.counts.matches);
    const spans = matcher(text, limit);
    if (spans.length === 0) {
      return undefined;
    }
    const { session } = place;
    const { key, revision } = entry;
    return { session, bucket, key, revision, matches: describeMatches(text, spans) };
  }

  private count(more: Partial<SearchCounts>): void {
    const counts: Record<keyof SearchCounts, number> = { ...this.counts };
    for (const [name, value] of Object.entries(more)) {
      counts[name as keyof SearchCounts] += value;
    }
    this.counts = counts;
  }
}

async function listKeys(
  connection: KvConnection,
  { bucket, keys, filters = ['>'], matches = () => true }: SearchPlace,
  signal: AbortSignal,
): Promise<string[]> {
  const names = new Set(keys);
  for (const filter of keys ? [] : filters) {
    const listed = await connection.listNames(bucket, { filter, signal });
    listed.filter(matches).forEach((name) => names.add(name));
  }
  return [...names];
}
