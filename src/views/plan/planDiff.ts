import { lineDiff } from '../../kv/values/lineDiff';
import { cut, type TextSegment } from '../../kv/values/textDiff';

/** Lines that are shown before and after what changes, of each value, and of each line. */
const context = 2;
const mostLines = 60;
const longestLine = 300;
/** Texts that are larger are not compared line by line. */
const largest = 500_000;

/** How a text changes, as the lines of a unified diff; no line where it is too large to be compared. */
export function diffLines(before: string, after: string): string[] {
  if (before.length + after.length > largest) {
    return [];
  }
  const segments = lineDiff(before, after);
  const near = nearChanges(segments);
  const lines: string[] = [];
  let line = 1;
  let wasNear = false;
  segments.forEach((segment, at) => {
    if (near[at]) {
      if (!wasNear) {
        lines.push(`@@ ${line} @@`);
      }
      lines.push(signs[segment.kind] + cut(segment.text, longestLine));
    }
    wasNear = near[at] === true;
    line += segment.kind === 'added' ? 0 : 1;
  });
  return lines;
}

/** The lines as far as they are shown, and how many are not. */
export function shownLines(lines: readonly string[]): { lines: readonly string[]; more: number } {
  return { lines: lines.slice(0, mostLines), more: Math.max(0, lines.length - mostLines) };
}

const signs = { same: ' ', added: '+', removed: '-' } as const;

function nearChanges(segments: readonly TextSegment[]): boolean[] {
  const near = segments.map(() => false);
  segments.forEach(({ kind }, at) => {
    if (kind !== 'same') {
      near.fill(true, Math.max(0, at - context), at + context + 1);
    }
  });
  return near;
}
