import type { TextSegment } from './textDiff';

/** Lines that are compared one with another; beyond that a block is shown as replaced. */
const maxCells = 1_000_000;

/**
 * The difference of two texts line by line, the shortest one where both have changed in no more than
 * about a thousand lines. Joining all but the added lines gives the first text, and vice versa.
 */
export function lineDiff(before: string, after: string): TextSegment[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (
    end < Math.min(a.length, b.length) - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  return [
    ...lines('same', a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...lines('same', a.slice(a.length - end)),
  ];
}

function middle(a: readonly string[], b: readonly string[]): TextSegment[] {
  return a.length * b.length > maxCells
    ? [...lines('removed', a), ...lines('added', b)]
    : shortest(a, b);
}

/** The longest common subsequence by dynamic programming, walked from the front. */
function shortest(a: readonly string[], b: readonly string[]): TextSegment[] {
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] =
        a[i] === b[j]
          ? (common[at + width + 1] ?? 0) + 1
          : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0);
    }
  }
  const segments: TextSegment[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const at = i * width + j;
    if (i < a.length && j < b.length && a[i] === b[j]) {
      segments.push({ kind: 'same', text: a[i++] ?? '' });
      j++;
    } else if (
      j >= b.length ||
      (i < a.length && (common[at + width] ?? 0) >= (common[at + 1] ?? 0))
    ) {
      segments.push({ kind: 'removed', text: a[i++] ?? '' });
    } else {
      segments.push({ kind: 'added', text: b[j++] ?? '' });
    }
  }
  return segments;
}

function lines(kind: TextSegment['kind'], texts: readonly string[]): TextSegment[] {
  return texts.map((text) => ({ kind, text }));
}
