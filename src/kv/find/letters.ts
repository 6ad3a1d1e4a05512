const otherBit = 1 << 31;

/** A UTF-16 unit in lower case, where that is one unit too. */
export function foldUnit(unit: number): number {
  if (unit < 0x80) {
    return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  }
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}

/**
 * The set of letters in UTF-16 units as bits, whatever their case: one for each letter from a to z,
 * five for the digits, one for all else. What has a text inside of it has the text's bits.
 */
export function lettersOf(units: Uint8Array | Uint16Array, start: number, end: number): number {
  let letters = 0;
  for (let at = start; at < end; at++) {
    letters |= bitOf(foldUnit(units[at] ?? 0));
  }
  return letters >>> 0;
}

function bitOf(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) {
    return 1 << (unit - 0x61);
  }
  return unit >= 0x30 && unit <= 0x39 ? 1 << (26 + ((unit - 0x30) % 5)) : otherBit;
}
