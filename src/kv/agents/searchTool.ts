import { readInBatches } from '../find/batchReading';
import { GuardedRun } from '../find/guardedRun';
import { describeMatches } from '../find/valueMatch';
import { valueMatcher, type ValueMatcher, type ValueQuery } from '../find/valueQuery';
import { Pace } from '../base/pace';
import type { Entry, KeyInfo } from '../model/entry';
import { isLive } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import { AgentRefusal } from './agentRefusal';
import { limits } from './limits';
import { listKeys } from './listKeys';
import { fittingRows, type ResultValue, type ToolResult } from './resultText';
import { shownValue } from './shownValue';
import { placeOf, type BucketPlace, type PlaceInput, type ToolContext } from './toolContext';

export interface SearchValuesInput extends PlaceInput {
  readonly text?: string;
  readonly regex?: string;
  readonly path?: string;
  readonly matchCase?: boolean;
  readonly pattern?: string;
  readonly limit?: number;
  readonly after?: string;
}

/** Matches that are shown of one value. */
const mostPerValue = 3;
const mostSlow = 10;
/** Values that are searched at one go, since each has its price. */
const mostInGroup = 32;
const bytesOfGroup = 64 * 1024;

/** Keys in whose values something is found, with excerpts. What is withheld is not searched. */
export async function searchValues(
  context: ToolContext,
  input: SearchValuesInput,
): Promise<ToolResult> {
  const place = placeOf(context, input);
  const matcher = matcherOf(input);
  const { pattern, after, limit = 20 } = input;
  const query = { pattern, after, limit: limits.searchedKeys };
  const search = new Search(context, place, matcher, limit);
  const { keys, total, hasMore, isWhole } = await listKeys(context, place, query);
  const shown = keys.filter(({ isSecret }) => !isSecret).map(({ info }) => info);
  const isOver = await search.run(shown.filter((info) => search.isRead(info)));
  const { rows, left } = fittingRows(search.found.map(({ row }) => row));
  const isCut = isOver || hasMore || left > 0;
  const last = left > 0 ? search.found[rows.length - 1]?.name : isOver ? search.last : undefined;
  const skipped = { ...search.skipped, redacted: keys.filter(({ isSecret }) => isSecret).length };
  const told = Object.entries(skipped).filter(([, count]) => count > 0);
  return {
    keysOfPattern: total,
    ...(!isWhole && { totalIsAtLeast: true }),
    searched: search.searched,
    found: rows,
    ...(told.length > 0 && { notSearched: Object.fromEntries(told) }),
    ...(isCut && { next: last ?? keys.at(-1)?.name, hint: 'more: call again with after = next' }),
  };
}

function matcherOf({ text, regex, path, matchCase = false }: SearchValuesInput): ValueMatcher {
  const [query, another] = [
    text === undefined ? [] : [{ kind: 'text', text, matchCase } as ValueQuery],
    regex === undefined ? [] : [{ kind: 'regex', text: regex, matchCase } as ValueQuery],
    path === undefined ? [] : [{ kind: 'jsonPath', text: path } as ValueQuery],
  ].flat();
  if (!query || another) {
    throw new AgentRefusal('give exactly one of text, regex and path');
  }
  const matcher = valueMatcher(query);
  if (typeof matcher !== 'function') {
    const name = query.kind === 'jsonPath' ? 'path' : query.kind;
    throw new AgentRefusal(`${name}: ${matcher.reason} (character ${matcher.position + 1})`);
  }
  return matcher;
}

/** Owns what one search has found; changes only through `run`. */
class Search {
  private readonly guard = new GuardedRun();
  private readonly pace = new Pace();
  private bytes = 0;
  private readonly ends: number;
  readonly found: { readonly name: string; readonly row: ResultValue }[] = [];
  readonly skipped = { binary: 0, tooLarge: 0, tooSlow: 0, unreadable: 0 };
  searched = 0;
  /** The name of the key that was looked at last. */
  last: string | undefined;

