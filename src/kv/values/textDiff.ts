/** A piece of a text that stayed, went or came. */
export interface TextSegment {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Characters of what stayed that are shown on either side. */
const context = 12;

/**
 * The difference of two texts in one line: the part between what both begin and end with, with a
 * little around it, each piece cut off after `limit` characters. Empty when they are the same.
 */
export function textDiff(before: string, after: string, limit: number): TextSegment[] {
  if (before === after) {
    return [];
  }
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const lead = before.slice(Math.max(0, start - context), start);
  const rest = before.slice(before.length - end);
  const segments: TextSegment[] = [
    { kind: 'same', text: start > context ? `…${lead}` : lead },
    { kind: 'removed', text: cut(before.slice(start, before.length - end), limit) },
    { kind: 'added', text: cut(after.slice(start, after.length - end), limit) },
    { kind: 'same', text: cut(rest, context) },
  ];
  return segments.filter(({ text }) => text !== '');
}

/** The first `limit` characters, with `…` in the place of the rest. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, wholeCharacters(text, limit))}…`;
}

function commonStart(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) {
    at++;
  }
  return wholeCharacters(a, at);
}

function commonEnd(a: string, b: string, start: number): number {
  const length = Math.min(a.length, b.length) - start;
  let count = 0;
  while (
    count < length &&
    a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)
  ) {
    count++;
  }
  // A pair of surrogates is one character: what ends with half of it ends before it.
  return isLowSurrogate(a.charCodeAt(a.length - count)) ? count - 1 : count;
}

/** The length without half of a surrogate pair at its end. */
function wholeCharacters(text: string, length: number): number {
  return length > 0 && isLowSurrogate(text.charCodeAt(length)) ? length - 1 : length;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
