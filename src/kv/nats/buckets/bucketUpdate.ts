import { t } from '../../base/l10n';
import type { BucketChange, StreamConfiguration } from '../../model/bucket';
import { bucketConfigProblem } from '../../session/bucketProblem';
import { KvError } from '../../model/errors';
import { bucketOf, type StreamConfig, toStreamFields } from './streamConfig';
import { ownMetadata } from './toBucketStatus';

const defaultDuplicateWindow = 120e9;

/** Throws `invalidConfig` for a change that no server would take. */
export function checkChange(change: BucketChange): void {
  const problem = bucketConfigProblem(change);
  if (problem !== undefined) {
    throw new KvError('invalidConfig', problem);
  }
  if (change.stream && 'name' in change.stream) {
    throw new KvError('invalidConfig', t('name cannot be changed'));
  }
}

/**
 * The fields of a stream that a change sets, undefined for those that it removes. What the server
 * noted in the metadata for itself stays.
 */
export function toFields(current: StreamConfig, change: BucketChange): StreamConfiguration {
  const fields: Record<string, unknown> = {
    ...toStreamFields(bucketOf(current.name) ?? '', change),
    ...change.stream,
  };
  if (typeof fields['max_age'] === 'number' && !('duplicate_window' in fields)) {
    fields['duplicate_window'] = duplicateWindow(current, fields['max_age']);
  }
  if (fields['metadata'] !== undefined) {
    fields['metadata'] = { ...serverMetadata(current), ...fields['metadata'] };
  }
  return fields;
}

/**
 * Servers refuse a duplicate window that exceeds the age limit: it shrinks with it, and grows back
 * up to its default of two minutes where it was that short for this reason (ADR-8).
 */
function duplicateWindow(current: StreamConfig, maxAge: number): number | undefined {
  const { duplicate_window = 0, max_age = 0 } = current;
  const limit = maxAge || Infinity;
  const wasCut = max_age > 0 && duplicate_window === max_age;
  const wanted = wasCut ? Math.max(duplicate_window, defaultDuplicateWindow) : duplicate_window;
  return Math.min(wanted, limit);
}

function serverMetadata({ metadata = {} }: StreamConfig): Record<string, string> {
  const own = ownMetadata(metadata);
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !(name in own)));
}
