import { parseDuration } from '../base/duration';
import type { BucketStatus } from '../model/bucket';
import type { Moment } from '../model/moment';

/** Why a text is no moment of a bucket. */
export type MomentProblem =
  | { readonly kind: 'unreadable' }
  /** It has not come yet. `last`: the last revision, where a revision was asked for. */
  | { readonly kind: 'ahead'; readonly last: number | undefined }
  /** The bucket was made later, at that time. */
  | { readonly kind: 'before'; readonly created: number };

/**
 * Reads a moment: `r1204` or `1204` for a revision, `2h` or `1d12h` for as long ago, `08:30` for today,
 * else a date with or without a time (`2026-03-01 08:30`), in local time unless it says otherwise.
 */
export function parseMoment(
  text: string,
  { now, status }: { readonly now: number; readonly status: BucketStatus },
): Moment | MomentProblem {
  const plain = text.trim();
  const [, digits] = /^r?(\d+)$/i.exec(plain) ?? [];
  if (digits !== undefined) {
    return revisionMoment(Number(digits), status);
  }
  const time = timeOf(plain, now);
  if (time === undefined) {
    return { kind: 'unreadable' };
  }
  if (time > now) {
    return { kind: 'ahead', last: undefined };
  }
  return time < status.created
    ? { kind: 'before', created: status.created }
    : { kind: 'time', time };
}

export function isMomentProblem(parsed: Moment | MomentProblem): parsed is MomentProblem {
  return parsed.kind !== 'revision' && parsed.kind !== 'time';
}

function revisionMoment(revision: number, { lastRevision }: BucketStatus): Moment | MomentProblem {
  if (!Number.isSafeInteger(revision) || revision < 1) {
    return { kind: 'unreadable' };
  }
  return revision > lastRevision
    ? { kind: 'ahead', last: lastRevision }
    : { kind: 'revision', revision };
}

function timeOf(text: string, now: number): number | undefined {
  const ago = text === '' ? undefined : parseDuration(text);
  if (ago !== undefined) {
    return now - ago;
  }
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  if (hours !== undefined) {
    const time = new Date(now).setHours(Number(hours), Number(minutes), Number(seconds), 0);
    return Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60 ? time : undefined;
  }
  return dateOf(text);
}

/** Only what begins like a date: `Date.parse` finds one in nearly everything. */
function dateOf(text: string): number | undefined {
  const [, day, rest = ''] = /^(\d{4}-\d{2}-\d{2})(?:[ T](.+))?$/.exec(text) ?? [];
  if (
    day === undefined ||
    !/^(\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/.test(rest)
  ) {
    return undefined;
  }
  const time = Date.parse(`${day}T${rest === '' ? '00:00' : rest.replace(/\s+/g, '')}`);
  return Number.isNaN(time) ? undefined : time;
}
