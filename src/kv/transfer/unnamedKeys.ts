import { isLive } from '../model/entry';
import type { KvConnection } from '../model/kvConnection';
import type { ImportOptions } from './importOptions';
import type { KeyTable } from './keyTable';
import { mark } from './marks';

interface Target {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly options: ImportOptions;
  readonly table: KeyTable;
}

/**
 * Keys of a bucket that have a value and that a source does not name, in batches; only those that begin
 * with the prefix that its keys get, and that are as they were when the table was made.
 */
export async function* unnamedKeys(
  { connection, bucket, options, table }: Target,
  signal: AbortSignal,
): AsyncGenerator<{ readonly key: string; readonly revision: number }[], void, undefined> {
  const { prefix = '' } = options.mapping;
  for await (const batch of connection.list(bucket, { signal })) {
    const found: { key: string; revision: number }[] = [];
    for (const info of batch) {
      const { key, revision } = info;
      const isUnnamed =
        isLive(info) &&
        key.startsWith(prefix) &&
        !(table.marksOf(key) & mark.named) &&
        table.revisionOf(key) === revision;
      if (isUnnamed) {
        found.push({ key, revision });
      }
    }
    yield found;
  }
}
