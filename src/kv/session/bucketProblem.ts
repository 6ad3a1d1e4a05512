import { t } from '../base/l10n';
import type { BucketConfig, BucketOrigin } from '../model/bucket';
import { bucketNameProblem } from '../model/key';

/** Fields of a configuration that have a rule which every server holds to. */
type Checked = Omit<BucketConfig, 'name' | 'storage'>;

/**
 * Tells what is wrong with a configuration that no server would take, naming the field, or undefined.
 * A sentence without a final period.
 */
export function bucketConfigProblem(config: Checked): string | undefined {
  const { history = 1, ttl = 0, markerTtl = 0, replicas = 1 } = config;
  const { maxBytes = -1, maxValueSize = -1, mirror, sources = [], republish } = config;
  const problems = [
    !isCount(history, 1, 64) && t('history must be a whole number from 1 to 64'),
    ttl !== 0 && !(ttl >= 100) && t('ttl must be 0 or at least 100 ms'),
    markerTtl !== 0 && !(markerTtl >= 1000) && t('markerTtl must be 0 or at least 1000 ms'),
    !isCount(replicas, 1, 5) && t('replicas must be a whole number from 1 to 5'),
    !isLimit(maxBytes) && t('maxBytes must be -1 or a whole number above 0'),
    !isLimit(maxValueSize) && t('maxValueSize must be -1 or a whole number above 0'),
    mirror && originProblem('mirror', mirror),
    mirror && sources.length > 0 && t('sources must be empty for a mirror'),
    mirror && markerTtl !== 0 && t('markerTtl must be 0 for a mirror'),
    ...sources.map((source) => originProblem('sources', source)),
    republish?.destination === '' && t('republish must have a destination'),
    ...Object.keys(config.metadata ?? {}).map(metadataProblem),
  ];
  return problems.find((text) => typeof text === 'string');
}

function originProblem(field: string, origin: BucketOrigin): string | undefined {
  const problem = bucketNameProblem(origin.bucket);
  if (problem !== undefined) {
    return t('{0} must name a bucket: {1}', field, problem);
  }
  return origin.startRevision !== undefined && origin.startTime !== undefined
    ? t('{0} must start at a revision or at a time, not at both', field)
    : undefined;
}

function metadataProblem(key: string): string | undefined {
  return key.startsWith('_nats')
    ? t('metadata must not contain names that start with _nats')
    : undefined;
}

function isCount(value: number, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && value >= from && value <= to;
}

function isLimit(value: number): boolean {
  return value === -1 || isCount(value, 1, Number.MAX_SAFE_INTEGER);
}
