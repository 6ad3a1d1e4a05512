import { describe } from 'vitest';
import { describeBucketContract } from './bucketContract';
import type { SetUp } from './harness';
import { describeKeyContract } from './keyContract';
import { describeLinkContract } from './linkContract';
import { describeListingContract } from './listingContract';
import { describeWatchContract } from './watchContract';

/** What every KvConnection does, the fake one and the real one alike. */
export function describeKvConnection(name: string, setUp: SetUp): void {
  describe(name, () => {
    describeBucketContract(setUp);
    describeKeyContract(setUp);
    describeListingContract(setUp);
    describeWatchContract(setUp);
    describeLinkContract(setUp);
  });
}
