import { naturalOrder } from '../base/naturalOrder';
import { BestMatches } from './bestMatches';
import { IdList } from './idList';
import { blockSize, type KeyBlock, type KeyCorpus } from './keyCorpus';
import {
  firstPlace,
  KeyScorer,
  mostPoints,
  noMatch,
  searchWords,
  type SearchWord,
} from './keyScore';
import { Pace } from '../base/pace';

interface KeyMatch {
  readonly key: string;
  /** The number that its bucket's keys were added to the corpus with. */
  readonly source: number;
  readonly score: number;
}

/** How the keys of a source are called as a whole: its bucket, its connection. */
export type NamesOf = (source: number) => readonly string[];

type NamedWords = ReadonlySet<SearchWord>;

/** What a search has found so far. */
export interface KeysFound {
  /** The best, best first. */
  readonly best: readonly KeyMatch[];
  /** How many keys match. */
  readonly total: number;
  /** Whether all keys that are in the corpus by now have been looked at. */
  readonly complete: boolean;
}

/** The keys of a search's own that match, and how far it has come. */
interface Scan {
  readonly words: readonly SearchWord[];
  readonly found: IdList;
  /** The first block that has not been looked at. */
  nextBlock: number;
  /** What is left of the found keys of the search that this one narrows: they are looked at first. */
  narrowed: { readonly from: Scan; readonly total: number; next: number } | undefined;
  readonly best: BestMatches;
  /** The words that the names of each source hold, as far as they were looked at. */
  readonly named: Map<number, NamedWords>;
  /** What no key's score is above. */
  readonly mostPoints: number;
}

/** How many keys are looked at between two looks at the clock. */
const keysPerLook = 256;
const reportMs = 100;

/**
 * Owns one search after the other over a corpus; changes only through `start` and `proceed`. A search
 * whose words hold those of the one before looks only at what that one found.
 */
export class KeySearch {
  private readonly scorer = new KeyScorer();
  private readonly compare = naturalOrder();
  private scan: Scan;

  /** `limit`: how many of the best are told. `namesOf`: how a source is called, for words to match. */
  constructor(
    private readonly corpus: KeyCorpus,
    private readonly limit = 200,
    private readonly pace = new Pace(),
    private readonly namesOf: NamesOf = () => [],
  ) {
    this.scan = newScan([], undefined, limit);
  }

  /** Begins a search for what was typed: the letters of every word in their order. */
  start(typed: string): void {
    const words = searchWords(typed);
    this.scan = newScan(words, narrowable(this.scan, words), this.limit);
  }

  /**
   * Goes on with the search that was started until it has looked at all keys, those that were added
   * meanwhile too; call it again when there are more. Reports after the first turn that found
   * something, then some times a second, and at the end. Stops without a word when aborted.
   */
  async proceed(signal: AbortSignal, report: (found: KeysFound) => void): Promise<void> {
    const { scan } = this;
    let nextReport = 0;
    await this.pace.rest();
    while (!signal.aborted && this.step(scan)) {
      if (scan.found.length > 0 && performance.now() >= nextReport) {
        report(this.told(scan, false));
        nextReport = performance.now() + reportMs;
      }
      await this.pace.rest();
    }
    if (!signal.aborted) {
      report(this.told(scan, true));
    }
  }

  /** Searches until the turn is over; false when nothing is left. */
  private step(scan: Scan): boolean {
    const { narrowed } = scan;
    while (narrowed && narrowed.next < narrowed.total) {
      const end = Math.min(narrowed.total, narrowed.next + keysPerLook);
      for (; narrowed.next < end; narrowed.next++) {
        this.tryId(scan, narrowed.from.found.get(narrowed.next));
      }
      if (this.pace.isOver) {
        return true;
      }
    }
    scan.narrowed = undefined;
    for (let block = this.corpus.blocks[scan.nextBlock]; block;) {
      this.tryBlock(scan, block, scan.nextBlock++);
      if (this.pace.isOver) {
        return true;
      }
      block = this.corpus.blocks[scan.nextBlock];
    }
    return false;
  }

  private tryId(scan: Scan, id: number): void {
    const block = this.corpus.blocks[Math.floor(id / blockSize)];
    if (block) {
      this.tryKey(scan, this.namedIn(scan, block.source), block, id % blockSize, id);
    }
  }

