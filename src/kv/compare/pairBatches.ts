import type { PairTable } from './pairTable';

/** As many as a server takes in one batch. */
const mostKeys = 1024;
/** What the values of a batch weigh on both sides; one that is larger is a batch of its own. */
const mostBytes = 4 * 1024 * 1024;

/** Keys whose values are read together, in their order. */
export function* pairBatches(
  table: PairTable,
  places: readonly number[],
): Generator<readonly number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const at of places) {
    const weight = table.sizeAt(0, at) + table.sizeAt(1, at);
    if (batch.length === mostKeys || (batch.length > 0 && bytes + weight > mostBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(at);
    bytes += weight;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
