import type { BucketStatus } from '../model/bucket';
import { KvError } from '../model/errors';
import type { KvConnection } from '../model/kvConnection';
import type { Moment } from '../model/moment';
import { whyNotWritten } from '../operations/bucketActions';
import type { AsOfRow } from './asOfRows';
import { listAsOf, stateAt, type AsOfListing, type AsOfOptions, type AsOfQuery } from './listAsOf';

/** What is done to a key: its value of then is put again, or it gets a marker, as it had none. */
type RestoreAct = 'put' | 'delete';

/** The keys that a restore changes, by their places: what each had and has. */
class RestoreTargets {
  /** `places`: of the rows of the listing. */
  constructor(
    private readonly listing: AsOfListing,
    private readonly places: readonly number[],
  ) {}

  get count(): number {
    return this.places.length;
  }

  rowAt(at: number): AsOfRow {
    return this.listing.rows.at(this.places[at] ?? 0);
  }

  actAt(at: number): RestoreAct {
    return this.listing.rows.hadValue(this.places[at] ?? 0) ? 'put' : 'delete';
  }

  /** The key and the revision that alone is replaced. */
  at(at: number): { readonly key: string; readonly revision: number } {
    const { key, now } = this.rowAt(at);
    return { key, revision: now.revision };
  }
}

/** What would bring keys of a bucket back to a moment: nothing has been changed yet. */
export interface RestorePlan {
  readonly connection: KvConnection;
  readonly bucket: string;
  readonly moment: Moment;
  readonly filter: string;
  /** As it was when it was looked at. */
  readonly status: BucketStatus;
  readonly targets: RestoreTargets;
  readonly puts: number;
  readonly deletes: number;
  /** Bytes of the values that are put. */
  readonly bytes: number;
  /** Keys that are as they were. */
  readonly same: number;
  /** Keys with a value of which it is not known what they were: they stay. */
  readonly unknown: number;
  /** The first of these. */
  readonly unknownKeys: readonly string[];
}

/** How many keys that stay are remembered by name. */
const mostUnknown = 1_000;

/**
 * Finds out what brings keys back to what they were at a moment. Throws `unsupported` for a bucket that
 * cannot be written, else as `listAsOf` does.
 */
export async function planRestore(
  connection: KvConnection,
  bucket: string,
  query: AsOfQuery,
  options: AsOfOptions,
): Promise<RestorePlan> {
  const { signal } = options;
  const problem = whyNotWritten(await connection.bucketStatus(bucket, { signal }));
  if (problem !== undefined) {
    throw new KvError('unsupported', problem);
  }
  const listing = await listAsOf(connection, bucket, query, options);
  const { moment, filter } = query;
  return { connection, bucket, moment, filter, status: listing.status, ...sorted(listing) };
}

type Sorted = Pick<
  RestorePlan,
  'targets' | 'puts' | 'deletes' | 'bytes' | 'same' | 'unknown' | 'unknownKeys'
>;

/** Which keys are put, deleted, or left. */
function sorted(listing: AsOfListing): Sorted {
  const { rows } = listing;
  const places: number[] = [];
  const unknownKeys: string[] = [];
  let [puts, bytes, same, unknown] = [0, 0, 0, 0];
  for (let at = 0; at < rows.count; at++) {
    const isLive = rows.isLiveNow(at);
    switch (stateAt(listing, at)) {
      case 'value':
        if (rows.isUnchanged(at)) {
          same++;
        } else {
          places.push(at);
          puts++;
          bytes += rows.at(at).then?.size ?? 0;
        }
        break;
      case 'deleted':
      case 'absent':
        if (isLive) {
          places.push(at);
        } else {
          same++;
        }
        break;
      case 'unknown':
        if (isLive) {
          unknown++;
          if (unknownKeys.length < mostUnknown) {
            unknownKeys.push(rows.keyAt(at));
          }
        }
    }
  }
  const targets = new RestoreTargets(listing, places);
  return { targets, puts, deletes: places.length - puts, bytes, same, unknown, unknownKeys };
}
