import { decodeUtf8 } from '../../base/bytes';
import { parseNumbers } from '../../values/exactJson';
import { scanJson, type JsonTokens } from '../../values/scanJson';

/**
 * A value as the forms for people tell it: JSON other than a string as JSON, everything else as a
 * text, so that `"a"` with its quotes and `a` without are two texts.
 */
export type PeopleValue =
  | { readonly kind: 'json'; readonly tokens: JsonTokens; readonly minified: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' };

export function peopleValue(value: Uint8Array): PeopleValue {
  const text = decodeUtf8(value);
  if (text === undefined) {
    return { kind: 'binary' };
  }
  const tokens = /^\s*["]/.test(text) ? undefined : scanJson(text);
  return tokens?.kind === 'json'
    ? { kind: 'json', tokens, minified: minified(tokens) }
    : { kind: 'text', text };
}

/** A text of JSON without the white space between its tokens. */
export function minified({ text, bounds, count }: JsonTokens): string {
  const parts: string[] = [];
  for (let at = 0; at < count; at++) {
    parts.push(text.slice(bounds[2 * at], bounds[2 * at + 1]));
  }
  return parts.join('');
}

/** The value of JSON, or undefined where a number or a second property of one name would be lost. */
export function losslessValue(tokens: JsonTokens): { readonly value: unknown } | undefined {
  let isExact = true;
  const value = parseNumbers(tokens.text, (digits, double) => {
    isExact &&= String(double) === digits;
    return double;
  });
  const again = scanJson(JSON.stringify(value));
  return isExact && again.kind === 'json' && again.count === tokens.count ? { value } : undefined;
}