  constructor(
    private readonly context: ToolContext,
    private readonly place: BucketPlace,
    private readonly matcher: ValueMatcher,
    private readonly limit: number,
  ) {
    this.ends = context.now() + limits.searchMs;
  }

  /** True when it ended before all keys were looked at. */
  async run(infos: readonly KeyInfo[]): Promise<boolean> {
    const keys = infos.map(({ key }) => key);
    const { signal } = this.context;
    const { connection, bucket } = this.place;
    const onUnreadable = (): void => void this.skipped.unreadable++;
    const reading = { connection, bucket, keys, signal, pauseMs: 0, onUnreadable };
    let at = 0;
    for await (const entries of readInBatches(reading)) {
      for (const group of groupsOf(entries)) {
        for (const found of this.matchesOf(group)) {
          this.last = this.place.shown(keys[at++] ?? '').name;
          this.take(found);
          if (this.isOver) {
            return at < keys.length;
          }
        }
        if (this.pace.isOver) {
          await this.pace.rest();
          throwIfCancelled(signal);
        }
      }
    }
    return false;
  }

  /** Whether a value is read at all, by its size. */
  isRead({ size }: KeyInfo): boolean {
    const is = size <= limits.searchedBytes;
    this.skipped.tooLarge += is ? 0 : 1;
    return is;
  }

  private get isOver(): boolean {
    return (
      this.found.length >= this.limit ||
      this.bytes >= limits.readBytes ||
      this.skipped.tooSlow >= mostSlow ||
      this.context.now() >= this.ends
    );
  }

  /** What the matcher finds: at one go, and where that takes too long, one value after the other. */
  private *matchesOf(group: readonly (Entry | undefined)[]): Iterable<Looked | undefined> {
    const looked = group.map((entry) => (entry && isLive(entry) ? this.look(entry) : undefined));
    const match = (one: Looked | undefined): void => {
      if (one?.text !== undefined) {
        one.spans = this.matcher(one.text, 100);
      }
    };
    const isDone = this.guard.run(() => looked.forEach(match));
    for (const one of looked) {
      if (!isDone && one && !this.guard.run(() => match(one))) {
        one.spans = 'tooSlow';
      }
      yield one;
    }
  }

  /** What agents see of a value; no text where there is none to be searched. */
  private look(entry: Entry): Looked {
    const key = this.place.shown(entry.key);
    if (!this.isRead(entry)) {
      return { entry, name: key.name, text: undefined, spans: [] };
    }
    const value = shownValue(entry, key, this.context.policy.rules);
    this.skipped.binary += value.kind === 'binary' ? 1 : 0;
    const text = value.kind === 'text' ? value.text : undefined;
    return { entry, name: key.name, text, spans: [] };
  }

  private take(looked: Looked | undefined): void {
    if (!looked) {
      return;
    }
    const { entry, name, text = '', spans } = looked;
    this.searched++;
    this.bytes += entry.size;
    if (spans === 'tooSlow') {
      this.skipped.tooSlow++;
    } else if (spans.length > 0) {
      const matches = describeMatches(text, spans.slice(0, mostPerValue));
      const excerpts = matches.map(({ line, shown }) => `${line + 1}: ${shown}`);
      const row = { key: name, revision: entry.revision, matches: spans.length, excerpts };
      this.found.push({ name, row });
    }
  }
}

/** A value that is looked at, with what was found in it. */
interface Looked {
  readonly entry: Entry;
  readonly name: string;
  readonly text: string | undefined;
  spans: ReturnType<ValueMatcher> | 'tooSlow';
}

/** Entries that are searched at one go: a few, and not much more than so many bytes. */
function* groupsOf(
  entries: readonly (Entry | undefined)[],
): Iterable<readonly (Entry | undefined)[]> {
  let group: (Entry | undefined)[] = [];
  let bytes = 0;
  for (const entry of entries) {
    group.push(entry);
    bytes += entry?.size ?? 0;
    if (group.length >= mostInGroup || bytes >= bytesOfGroup) {
      yield group;
      group = [];
      bytes = 0;
    }
  }
  yield group;
}
