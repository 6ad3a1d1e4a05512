import * as vscode from 'vscode';
import { isLive } from '../../../kv/model/entry';
import { isKvError } from '../../../kv/model/errors';
import { displayText } from '../../../kv/values/displayText';
import { formatCount } from '../../../views/format/format';
import type { BucketPlace } from './transferKeys';

/**
 * Which of the keys that are to be made at a place have a value there already, as a sentence; undefined
 * for none. What is listed is known at once; elsewhere the server is asked for a single key, and for no
 * more: what is there is told after the transfer too. `own`: the key that is to be called otherwise.
 */
export async function takenHint(
  place: BucketPlace,
  keys: readonly string[],
  own?: string,
): Promise<string | undefined> {
  const [first] = keys;
  const taken = first === own ? [] : await takenOf(place, keys);
  const [one] = taken;
  if (one === undefined) {
    return undefined;
  }
  const { bucket } = place;
  return taken.length === 1
    ? vscode.l10n.t(
        '{0} exists already in {1}: what to do is asked next.',
        displayText(one),
        bucket,
      )
    : vscode.l10n.t(
        '{0} of the keys exist already in {1}: what to do is asked next.',
        formatCount(taken.length),
        bucket,
      );
}

async function takenOf(
  { session, bucket }: BucketPlace,
  keys: readonly string[],
): Promise<readonly string[]> {
  const index = session.knownIndex(bucket);
  if (index?.state.current.kind === 'ready') {
    return keys.filter((key) => index.get(key) !== undefined);
  }
  const [key] = keys;
  if (keys.length !== 1 || key === undefined || session.state.current.kind !== 'connected') {
    return [];
  }
  try {
    const entry = await (await session.connect()).get(bucket, key);
    return entry && isLive(entry) ? [key] : [];
  } catch (error) {
    if (isKvError(error)) {
      // Whoever goes on is told of it.
      return [];
    }
    throw error;
  }
}
