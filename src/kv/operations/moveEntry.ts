import { copyEntry, type CopyOptions, type CopyResult, type EntryPlace } from './copyEntry';
import { isLive, type Entry } from '../model/entry';
import { messageOf } from '../model/errors';
import { removeEntry } from './settleWrite';

/**
 * How a move ended. `gone`: there was no value to move. `newer`: it was another one than was meant. `exists` and `unknown`: as of a copy, and the
 * source is as it was. `kept`: the value was copied, and the source is still there or may be.
 */
export type MoveResult =
  | { readonly kind: 'moved'; readonly revision: number }
  | { readonly kind: 'gone' | 'newer' }
  | { readonly kind: 'kept'; readonly revision: number; readonly why: KeptWhy }
  | Exclude<CopyResult, { readonly kind: 'copied' }>;

export interface MoveOptions extends CopyOptions {
  /** The revision that is meant, and no later one; whatever is there when omitted. */
  readonly only?: number;
}

/** Why a source stayed: it had changed after it was copied, or a clause that tells what failed. */
type KeptWhy = { readonly kind: 'changed' } | { readonly kind: 'failed'; readonly reason: string };

/**
 * Moves a value to another key: copies it, and only once the copy is stored deletes the source, by
 * compare-and-swap at the revision that was copied. Whatever happens in between, the value is at one
 * of the two places at least. The history stays with the old key.
 */
export async function moveEntry(
  source: EntryPlace,
  target: EntryPlace,
  { only, ...options }: MoveOptions = {},
): Promise<MoveResult> {
  const { signal } = options;
  const entry = await source.connection.get(source.bucket, source.key, {
    consistent: true,
    ...(signal && { signal }),
  });
  if (!entry || !isLive(entry)) {
    return { kind: 'gone' };
  }
  if (only !== undefined && entry.revision !== only) {
    return { kind: 'newer' };
  }
  const copied = await copyEntry(entry, target, options);
  if (copied.kind !== 'copied') {
    return copied;
  }
  const { revision } = copied;
  const why = await removeSource(source, entry);
  return why ? { kind: 'kept', revision, why } : { kind: 'moved', revision };
}

/**
 * Deletes what was copied; why it is still there, or undefined. Not cancelled any more: half of a
 * move helps nobody.
 */
async function removeSource(source: EntryPlace, entry: Entry): Promise<KeptWhy | undefined> {
  try {
    const outcome = await removeEntry(source, 'DEL', { expected: entry.revision });
    switch (outcome.kind) {
      case 'saved':
        return undefined;
      case 'conflict':
        return { kind: 'changed' };
      case 'unknown':
        return { kind: 'failed', reason: outcome.reason };
    }
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}
