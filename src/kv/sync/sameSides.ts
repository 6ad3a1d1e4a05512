import type { Entry } from '../model/entry';
import { isSameFacts, type ValueFacts } from './extras';
import { hashOf, isSameContent } from './fileForm';
import type { SyncBase } from './syncBases';
import type { SyncFile } from './syncFolder';
import type { SyncCompare } from './syncPair';

/** A file with its bytes. */
interface Here extends SyncFile {
  readonly bytes: Uint8Array;
}

/** A value with what is synchronised besides it. */
interface There extends Pick<Entry, 'value' | 'revision'> {
  readonly facts: ValueFacts;
}

/** A base with its value, where that was kept. */
interface Before extends SyncBase {
  readonly content: Uint8Array | undefined;
}

/** Whether a file and a value hold the same, or neither is there. */
export function areSame(
  here: Here | undefined,
  there: There | undefined,
  by: SyncCompare,
): boolean {
  return here && there
    ? isSameFacts(here.facts, there.facts) && isSameContent(here.bytes, there.value, by)
    : here === undefined && there === undefined;
}

/** Whether a file is still what it was when it was synchronised, or is not there as it was not then. */
export function isFileOf(
  base: Before | undefined,
  here: Here | undefined,
  by: SyncCompare,
): boolean {
  if (!base || !here) {
    return base === undefined && here === undefined;
  }
  const { content } = base;
  return (
    isSameFacts(here.facts, base) &&
    (here.hash === base.fileHash ||
      (content !== undefined && isSameContent(here.bytes, content, by)))
  );
}

/** The same of a value. */
export function isValueOf(
  base: Before | undefined,
  there: There | undefined,
  by: SyncCompare,
): boolean {
  if (!base || !there) {
    return base === undefined && there === undefined;
  }
  const { content } = base;
  return (
    isSameFacts(there.facts, base) &&
    (there.revision === base.revision ||
      hashOf(there.value) === base.hash ||
      (content !== undefined && isSameContent(there.value, content, by)))
  );
}
