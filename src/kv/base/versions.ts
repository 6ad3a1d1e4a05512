/** Whether a version such as `2.10.4` is the minimum or later. What is unreadable is not. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [at, least] = [numbersOf(version), numbersOf(minimum)];
  const differing = least.findIndex((number, index) => at[index] !== number);
  return differing < 0 || (at[differing] ?? 0) > (least[differing] ?? 0);
}

function numbersOf(version: string): number[] {
  return version.split(/[.-]/, 3).map((part) => Number.parseInt(part, 10));
}
