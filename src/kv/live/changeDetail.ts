import type { Entry } from '../model/entry';
import { displayText } from '../values/displayText';
import { prettyJson } from '../values/jsonValue';
import { lineDiff } from '../values/lineDiff';
import { cut, type TextSegment } from '../values/textDiff';
import { exactText } from '../values/textForm';
import { jsonOf } from '../values/valueText';

/** A change in full, line by line, as far as it can be shown; the rest is counted. */
export interface ChangeDetail {
  readonly kind: 'diff' | 'value' | 'binary' | 'ended';
  readonly lines: readonly TextSegment[];
  /** Lines that are left out. */
  readonly moreLines: number;
  /** True when only the beginning of the values was compared. */
  readonly isCut: boolean;
  /** Revision and size of what came before, when it is known. */
  readonly previous: { readonly revision: number; readonly size: number } | undefined;
}

const maxLines = 400;
const maxLine = 1_000;
/** Characters of a value that are compared: more than JSON of 1 MiB takes in lines, as a rule. */
const maxText = 4 * 1024 * 1024;
/** Lines that stayed are shown so far around those that did not. */
const context = 3;

/**
 * The full difference between an entry of a key and the one before it, where that is known. It takes
 * turns with what else there is to do: large values take some ten milliseconds each.
 */
export async function changeDetail(before: Entry | undefined, after: Entry): Promise<ChangeDetail> {
  const previous = before && { revision: before.revision, size: before.size };
  const old = before?.operation === 'PUT' ? readable(before.value) : undefined;
  await nextTurn();
  const now = after.operation === 'PUT' ? readable(after.value) : undefined;
  await nextTurn();
  const isCut = [old, now].some((text) => text !== undefined && text.length >= maxText);
  if (after.operation !== 'PUT') {
    const lines = old === undefined ? [] : removed(old);
    return { kind: 'ended', previous, isCut, ...bounded(lines) };
  }
  if (now === undefined) {
    return { kind: 'binary', previous, isCut, lines: [], moreLines: 0 };
  }
  return old === undefined
    ? { kind: 'value', previous, isCut, ...bounded(unchanged(now)) }
    : { kind: 'diff', previous, isCut, ...bounded(around(lineDiff(old, now))) };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** JSON in lines, other text as it is, `maxText` characters of it; undefined for binary. */
function readable(value: Uint8Array): string | undefined {
  const json = jsonOf(value);
  const text = json === undefined ? exactText(value) : prettyJson(json, maxText);
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
