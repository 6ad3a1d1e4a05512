const mostKeys = 512;
/** What the values of a batch weigh; one that is larger is a batch of its own. */
const mostBytes = 4 * 1024 * 1024;

/** Keys in batches whose values are read at once. */
export function* batchesOf(
  keys: readonly string[],
  sizeOf: (key: string) => number,
): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    const size = sizeOf(key);
    if (batch.length === mostKeys || (batch.length > 0 && bytes + size > mostBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(key);
    bytes += size;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
