/** How the keys of a source are named in the bucket. Applied in the order of its fields. */
export interface KeyMapping {
  /** Left out at the start; keys without it are left out as a whole. */
  readonly strip?: string;
  /** Replaced everywhere by the second. */
  readonly separator?: readonly [from: string, to: string];
  readonly letters?: 'lower' | 'upper';
  /** Put before. */
  readonly prefix?: string;
}

/** What a key is called, or undefined when it is not meant. */
export function mappedKey(key: string, mapping: KeyMapping): string | undefined {
  const { strip = '', separator, letters, prefix = '' } = mapping;
  if (!key.startsWith(strip)) {
    return undefined;
  }
  let name = key.slice(strip.length);
  if (separator && separator[0] !== '') {
    name = name.split(separator[0]).join(separator[1]);
  }
  name = letters === 'lower' ? name.toLowerCase() : letters === 'upper' ? name.toUpperCase() : name;
  return prefix + name;
}
