const unitSizes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1024 ** 4,
  tib: 1024 ** 4,
};

/**
 * Whole bytes of a size as the `nats` CLI and people write it: `1 GiB`, `64k`, `1000`. All units are
 * powers of 1,024, as NATS counts. Undefined when the text is no size, or is more than a number holds.
 */
export function parseSize(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(amount) * (unitSizes[unit.toLowerCase()] ?? NaN));
  return amount !== '' && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A size as `parseSize` reads it back, to the byte: in the largest unit that it is a whole number of. */
export function sizeText(bytes: number): string {
  const units = ['TiB', 'GiB', 'MiB', 'KiB'] as const;
  const unit = units.find(
    (each) => bytes > 0 && bytes % (unitSizes[each.toLowerCase()] ?? 1) === 0,
  );
  return unit ? `${bytes / (unitSizes[unit.toLowerCase()] ?? 1)} ${unit}` : String(bytes);
}
