/** The number that the 16 bits of an IEEE 754 half precision float stand for. */
export function halfFloatOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) {
    return mantissa ? NaN : sign * Infinity;
  }
  return exponent === 0
    ? sign * mantissa * 2 ** -24
    : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/** The bits of a number, or undefined when half precision does not hold it exactly. */
export function halfFloatBits(value: number): number | undefined {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const mantissa = size * 2 ** (10 - exponent);
  const bits = sign | (mantissa < 1024 ? mantissa : ((exponent + 15) << 10) | (mantissa & 1023));
  return Object.is(halfFloatOf(bits), value) ? bits : undefined;
}
