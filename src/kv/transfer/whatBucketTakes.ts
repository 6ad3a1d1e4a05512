import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import { headerNameProblem, ownHeaders } from '../model/headers';
import type { ImportOptions } from './importOptions';
import type { SourceEntry } from './source';

/** What a bucket and its server take. */
export interface Limits {
  readonly status: BucketStatus;
  /** Bytes of a message that the server takes; -1 when that is not known. */
  readonly maxPayload: number;
  readonly options: ImportOptions;
}

/** What the header of a compare-and-swap takes, about. */
const swapHeader = 70;

/** Why a bucket cannot take an entry, as a clause, as far as that can be told beforehand. */
export function whyNotTaken(
  entry: SourceEntry,
  { status, maxPayload, options }: Limits,
): string | undefined {
  const { value, ttl, operation } = entry;
  if (operation !== 'PUT') {
    return undefined;
  }
  if (ttl !== undefined && options.ttl !== 'drop' && !status.allowTtl) {
    return t(
      'it has a TTL, and the bucket does not let single values expire (allow_msg_ttl is off)',
    );
  }
  const own = ownHeaders(entry);
  const bad = own.find(([name]) => headerNameProblem(name) !== undefined);
  if (bad) {
    return t('the name of a header cannot be used');
  }
  const size = own.reduce(
    (sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 4,
    value.length + swapHeader,
  );
  const [limit, whose] = smallest(status.maxValueSize, maxPayload);
  return limit >= 0 && size > limit
    ? t(
        'the value has {0} bytes with headers of {1}, and {2} takes {3} of both',
        value.length,
        size - value.length,
        whose,
        limit,
      )
    : undefined;
}

function smallest(bucket: number, server: number): [number, string] {
  return bucket >= 0 && (server < 0 || bucket <= server)
    ? [bucket, t('the bucket')]
    : [server, t('the server')];
}
