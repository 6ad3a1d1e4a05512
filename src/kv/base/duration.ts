const unitLengths: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of a duration as the `nats` CLI takes it (`90s`, `1h30m`, `7d`); an empty text and
 * `0` are none. Undefined when the text is not a duration.
 */
export function parseDuration(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === '' || plain === '0') {
    return 0;
  }
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(plain)) {
    return undefined;
  }
  let total = 0;
  for (const [, amount, unit] of plain.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitLengths[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}

/** A duration as `parseDuration` reads it back, to the millisecond: `1d2h3m`; `0` for none. */
export function durationText(milliseconds: number): string {
  let left = Math.round(milliseconds);
  let text = '';
  for (const [unit, length] of Object.entries(unitLengths).toReversed()) {
    const count = Math.floor(left / length);
    text += count > 0 ? `${count}${unit}` : '';
    left -= count * length;
  }
  return text || '0';
}
