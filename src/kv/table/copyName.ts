/** What the copy of a key is called. */
export type CopyName = (key: string) => string;

/** Stands for the key that is copied. */
const keyMark = '{key}';

/** What is proposed to be typed for copies. */
export const usualCopyName = `${keyMark}-copy`;

/** Reads what copies are to be called: a text with `{key}` in it; undefined where it has none. */
export function copyNameOf(typed: string): CopyName | undefined {
  const text = typed.trim();
  return text.includes(keyMark) && text !== keyMark
    ? (key) => text.split(keyMark).join(key)
    : undefined;
}
