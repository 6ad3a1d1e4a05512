import type { Entry } from '../entry';
import { displayText } from './displayText';
import { prettyJson } from './jsonValue';
import { lineDiff } from './lineDiff';
import { cut, type TextSegment } from './textDiff';
import { jsonOf, textOf } from './valueText';

/** A change in full, line by line, as far as it can be shown; the rest is counted. */
export interface ChangeDetail {
  readonly kind: 'diff' | 'value' | 'binary' | 'ended';
  readonly lines: readonly TextSegment[];
  /** Lines that are left out. */
  readonly moreLines: number;
  /** Revision and size of what came before, when it is known. */
  readonly previous: { readonly revision: number; readonly size: number } | undefined;
}

const maxLines = 400;
const maxLine = 1_000;
const maxText = 256 * 1024;
/** Lines that stayed are shown so far around those that did not. */
const context = 3;

/** The full difference between an entry of a key and the one before it, where that is known. */
export function changeDetail(before: Entry | undefined, after: Entry): ChangeDetail {
  const previous = before && { revision: before.revision, size: before.size };
  const old = before?.operation === 'PUT' ? readable(before.value) : undefined;
  const now = after.operation === 'PUT' ? readable(after.value) : undefined;
  if (after.operation !== 'PUT') {
    return { kind: 'ended', previous, ...bounded(old === undefined ? [] : removed(old)) };
  }
  if (now === undefined) {
    return { kind: 'binary', previous, lines: [], moreLines: 0 };
  }
  return old === undefined
    ? { kind: 'value', previous, ...bounded(unchanged(now)) }
    : { kind: 'diff', previous, ...bounded(around(lineDiff(old, now))) };
}

/** JSON in lines, other text as it is; undefined for binary. */
function readable(value: Uint8Array): string | undefined {
  const json = jsonOf(value);
  const text = json === undefined ? textOf(value) : prettyJson(json, maxText);
  return text && cut(text, maxText);
}

/** Leaves out what is far from any change; a gap is one line of `…`. */
function around(segments: readonly TextSegment[]): TextSegment[] {
  const near = new Set<number>();
  segments.forEach(({ kind }, at) => {
    for (let line = at - context; kind !== 'same' && line <= at + context; line++) {
      near.add(line);
    }
  });
  return segments.flatMap((segment, at) => {
    const opensGap = !near.has(at) && (at === 0 || near.has(at - 1));
    return near.has(at) ? [segment] : opensGap ? [{ kind: 'same' as const, text: '…' }] : [];
  });
}

function bounded(segments: readonly TextSegment[]) {
  const lines = segments
    .slice(0, maxLines)
    .map(({ kind, text }) => ({ kind, text: displayText(cut(text, maxLine)) }));
  return { lines, moreLines: segments.length - lines.length };
}

function removed(text: string): TextSegment[] {
  return text.split('\n').map((line) => ({ kind: 'removed', text: line }));
}

function unchanged(text: string): TextSegment[] {
  return text.split('\n').map((line) => ({ kind: 'same', text: line }));
}
