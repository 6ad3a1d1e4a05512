/** What the keys have in common at their start: whole tokens with the dot after them, or nothing. */
export function commonPrefix(keys: readonly string[]): string {
  const folders = keys.map((key) => key.split('.').slice(0, -1));
  const [first = []] = folders;
  let length = 0;
  while (
    length < first.length &&
    folders.every((folder) => folder.length > length && folder[length] === first[length])
  ) {
    length++;
  }
  return length === 0 ? '' : `${first.slice(0, length).join('.')}.`;
}

/** The key with another start in the place of `prefix`. */
export function renamed(key: string, prefix: string, start: string): string {
  return `${start}${key.slice(prefix.length)}`;
}

/** What parts a start of keys from the rest of them and belongs to it; nothing where they differ in that. */
export function separatorOf(prefix: string): string {
  const last = prefix === '' ? '.' : prefix.slice(-1);
  return last === '.' || last === '/' ? last : '';
}

/** What new keys start with: a folder's name as it was typed, with what parted the old one from its keys. */
export function startOf(typed: string, prefix: string): string {
  const separator = separatorOf(prefix);
  return typed === '' || typed.endsWith(separator) ? typed : `${typed}${separator}`;
}
