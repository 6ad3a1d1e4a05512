import type { FloatWidth, Item } from './item';

/**
 * The minified JSON of an item that JSON has a place for. A float always has a fraction or an
 * exponent (`1.0`), which tells it from an integer.
 */
export function jsonOf(item: Item): string {
  const parts: string[] = [];
  writeJson(item, parts);
  return parts.join('');
}

function writeJson(item: Item, parts: string[]): void {
  if (item.kind === 'list') {
    parts.push('[');
    item.items.forEach((one, i) => {
      parts.push(i > 0 ? ',' : '');
      writeJson(one, parts);
    });
    parts.push(']');
  } else if (item.kind === 'map') {
    parts.push('{');
    item.entries.forEach(([key, value], i) => {
      parts.push(i > 0 ? ',' : '');
      writeJson(key, parts);
      parts.push(':');
      writeJson(value, parts);
    });
    parts.push('}');
  } else {
    parts.push(leafText(item));
  }
}

/**
 * Any item for reading, one value a line, in the diagnostic notation of CBOR (RFC 8949, section 8):
 * JSON with `h'00ff'` for bytes, `1(…)` for tags, and keys of any kind.
 */
export function diagnosticOf(item: Item, lineBreak = '\n'): string {
  const inner = `${lineBreak}  `;
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? open + close
      : `${open}${inner}${lines.join(`,${inner}`)}${lineBreak}${close}`;
  switch (item.kind) {
    case 'list':
      return block(
        '[',
        item.items.map((one) => diagnosticOf(one, inner)),
        ']',
      );
    case 'map':
      return block(
        '{',
        item.entries.map(
          ([key, value]) => `${diagnosticOf(key, inner)}: ${diagnosticOf(value, inner)}`,
        ),
        '}',
      );
    case 'tagged':
      return `${item.tag}(${diagnosticOf(item.item, lineBreak)})`;
    default:
      return leafText(item);
  }
}

function leafText(item: Exclude<Item, { kind: 'list' | 'map' }>): string {
  switch (item.kind) {
    case 'integer':
    case 'constant':
      return String(item.value);
    case 'float':
      return floatText(item.value, item.width);
    case 'text':
      return JSON.stringify(item.value);
    case 'bytes':
      return `h'${Buffer.from(item.value).toString('hex')}'`;
    case 'word':
      return item.word;
    case 'tagged':
      return `${item.tag}(${diagnosticOf(item.item)})`;
  }
}

/** The shortest decimal that is this float in its width: `0.1` for 0.10000000149… of 4 bytes. */
export function floatText(value: number, width: FloatWidth): string {
  const text = String(width === 4 ? shortestSingle(value) : value);
  const signed = Object.is(value, -0) ? '-0' : text;
  return /[.e]/.test(signed) ? signed : `${signed}.0`;
}

function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) {
      return shorter;
    }
  }
  return Number(value.toPrecision(9));
}
