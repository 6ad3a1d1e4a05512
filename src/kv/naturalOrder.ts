const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Orders texts as people do (`a2` before `a10`), ties broken by code units, so that it is total. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