  private tryBlock(scan: Scan, block: KeyBlock, number: number): void {
    const named = this.namedIn(scan, block.source);
    for (let at = 0; at < block.count; at++) {
      this.tryKey(scan, named, block, at, number * blockSize + at);
    }
  }

  /** The words that a source's own names hold; a single word is looked for in keys alone. */
  private namedIn(scan: Scan, source: number): NamedWords {
    const known = scan.named.get(source);
    if (known) {
      return known;
    }
    const names = scan.words.length > 1 ? this.namesOf(source) : [];
    const named = new Set(scan.words.filter((word) => names.some((name) => holdsWord(name, word))));
    scan.named.set(source, named);
    return named;
  }

  private tryKey(scan: Scan, named: NamedWords, block: KeyBlock, at: number, id: number): void {
    const letters = block.letters[at] ?? 0;
    for (const word of scan.words) {
      if ((word.letters & letters) >>> 0 !== word.letters && !named.has(word)) {
        return;
      }
    }
    const start = at === 0 ? 0 : (block.ends[at - 1] ?? 0);
    const end = block.ends[at] ?? 0;
    const length = end - start;
    // Far most keys cannot come among the best, whatever way their letters are found.
    const counts = !scan.best.hasRoomFor(scan.mostPoints, length);
    const score = this.scoreAll(scan.words, named, block.units, start, end, counts);
    if (score === noMatch) {
      return;
    }
    scan.found.push(id);
    if (!counts && scan.best.hasRoomFor(score, length)) {
      scan.best.add({ id, score, length });
    }
  }

  /** The sum of the words' scores, or 0 where it is enough to know that all are there. */
  private scoreAll(
    words: readonly SearchWord[],
    named: NamedWords,
    units: Uint8Array | Uint16Array,
    start: number,
    end: number,
    counts: boolean,
  ): number {
    let sum = 0;
    for (const word of words) {
      const score = counts
        ? Math.min(0, firstPlace(word.folded, units, start, end))
        : this.scorer.score(word, units, start, end);
      if (score === noMatch && !named.has(word)) {
        return noMatch;
      }
      sum += Math.max(0, score);
    }
    return sum;
  }

  /** Keys of the same rank stand in natural order. */
  private told(scan: Scan, complete: boolean): KeysFound {
    const best = scan.best.all.map(({ id, score, length }) => ({
      key: this.corpus.key(id),
      source: this.corpus.sourceOf(id),
      score,
      length,
    }));
    best.sort(
      (a, b) =>
        b.score - a.score ||
        a.length - b.length ||
        this.compare(a.key, b.key) ||
        a.source - b.source,
    );
    return { best, total: scan.found.length, complete };
  }
}

function newScan(words: readonly SearchWord[], from: Scan | undefined, limit: number): Scan {
  return {
    words,
    found: new IdList(),
    nextBlock: from?.nextBlock ?? 0,
    narrowed: from && { from, total: from.found.length, next: 0 },
    best: new BestMatches(limit),
    named: new Map(),
    mostPoints: words.reduce((sum, word) => sum + mostPoints(word), 0),
  };
}

/**
 * The search whose found keys hold all that the new words can find, or undefined. One that was stopped
 * before it had looked at what it narrows is passed over for that one.
 */
function narrowable(scan: Scan, words: readonly SearchWord[]): Scan | undefined {
  const base = scan.narrowed?.from ?? scan;
  const holds = base.words.every((old) => words.some((word) => isWithin(old.folded, word.folded)));
  // Several words may be in names, where a single one was not looked for.
  const isSameWay = base.words.length > 1 || words.length === 1;
  return base.words.length > 0 && isSameWay && holds ? base : undefined;
}

/** Whether a name has the word in it, as one piece at the start of the name or of a part of it. */
function holdsWord(name: string, { text }: SearchWord): boolean {
  const folded = name.toLowerCase();
  const wanted = text.toLowerCase();
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    if (at === 0 || /[^\p{L}\p{N}]/u.test(folded.charAt(at - 1))) {
      return true;
    }
  }
  return false;
}

/** Whether the letters of one word are in another in the same order. */
function isWithin(inner: Uint16Array, outer: Uint16Array): boolean {
  let at = 0;
  for (const unit of outer) {
    if (unit === inner[at]) {
      at++;
    }
  }
  return at === inner.length;
}
