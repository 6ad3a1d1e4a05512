import type { Entry } from '../model/entry';
import { ownHeaders } from '../model/headers';
import { cut } from '../values/textDiff';
import { textOf } from '../values/textForm';
import { openValue } from '../values/valueForm';
import { limits } from './limits';
import { redactPart, redactText } from './redactText';
import { redacted, type RedactRules } from './redactRules';
import type { ShownKey } from './shownKey';

/** A stored value as agents see it; everything that is told of it is made of this alone. */
export type ShownValue =
  | { readonly kind: 'text'; readonly text: string; readonly isWhole: boolean }
  | { readonly kind: 'secret' | 'binary' | 'tooLarge' | 'none' };

/** A value as an editor shows it, without what agents must not see. */
export function shownValue(
  entry: Pick<Entry, 'operation' | 'value' | 'headers'>,
  key: ShownKey,
  rules: RedactRules,
): ShownValue {
  if (entry.operation !== 'PUT') {
    return { kind: 'none' };
  }
  if (key.isSecret) {
    return { kind: 'secret' };
  }
  if (entry.value.length > limits.valueBytes) {
    return { kind: 'tooLarge' };
  }
  const codec = key.codecOf?.(entry.headers);
  const opened = openValue(entry.value, { limit: limits.valueBytes, codec });
  const stored = textOf(opened.shown);
  // Bytes that its codec cannot read may look like a text, without the names that tell secrets.
  if (stored === undefined || opened.undecodable !== undefined) {
    return { kind: 'binary' };
  }
  const text = redactText(stored, rules);
  return text === redacted ? { kind: 'secret' } : { kind: 'text', text, isWhole: text === stored };
}

/** The text of a shown value; for what is no text, what it is instead. */
export function textOrWhy(value: ShownValue): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'secret':
      return redacted;
    case 'binary':
      return '‹binary›';
    case 'tooLarge':
      return '‹too large›';
    case 'none':
      return '';
  }
}

/** A size says something of what is withheld, so that it is told of whole values only. */
export function sizeOf(entry: Entry, value: ShownValue): { readonly bytes?: number } {
  const isTold = value.kind === 'binary' || value.kind === 'tooLarge';
  return isTold || (value.kind === 'text' && value.isWhole) ? { bytes: entry.size } : {};
}

/** The headers that writers gave a value. */
export function shownHeaders(
  entry: Pick<Entry, 'headers'>,
  key: ShownKey,
  rules: RedactRules,
): { readonly headers?: readonly string[] } {
  const headers = ownHeaders(entry).slice(0, 20);
  if (headers.length === 0) {
    return {};
  }
  const shown = headers.map(([name, value]) => {
    const isSecret = key.isSecret || rules.isSecretName(name);
    return `${cut(redactPart(name, rules), limits.excerpt)}: ${isSecret ? redacted : cut(redactPart(value, rules), limits.excerpt)}`;
  });
  return { headers: shown };
}

/** The entry as rules and searches may see it: of what is withheld there is nothing in it. */
export function shownEntry(entry: Entry, key: ShownKey, rules: RedactRules): Entry {
  const shown = shownValue(entry, key, rules);
  const value = Buffer.from(textOrWhy(shown));
  return { ...entry, key: key.name, value, size: sizeOf(entry, shown).bytes ?? 0, headers: [] };
}
