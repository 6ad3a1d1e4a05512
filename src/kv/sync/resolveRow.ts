import { isLive, type Entry } from '../model/entry';
import { isSameFacts, noFacts, type ValueFacts } from './extras';
import { fileOf, hashOf, isSameContent } from './fileForm';
import { FolderWriter } from './folderWriter';
import { whyNotAsSeen } from './planSync';
import type { SyncComparison } from './syncComparison';
import type { SyncRow } from './syncRows';

/** How a conflict is settled. */
export interface Resolution {
  readonly comparison: SyncComparison;
  readonly row: SyncRow;
  /** The last message of the key, as it was looked at for this; undefined for none. */
  readonly entry: Entry | undefined;
  /** What the file is to hold; undefined for no file. */
  readonly content: Uint8Array | undefined;
  readonly isUnsaved: (path: string) => boolean;
}

/**
 * Writes the file that both sides were merged into, if it is still the one that was merged, and notes the
 * bucket's value as seen: what is left of it is a change here, for a push. Gives the reason, as a clause,
 * when nothing was written.
 */
export async function resolveRow({
  comparison,
  row,
  entry,
  content,
  isUnsaved,
}: Resolution): Promise<string | undefined> {
  const { bases, folder, pair } = comparison.parts;
  const { key, file, base } = row;
  const value = entry && isLive(entry) ? entry : undefined;
  const writer = new FolderWriter(folder);
  const path = file?.path ?? (content && writer.newPath(key, content));
  const reason = path !== undefined && (await whyNotAsSeen(comparison.parts, row, path, isUnsaved));
  if (reason) {
    return reason;
  }
  const facts = mergedFacts(file?.facts, base, value && comparison.factsOf(value));
  if (path !== undefined && content) {
    await writer.write(key, path, content, facts);
  } else if (path !== undefined && file) {
    await writer.remove(key, path);
  }
  if (!value) {
    bases.delete(key);
  } else {
    const own = fileOf(value.value, pair.compare);
    const isSame = content !== undefined && isSameContent(content, own, pair.compare);
    await bases.set(key, value.value, {
      path: path ?? base?.path ?? '',
      revision: value.revision,
      fileHash: hashOf(isSame ? content : own),
      ...comparison.factsOf(value),
    });
  }
  await bases.save();
  return undefined;
}

/** Those of the side that changed them; the file's where both did. */
function mergedFacts(
  here: ValueFacts | undefined,
  base: ValueFacts | undefined,
  there: ValueFacts | undefined,
): ValueFacts {
  if (!here || (base && there && isSameFacts(here, base))) {
    return there ?? here ?? noFacts;
  }
  return here;
}
