import { diff3Merge } from 'node-diff3';

/** What a three-way merge of texts makes: `text` has conflict markers where `conflicts` is above 0. */
export interface MergedTexts {
  readonly text: string;
  readonly conflicts: number;
}

const lineEnd = /(?<=\n)/;

/**
 * Puts the changes of two texts that were made of `base` together, line by line. Where both changed
 * the same lines in other ways there is a conflict, in the markers of Git.
 */
export function mergeTexts(base: string, server: string, yours: string): MergedTexts {
  const split = (text: string): string[] => text.split(lineEnd);
  const parts = diff3Merge(split(yours), split(base), split(server), {
    excludeFalseConflicts: true,
  });
  let conflicts = 0;
  const text = parts
    .flatMap(({ ok, conflict }) => {
      if (!conflict) {
        return ok ?? [];
      }
      conflicts++;
      return [
        marker('<<<<<<< Yours'),
        ...closed(conflict.a),
        marker('||||||| Base'),
        ...closed(conflict.o),
        marker('======='),
        ...closed(conflict.b),
        marker('>>>>>>> Server'),
      ];
    })
    .join('');
  return { text, conflicts };
}

function marker(text: string): string {
  return `${text}\n`;
}

/** Lines that a marker can follow: the last one of a text may have no line end. */
function closed(lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`));
}
