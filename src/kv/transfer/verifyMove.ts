import { isLive } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';
import { TransferRows } from './importRows';
import { KeyTable } from './keyTable';
import { isProblem, type TransferSource } from './source';

/** What is found of a move after its end. */
export interface MoveVerification {
  /** Keys that stand where they were moved to, as they were written. */
  readonly same: number;
  /** Written again since they were moved. */
  readonly changed: TransferRows;
  /** How many are gone since they were moved. */
  readonly gone: number;
  /** Keys that are still, or again, where they were moved from. */
  readonly left: TransferRows;
}

const seenMark = { same: 1, changed: 2 } as const;

/**
 * Looks whether all that was moved stands under the revisions that it was written with, so as it was written,
 * and what there is where it came from.
 */
export async function verifyMove(
  connection: KvConnection,
  bucket: string,
  source: TransferSource,
  moved: KeyTable,
  signal: AbortSignal,
): Promise<MoveVerification> {
  const changed = new TransferRows();
  const seen = new KeyTable();
  let [same, other] = [0, 0];
  for await (const batch of connection.list(bucket, { signal })) {
    for (const info of batch) {
      const { key, revision } = info;
      if (!moved.has(key)) {
        continue;
      }
      // A key may be told twice: what was told last counts.
      const before = seen.marksOf(key);
      same -= before === seenMark.same ? 1 : 0;
      other -= before === seenMark.changed ? 1 : 0;
      const isSame = isLive(info) && revision === moved.revisionOf(key);
      same += isSame ? 1 : 0;
      other += isSame || !isLive(info) ? 0 : 1;
      seen.set(key, 0, isSame ? seenMark.same : isLive(info) ? seenMark.changed : 0);
      if (!isSame && isLive(info) && before !== seenMark.changed) {
        changed.add(key);
      }
    }
  }
  const left = new TransferRows();
  for await (const items of source.read(signal)) {
    for (const item of items) {
      // Where something is moved within its own prefix, what came there is no rest.
      if (!isProblem(item) && moved.revisionOf(item.key) !== item.revision) {
        left.add(item.key);
      }
    }
  }
  return { same, changed, gone: moved.count - same - other, left };
}
