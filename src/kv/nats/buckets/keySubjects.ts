import { t } from '../../base/l10n';
import { bucketNameProblem } from '../../model/key';
import { isWildcard, patternsOverlap } from '../../keys/wildcardMatcher';
import { bucketOf, type StreamConfig, type StreamSource } from './streamConfig';

/**
 * What stands before a bucket's keys in the subjects of its messages. A mirror has those of its origin,
 * or what it moves them to; so has a bucket without subjects whose sources agree on one. What a stream
 * holds besides is no key of the bucket.
 */
export function keyPrefixOf(config: StreamConfig): string {
  const { name, subjects = [], subject_transform, mirror, sources = [] } = config;
  const own = ownPrefix(name);
  if (mirror) {
    return prefixOfCopy(mirror);
  }
  if (subject_transform) {
    return prefixOfPattern(subject_transform.dest);
  }
  const copied = new Set(subjects.length === 0 ? sources.map(prefixOfCopy) : []);
  const [only = own] = copied;
  return copied.size === 1 ? only : own;
}

/** Whether a mirror has the subjects of its origin, whatever these are. */
export function keepsSubjects({ mirror }: StreamConfig): boolean {
  return mirror !== undefined && (mirror.subject_transforms ?? []).length === 0;
}

/**
 * Why a stream cannot be used as a bucket, in a sentence without a final period; undefined when it can.
 * It may hold a part of a bucket's subjects only, be the mirror of a bucket, or an aggregate of sources
 * without subjects of its own (ADR-58). Only for streams that are named as buckets are.
 */
export function whyNoBucket({ name, subjects = [], ...copies }: StreamConfig): string | undefined {
  const { mirror, sources = [] } = copies;
  if (mirror) {
    const isOfBucket = bucketOf(mirror.name) !== undefined;
    return isOfBucket || (mirror.subject_transforms ?? []).length > 0
      ? undefined
      : t('it is a mirror of the stream {0}, which is no bucket', mirror.name);
  }
  const wanted = [...ownPrefix(name).split('.').slice(0, -1), '>'];
  if (subjects.some((subject) => patternsOverlap(subject.split('.'), wanted))) {
    return undefined;
  }
  return subjects.length === 0 && sources.length > 0
    ? undefined
    : t(
        'its stream {0} holds {1}, not {2}',
        name,
        subjects.join(', ') || t('no subjects'),
        wanted.join('.'),
      );
}

/** Whether a stream can be used as a bucket. */
export function isBucket(config: StreamConfig): boolean {
  return isNamedAsBucket(config.name) && whyNoBucket(config) === undefined;
}

export function isNamedAsBucket(stream: string): boolean {
  const bucket = bucketOf(stream);
  return bucket !== undefined && bucketNameProblem(bucket) === undefined;
}

function ownPrefix(stream: string): string {
  return `$KV.${bucketOf(stream) ?? stream}.`;
}

/** Where several transforms lead to several places, the keys are those of the first. */
function prefixOfCopy({ name, subject_transforms = [] }: StreamSource): string {
  const [first] = subject_transforms;
  return first ? prefixOfPattern(first.dest) : ownPrefix(name);
}

/** `$KV.<bucket>.` of anything below it, else all tokens that are the same in every subject. */
function prefixOfPattern(pattern: string): string {
  const tokens = pattern.split('.');
  const varies = tokens.findIndex((token) => isWildcard(token) || token.includes('{{'));
  const fixed = tokens.slice(0, varies < 0 ? tokens.length - 1 : varies);
  const common = fixed[0] === '$KV' && fixed.length > 1 ? fixed.slice(0, 2) : fixed;
  return common.map((token) => `${token}.`).join('');
}
