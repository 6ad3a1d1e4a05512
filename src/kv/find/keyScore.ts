import { foldUnit, lettersOf } from './letters';

/** One word of a search: every word must be in a key, its letters in their order. */
export interface SearchWord {
  readonly text: string;
  readonly units: Uint16Array;
  readonly folded: Uint16Array;
  readonly letters: number;
}

/** The words of what was typed, at the spaces between them. */
export function searchWords(typed: string): SearchWord[] {
  return typed
    .split(/\s+/)
    .filter((text) => text !== '')
    .map((text) => {
      const units = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
      const letters = lettersOf(units, 0, units.length);
      return { text, units, folded: units.map(foldUnit), letters };
    });
}

/* What a letter is worth. A run beats starts of tokens, so that `cart` finds `shop.cart` first. */
const matchPoints = 1;
const sameCasePoints = 1;
const runPoints = 8;
const keyStartPoints = 6;
const tokenStartPoints = 5;
const humpPoints = 4;

/** What no alignment of a word is worth more than. */
export function mostPoints({ units }: SearchWord): number {
  const letterPoints = matchPoints + sameCasePoints;
  return units.length * letterPoints + keyStartPoints + (units.length - 1) * runPoints;
}

/** The score of a word that is not in the key. */
export const noMatch = -1;
const never = -1_000_000;

/**
 * Scores words against keys: the best of all ways to find the word's letters, in order, in the key.
 * Each letter counts, more so in the same case; at the start of the key, of a token or of a part of
 * it (`orderId`, `k42`); and most right after the letter before it. Keeps scratch space: one each.
 */
export class KeyScorer {
  private before = new Int32Array(64);
  private row = new Int32Array(64);

  score(word: SearchWord, units: Uint8Array | Uint16Array, start: number, end: number): number {
    const first = firstPlace(word.folded, units, start, end);
    if (first < 0) {
      return noMatch;
    }
    this.reserve(end - first);
    for (let letter = 0; letter < word.units.length; letter++) {
      this.fillRow(word, letter, units, start, first, end);
      [this.before, this.row] = [this.row, this.before];
    }
    let best = never;
    for (let at = 0; at < end - first; at++) {
      best = Math.max(best, this.before[at] ?? never);
    }
    return best;
  }

  /** The best score of the letters up to `letter` for each place that this one may stand at. */
  private fillRow(
    word: SearchWord,
    letter: number,
    units: Uint8Array | Uint16Array,
    start: number,
    first: number,
    end: number,
  ): void {
    const { before, row } = this;
    const wanted = word.folded[letter] ?? 0;
    const exact = word.units[letter] ?? 0;
    let bestBefore = letter === 0 ? 0 : never;
    for (let at = first; at < end; at++) {
      const place = at - first;
      const last = letter === 0 || place === 0 ? never : (before[place - 1] ?? never);
      bestBefore = Math.max(bestBefore, last);
      const unit = units[at] ?? 0;
      if (foldUnit(unit) !== wanted || bestBefore === never) {
        row[place] = never;
        continue;
      }
      const points = matchPoints + (unit === exact ? sameCasePoints : 0);
      const apart = bestBefore + placePoints(units, start, at);
      row[place] = points + Math.max(apart, last === never ? never : last + runPoints);
    }
  }

  private reserve(length: number): void {
    if (this.row.length < length) {
      this.row = new Int32Array(length * 2);
      this.before = new Int32Array(length * 2);
    }
  }
}

/** Where the first letter stands at the earliest; `noMatch` when the letters are not there in order. */
export function firstPlace(
  folded: Uint16Array,
  units: Uint8Array | Uint16Array,
  start: number,
  end: number,
): number {
  let first = noMatch;
  let letter = 0;
  for (let at = start; at < end; at++) {
    if (foldUnit(units[at] ?? 0) === folded[letter]) {
      first = letter === 0 ? at : first;
      letter++;
      if (letter === folded.length) {
        return first;
      }
    }
  }
  return noMatch;
}

/** What a place is worth by what stands before it. */
function placePoints(units: Uint8Array | Uint16Array, start: number, at: number): number {
  if (at === start) {
    return keyStartPoints;
  }
  const before = units[at - 1] ?? 0;
  const unit = units[at] ?? 0;
  if (isSeparator(before)) {
    return isSeparator(unit) ? 0 : tokenStartPoints;
  }
  const isHump = (isUpper(unit) && !isUpper(before)) || (isDigit(unit) && !isDigit(before));
  return isHump ? humpPoints : 0;
}

/** `.` and what else joins words in keys. */
function isSeparator(unit: number): boolean {
  return (
    unit === 0x2e ||
    unit === 0x2f ||
    unit === 0x2d ||
    unit === 0x5f ||
    unit === 0x3a ||
    unit === 0x3d
  );
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
