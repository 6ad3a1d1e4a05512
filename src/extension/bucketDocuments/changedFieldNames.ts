import { changesBetween, valuesOf } from '../../kv/config/bucketDocument';
import type { StreamConfiguration } from '../../kv/model/bucket';

/** The fields, by the names of documents, in which two configurations of a bucket differ. */
export function changedFieldNames(one: StreamConfiguration, other: StreamConfiguration): string[] {
  const bucket = String(one['name']).replace(/^KV_/, '');
  return changesBetween(bucket, valuesOf(bucket, one), valuesOf(bucket, other)).map(
    ({ name }) => name,
  );
}
