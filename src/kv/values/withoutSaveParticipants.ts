import { sameLineEnds } from './textForm';

/**
 * The text to store for a text that an editor saved, without what VS Code's save participants did
 * to it on the way:
 *
 * - A text that differs from the stored one only by what participants do (a final newline added,
 *   further final newlines or trailing white space trimmed) is the stored.
 * - A text that was changed keeps the state of its end: it loses one final newline, when the stored
 *   text had none and exactly one is there, and gets back the one that a formatter took. No participant
 *   adds a second: two were typed, and stay. Several lines typed into an empty value keep it, for
 *   nothing says that it is not meant. A final newline that alone was taken away was meant.
 * - An editor keeps one kind of line end, `\r\n` where most have a `\r`: stored line ends of several
 *   kinds, or lone `\r`, come back in lines not changed. Another kind than the editor had chosen by
 *   itself was meant, and goes everywhere.
 *
 * Everything else is kept as it was typed. Whoever means a bare final newline stores it by
 * switching this off (`CloseOptions.saveParticipants`).
 */
export function withoutSaveParticipants(stored: string, edited: string): string {
  if (stored === edited) {
    return stored;
  }
  const end = lineEndOf(edited);
  const isMeant = end !== undefined && hasLineEnd(stored) && end !== editorsLineEnd(stored);
  const before = isMeant ? sameLineEnds(stored).replaceAll('\n', end) : stored;
  return isWorkOfParticipants(sameLineEnds(before), sameLineEnds(edited))
    ? before
    : withLineEndsOf(before, withEndOf(before, edited));
}

function hasLineEnd(text: string): boolean {
  return /[\r\n]/.test(text);
}

/** The line end that an editor gives to all lines of a text. */
function editorsLineEnd(text: string): string {
  const all = text.match(/\r\n|\r|\n/g) ?? [];
  const withReturn = all.filter((end) => end !== '\n').length;
  return withReturn > all.length / 2 ? '\r\n' : '\n';
}

/** The one kind of line end that a text has; undefined for none or several. */
function lineEndOf(text: string): string | undefined {
  const kinds = new Set(text.match(/\r\n|\r|\n/g));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

/** Whether participants, in any selection, make the edited text of the stored one. */
function isWorkOfParticipants(stored: string, edited: string): boolean {
  const hasTrailingSpace = /[ \t](\n|$)/.test(stored);
  const texts = hasTrailingSpace ? [stored, withoutTrailingSpace(stored)] : [stored];
  return texts.some((text) => {
    return [text, withoutFurtherNewlines(text)].some(
      (one) => one === edited || withFinalNewline(one) === edited,
    );
  });
}

/** Without a regular expression: those for trailing white space take quadratic time. */
function withoutTrailingSpace(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      let end = line.length;
      while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) {
        end--;
      }
      return line.slice(0, end);
    })
    .join('\n');
}

function withoutFurtherNewlines(text: string): string {
  let end = text.length;
  while (end > 1 && text[end - 1] === '\n' && text[end - 2] === '\n') {
    end--;
  }
  return text.slice(0, end);
}

function withFinalNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** The edited text with its end as the stored one has it, where no one typed that. */
function withEndOf(stored: string, edited: string): string {
  const end = /(\r\n|\r|\n)$/.exec(stored)?.[0];
  const isTaken = end !== undefined && edited !== '' && !/[\r\n]$/.test(edited);
  const isAlone = isTaken && sameLineEnds(stored) === `${sameLineEnds(edited)}\n`;
  const isOnly = isTaken && /[\r\n]$/.test(stored.slice(0, -end.length));
  return isTaken && !isAlone && !isOnly
    ? edited + (lineEndOf(edited) ?? end)
    : withoutAddedNewline(stored, edited);
}

function withoutAddedNewline(stored: string, edited: string): string {
  const body = edited.replace(/(\r\n|\r|\n)$/, '');
  const isOne = body !== edited && !/[\r\n]$/.test(body);
  const isNew = stored === '' && /[\r\n]/.test(body);
  return isOne && !isNew && !/[\r\n]$/.test(stored) ? body : edited;
}

/** The edited text; where the stored one mixes line ends, with its own in lines not changed. */
function withLineEndsOf(stored: string, edited: string): string {
  const kinds = [/\r\n/, /\r(?!\n)/, /(^|[^\r])\n/].filter((kind) => kind.test(stored));
  const hasLone = /\r(?!\n)/.test(stored);
  if (kinds.length < 2 && !hasLone) {
    return edited;
  }
  if (kinds.length === 1) {
    // New lines as well: the editor itself has made these line ends of lone ones.
    return sameLineEnds(edited).replaceAll('\n', '\r');
  }
  const old = linesOf(stored);
  const lines = linesOf(edited);
  const same = (a: Line | undefined, b: Line | undefined): boolean =>
    a !== undefined && a.text === b?.text;
  const shorter = Math.min(old.length, lines.length);
  let head = 0;
  while (head < shorter && same(old[head], lines[head])) {
    head++;
  }
  let tail = 0;
  while (tail < shorter - head && same(old.at(-1 - tail), lines.at(-1 - tail))) {
    tail++;
  }
  const moved = old.length - lines.length;
  const result = lines
    .map((line, i) => {
      const kept = i < head ? old[i] : i >= lines.length - tail ? old[i + moved] : undefined;
      // The last line of either text has no line end to give or to take.
      return line.text + (line.end && kept?.end ? kept.end : line.end);
    })
    .join('');
  // A kept `\r` before an empty line with `\n` would make one line end of two.
  return sameLineEnds(result) === sameLineEnds(edited) ? result : edited;
}

interface Line {
  readonly text: string;
  readonly end: string;
}

function linesOf(text: string): Line[] {
  const parts = text.split(/(\r\n|\r|\n)/);
  const lines: Line[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    lines.push({ text: parts[i] ?? '', end: parts[i + 1] ?? '' });
  }
  return lines;
}
