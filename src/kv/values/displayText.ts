/**
 * Controls that would not be seen or would move what stands around them: C0 and C1 controls, marks
 * that change the direction of writing, zero-width characters, line and paragraph separators.
 */
const unseen =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text in which every unseen character stands as its escape: a tab as `\t`, others as `\u202e`. */
export function displayText(text: string): string {
  return replaceUnseen(text, escapeOf);
}

/** A text in which every unseen character was replaced. */
export function replaceUnseen(text: string, by: (character: string) => string): string {
  return text.replace(unseen, by);
}

function escapeOf(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default:
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  }
}
