/**
 * Compares two JSON numbers by their digits: negative, 0 or positive. Exact for integers of any
 * length; others are compared as doubles.
 */
export function compareNumbers(a: string, b: string): number {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return Number(a) - Number(b);
}
