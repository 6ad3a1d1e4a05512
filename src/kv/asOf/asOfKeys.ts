import { Pace } from '../base/pace';
import type { AsOfRow, AsOfState } from './asOfRows';
import { stateAt, type AsOfListing } from './listAsOf';

/** The keys of a bucket that had a value at a moment, or of which that is not known, sorted. */
export interface AsOfKeys {
  readonly keys: readonly string[];
  readonly values: number;
  readonly unknown: number;
  rowOf(key: string): { readonly row: AsOfRow; readonly state: AsOfState } | undefined;
}

/** Sorts what a listing has found, with rests on the way. What had no value then is left out. */
export async function asOfKeys(listing: AsOfListing): Promise<AsOfKeys> {
  const { rows } = listing;
  const keys: string[] = [];
  const places = new Map<string, number>();
  const pace = new Pace();
  let values = 0;
  for (let at = 0; at < rows.count; at++) {
    const state = stateAt(listing, at);
    if (state === 'value' || (state === 'unknown' && rows.isLiveNow(at))) {
      values += state === 'value' ? 1 : 0;
      keys.push(rows.keyAt(at));
      places.set(rows.keyAt(at), at);
    }
    if (pace.isOver) {
      await pace.rest();
    }
  }
  keys.sort();
  return {
    keys,
    values,
    unknown: keys.length - values,
    rowOf: (key) => {
      const at = places.get(key);
      return at === undefined ? undefined : { row: rows.at(at), state: stateAt(listing, at) };
    },
  };
}
