import { changedElsewhere, comesTo, type KeyEdit } from '../../kv/manyKeys/changes';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';

/** What the server has beside a text that is not saved. */
export interface ServerSide {
  /** Changed, made or removed by others, and not by the text, or by it to the same. */
  readonly theirs: readonly string[];
  /** Changed by both, to something else. */
  readonly conflicts: readonly string[];
  /** The bucket was deleted and made again. */
  readonly remade: boolean;
}

/** What others did since `base`, of which a text was made, beside what the text changes. */
export function serverSide(
  edits: readonly KeyEdit[],
  base: KeysAt | undefined,
  latest: KeysAt | undefined,
): ServerSide {
  if (!base || !latest) {
    return { theirs: [], conflicts: [], remade: false };
  }
  const changed = [...changedElsewhere(base.entries, latest.entries)];
  const mine = new Map(edits.map((edit) => [edit.change.key, edit]));
  const isMine = (key: string): boolean => {
    const edit = mine.get(key);
    return edit !== undefined && !comesTo(edit, latest.entries.get(key));
  };
  return {
    theirs: changed.filter((key) => !isMine(key)),
    conflicts: changed.filter(isMine),
    remade: base.bucketCreated !== latest.bucketCreated,
  };
}
