const unitLengths: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

/** What a server can hold. */
const most = 2n ** 63n - 1n;

/**
 * Nanoseconds of a duration such as `24h`, `1h30m`, `1.5s` or `250us`. Undefined for what is no
 * duration, is no whole number of nanoseconds, or is more than a server holds.
 */
export function parseNanoseconds(text: string): bigint | undefined {
  const plain = text.trim().replaceAll('µ', 'u').toLowerCase();
  if (plain === '0') {
    return 0n;
  }
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h|d))+$/.test(plain)) {
    return undefined;
  }
  let total = 0n;
  for (const [, whole = '', part = '', unit = ''] of plain.matchAll(
    /(\d+)(?:\.(\d+))?(ns|us|ms|s|m|h|d)/g,
  )) {
    const scaled = BigInt(whole + part) * (unitLengths[unit] ?? 0n);
    const scale = 10n ** BigInt(part.length);
    if (scaled % scale !== 0n) {
      return undefined;
    }
    total += scaled / scale;
  }
  return total <= most ? total : undefined;
}

/** A duration as `parseNanoseconds` reads it back, to the nanosecond: `1d2h3m`; `0` for none. */
export function nanosecondsText(nanoseconds: bigint): string {
  return textIn(nanoseconds, Object.entries(unitLengths).toReversed());
}

/** The same as Go reads it, which knows no days: `26h3m`, `0s` for none. */
export function goDuration(nanoseconds: bigint): string {
  const units = Object.entries(unitLengths).filter(([unit]) => unit !== 'd');
  const text = textIn(nanoseconds, units.toReversed());
  return text === '0' ? '0s' : text;
}

function textIn(nanoseconds: bigint, units: readonly (readonly [string, bigint])[]): string {
  let left = nanoseconds;
  let text = '';
  for (const [unit, length] of units) {
    const count = left / length;
    text += count > 0n ? `${count}${unit}` : '';
    left -= count * length;
  }
  return text || '0';
}
