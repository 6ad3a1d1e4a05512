/** Of a row, in pixels; the style sheet has the same. */
export const rowHeight = 22;
/** Browsers draw nothing that is farther down than some 33 million pixels. */
const highest = 30_000_000;
/** Rows that are made above and below what is in view. */
const margin = 8;

/** Which rows are made, and how far down the first of them stands, in pixels. */
export interface Viewport {
  readonly first: number;
  readonly count: number;
  readonly top: number;
}

/** How high the space of so many rows is. Of more than fit into it, scrolling passes over several a pixel. */
export function spaceOf(count: number): number {
  return Math.min(highest, count * rowHeight);
}

/** The rows in view where the space is scrolled down so far; all have the same height. */
export function viewportAt(scrolled: number, height: number, count: number): Viewport {
  const space = spaceOf(count);
  const isScaled = space < count * rowHeight;
  const seen = Math.ceil(height / rowHeight) + 1;
  const share = scrolled / Math.max(1, space - height);
  const at = isScaled
    ? Math.floor(Math.min(1, share) * Math.max(0, count - seen + 1))
    : Math.floor(scrolled / rowHeight);
  const first = Math.max(0, at - margin);
  const end = Math.min(count, at + seen + margin);
  const top = isScaled ? scrolled - (at - first) * rowHeight : first * rowHeight;
  return { first, count: Math.max(0, end - first), top };
}

/** How far to scroll for a row to be in view; undefined where it is. */
export function scrollFor(
  row: number,
  scrolled: number,
  height: number,
  count: number,
): number | undefined {
  const space = spaceOf(count);
  if (space < count * rowHeight) {
    const { first, count: made } = viewportAt(scrolled, height, count);
    const isSeen = row >= first + margin && row < first + made - margin - 1;
    return isSeen ? undefined : (row / Math.max(1, count)) * (space - height);
  }
  const top = row * rowHeight;
  if (top < scrolled) {
    return top;
  }
  return top + rowHeight > scrolled + height ? top + rowHeight - height : undefined;
}
