import { lineDiff } from './lineDiff';

/** A place in a text: lines and UTF-16 units within them, from 0 on. */
export interface TextPlace {
  readonly line: number;
  readonly character: number;
}

/** A piece of a text that another one takes the place of. */
export interface LineEdit {
  readonly start: TextPlace;
  readonly end: TextPlace;
  readonly text: string;
}

/** What makes one text the other, both with `\n`: lines that differ, from the first on, none that touch. */
export function lineEdits(before: string, after: string): LineEdit[] {
  const lines = before.split('\n');
  const edits: LineEdit[] = [];
  let line = 0;
  let start: number | undefined;
  let added: string[] = [];
  const settle = (): void => {
    if (start !== undefined) {
      edits.push(editOf(lines, start, line, added));
    }
    [start, added] = [undefined, []];
  };
  for (const { kind, text } of lineDiff(before, after)) {
    if (kind === 'same') {
      settle();
    } else {
      start ??= line;
    }
    if (kind === 'added') {
      added.push(text);
    } else {
      line++;
    }
  }
  settle();
  return edits;
}

/** The lines from `start` to before `end` replaced: with the line end before them where they are the last. */
function editOf(
  lines: readonly string[],
  start: number,
  end: number,
  added: readonly string[],
): LineEdit {
  if (end < lines.length) {
    const text = added.map((line) => `${line}\n`).join('');
    return { start: { line: start, character: 0 }, end: { line: end, character: 0 }, text };
  }
  const last = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  if (start === 0) {
    return { start: { line: 0, character: 0 }, end: last, text: added.join('\n') };
  }
  const before = { line: start - 1, character: lines[start - 1]?.length ?? 0 };
  return { start: before, end: last, text: added.map((line) => `\n${line}`).join('') };
}
