import { it } from 'vitest';
import type { BucketConfig } from '../../../src/kv/model/bucket';
import type { SetUp } from './harness';

/**
 * The `it` of a contract: every test gets a system of its own, with these buckets in it, as the
 * fixtures `connection`, `foreign` and `harness`. It is disposed when the test ends.
 */
export function contractTest(setUp: SetUp, buckets: readonly BucketConfig[] = []) {
  return it
    .extend('buckets', () => buckets)
    .extend('harness', async ({ buckets }, { onCleanup }) => {
      const harness = await setUp();
      onCleanup(() => harness.dispose());
      for (const bucket of buckets) {
        await harness.connection.createBucket(bucket);
      }
      return harness;
    })
    .extend('connection', ({ harness }) => harness.connection)
    .extend('foreign', ({ harness }) => harness.foreign);
}
