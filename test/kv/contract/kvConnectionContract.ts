import { describe } from 'vitest';
import { describeAsOfContract } from './asOfContract';
import { describeBackupContract } from './backupContract';
import { describeBatchContract } from './batchContract';
import { describeBucketChangeContract } from './bucketChangeContract';
import { describeBucketContract } from './bucketContract';
import { describeEntryContract } from './entryContract';
import { describeEntryProgramContract } from './entryProgramContract';
import { describeCompactionContract } from './compactionContract';
import type { SetUp } from './harness';
import { describeKeyContract } from './keyContract';
import { describeLinkContract } from './linkContract';
import { describeListingContract } from './listingContract';
import { describeNameListingContract } from './nameListingContract';
import { describeTrimContract } from './trimContract';
import { describeWatchContract } from './watchContract';
import { describeWatchOptionsContract } from './watchOptionsContract';
import { describeWriteLockContract } from './writeLockContract';

/** What every KvConnection does, the fake one and the real one alike. */
export function describeKvConnection(name: string, setUp: SetUp): void {
  describe(name, () => {
    describeBucketContract(setUp);
    describeBucketChangeContract(setUp);
    describeCompactionContract(setUp);
    describeTrimContract(setUp);
    describeBackupContract(setUp);
    describeKeyContract(setUp);
    describeEntryContract(setUp);
    describeEntryProgramContract(setUp);
    describeBatchContract(setUp);
    describeAsOfContract(setUp);
    describeListingContract(setUp);
    describeNameListingContract(setUp);
    describeWatchContract(setUp);
    describeWatchOptionsContract(setUp);
    describeLinkContract(setUp);
    describeWriteLockContract(setUp);
  });
}
