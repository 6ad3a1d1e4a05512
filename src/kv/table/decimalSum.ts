/** Digits and a power of ten: `12.50` is 1250 times 10 to the -2. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Further apart numbers are not added digit by digit: `1e999999` would fill the memory. */
const mostShift = 400;

/** Count, sum, least and largest of numbers, by their digits. */
export interface NumberFacts {
  readonly count: number;
  /** Exact, unless it `isAbout`. */
  readonly sum: string;
  readonly min: string;
  readonly max: string;
  /** Whether numbers were so far apart that a double was to do for the sum. */
  readonly isAbout: boolean;
}

/** What JSON numbers come to, whatever a double can hold; undefined for none. */
export function factsOf(numbers: readonly string[]): NumberFacts | undefined {
  const [first] = numbers;
  if (first === undefined) {
    return undefined;
  }
  const parsed = numbers.map(decimalOf);
  const compare = (a: number, b: number): number => order(parsed[a], parsed[b]);
  let [min, max] = [0, 0];
  for (let at = 1; at < numbers.length; at++) {
    min = compare(at, min) < 0 ? at : min;
    max = compare(at, max) > 0 ? at : max;
  }
  const exact = exactSum(parsed);
  const about = numbers.reduce((total, each) => total + Number(each), 0);
  return {
    count: numbers.length,
    sum: exact === undefined ? String(about) : textOf(exact),
    min: numbers[min] ?? first,
    max: numbers[max] ?? first,
    isAbout: exact === undefined,
  };
}

function decimalOf(text: string): Decimal {
  const [, sign = '', whole = '0', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction}`);
  return { digits: sign === '-' ? -digits : digits, exponent: Number(power) - fraction.length };
}

function exactSum(numbers: readonly Decimal[]): Decimal | undefined {
  const some = numbers.filter(({ digits }) => digits !== 0n);
  const exponents = some.map(({ exponent }) => exponent);
  const lowest = exponents.reduce((low, each) => Math.min(low, each), Infinity);
  const highest = exponents.reduce((high, each) => Math.max(high, each), -Infinity);
  if (some.length === 0) {
    return { digits: 0n, exponent: 0 };
  }
  if (!(highest - lowest <= mostShift) || Math.abs(lowest) > mostShift) {
    return undefined;
  }
  const digits = some.reduce(
    (sum, each) => sum + each.digits * 10n ** BigInt(each.exponent - lowest),
    0n,
  );
  return { digits, exponent: lowest };
}

/** By their signs and sizes first, so that no huge power of ten is ever made. */
function order(a: Decimal | undefined, b: Decimal | undefined): number {
  if (!a || !b) {
    return 0;
  }
  const signs = signOf(a) - signOf(b);
  if (signs !== 0 || signOf(a) === 0) {
    return signs;
  }
  const sizes = sizeOf(a) - sizeOf(b);
  if (sizes !== 0) {
    return sizes * signOf(a);
  }
  // Of one size: what the powers differ by is what the digits differ by in number.
  const shift = a.exponent - b.exponent;
  const left = a.digits * 10n ** BigInt(Math.max(0, shift));
  const right = b.digits * 10n ** BigInt(Math.max(0, -shift));
  return left < right ? -1 : left > right ? 1 : 0;
}

function signOf({ digits }: Decimal): number {
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

/** Where its first digit stands before the point. */
function sizeOf({ digits, exponent }: Decimal): number {
  return String(digits < 0n ? -digits : digits).length + exponent;
}

/** With its point, and without zeros at the end behind it. */
function textOf({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const all = String(digits < 0n ? -digits : digits);
  if (exponent >= 0) {
    return sign + all + '0'.repeat(digits === 0n ? 0 : exponent);
  }
  const padded = all.padStart(1 - exponent, '0');
  const at = padded.length + exponent;
  const fraction = padded.slice(at).replace(/0+$/, '');
  return `${sign}${padded.slice(0, at)}${fraction === '' ? '' : `.${fraction}`}`;
}
