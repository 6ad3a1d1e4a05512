import { parseStrictly } from '../find/valueQuery';
import { openValue } from '../values/valueForm';
import { textOf } from '../values/textForm';
import { redactJson, type JsonParts } from './redactJson';
import { compact, plain, redacted, type RedactRules } from './redactRules';
import { looksSecret } from './secretLook';

/** Texts in texts in texts are looked into this deep; what is deeper is withheld. */
const deepest = 4;
/** What is inside of one encoded text is looked at up to this size, in bytes. */
const mostDecoded = 1024 * 1024;
/** What is inside of all of them together; of a text with more all is withheld. */
const mostDecodedInAll = 8 * 1024 * 1024;

/** The rules, with how much may still be decoded. */
interface Look extends RedactRules {
  left: number;
}

/**
 * A text without what agents must not see. JSON loses exactly that. Of other texts only lines of `NAME=value`
 * can be told apart: any other one that has a secret's name in it is withheld as a whole. What cannot
 * be looked at is withheld too.
 */
export function redactText(text: string, rules: RedactRules): string {
  return guarded(text, rules, (look) => document(text, look, 0));
}

/** A short text that is part of something else, such as a header's value or a description. */
export function redactPart(text: string, rules: RedactRules): string {
  return guarded(text, rules, (look) => (isSecretPart(text, look, 0) ? redacted : text));
}

function guarded(text: string, rules: RedactRules, redact: (look: Look) => string): string {
  try {
    return rules.isActive ? redact({ ...rules, left: mostDecodedInAll }) : text;
  } catch {
    return redacted;
  }
}

function document(text: string, look: Look, depth: number): string {
  const json = parseStrictly(text);
  if (json) {
    return redactJson(text, json, look, partsAt(look, depth));
  }
  const lines = text.split('\n');
  const each = lines.map((line) => (line.trim() === '' ? line : redactLine(line, look, depth)));
  // Lines of lists are a table, whose titles stand for all of them.
  if (!each.includes(undefined) && !lines.some((line) => line.trim().startsWith('['))) {
    return each.join('\n');
  }
  return isSecretText(text, look, depth) ? redacted : text;
}

/** A line of JSON, or of `NAME=value`; undefined for any other line. */
function redactLine(line: string, look: Look, depth: number): string | undefined {
  const json = /^\s*[[{]/.test(line) ? parseStrictly(line) : undefined;
  if (json) {
    return redactJson(line, json, look, partsAt(look, depth));
  }
  const assigned = /^(\s*(?:export\s+)?([A-Za-z_][\w.-]{0,200})\s*=)(?![=>~])(.*)$/s.exec(line);
  const [, before = '', name = '', rest = ''] = assigned ?? [];
  const value = rest.trim();
  const quote = /^["']/.exec(value)?.[0];
  const isWhole = quote === undefined || (value.length > 1 && value.endsWith(quote));
  if (!assigned || !isWhole || value.endsWith('\\')) {
    return undefined;
  }
  return isSecretName(name, look) || isSecretText(value, look, depth)
    ? `${before}${redacted}`
    : line;
}

/** How the parts of a JSON text are looked at. */
function partsAt(look: Look, depth: number): JsonParts {
  return {
    isSecretPart: (part) => isSecretPart(part, look, depth + 1),
    redactInner: (inner) => (depth >= deepest ? redacted : document(inner, look, depth + 1)),
  };
}

/** Whether a text has the name of a secret anywhere, or says one. */
function isSecretText(text: string, look: Look, depth: number): boolean {
  const hasName = (spelling: string): boolean =>
    someRun(spelling, ({ run }) => isSecretName(run, look));
  return isSecretPart(text, look, depth) || spellings(text).some(hasName);
}

/**
 * Whether a text says a secret: it looks like one, names one before a `:`, `=` or `>`, as an option or
 * in several lines, or has one inside of an encoding.
 */
function isSecretPart(text: string, look: Look, depth: number): boolean {
  if (text.length < 4) {
    return false;
  }
  if (depth > deepest) {
    return true;
  }
  return (
    spellings(text).some((each) => looksSecret(each) || says(each, look)) ||
    hidesInside(text, look, depth)
  );
}

function says(text: string, look: Look): boolean {
  const isLong = text.includes('\n');
  return someRun(text, ({ run, start, end }) => {
    if (!isSecretName(run, look)) {
      return false;
    }
    const after = /^[\s"'`\])}\\]{0,8}(.?)/s.exec(text.slice(end, end + 12))?.[1] ?? '';
    const isOption = run.startsWith('-') || text[start - 1] === '/';
    return isLong || /[:=>]/.test(after) || (isOption && after !== '');
  });
}

/** A piece of a text that can be a name, with its place. */
interface Run {
  readonly run: string;
  readonly start: number;
  readonly end: number;
}

function someRun(text: string, test: (run: Run) => boolean): boolean {
  for (const { 0: run, index } of text.matchAll(/[\p{L}\p{N}_$-]+/gu)) {
    if (test({ run, start: index, end: index + run.length })) {
      return true;
    }
  }
  return false;
}

/** Nobody gives a name of more than 200 characters: what is longer is data. */
function isSecretName(name: string, look: Look): boolean {
  return name.length <= 200 && (look.isSecretName(name) || look.pathNames.has(compact(name)));
}

/** The text, and as it reads without accents, unseen characters and escapes of URLs, JSON and XML. */
function spellings(text: string): string[] {
  const bare = plain(text)
    .replace(/(?:%[0-9a-f]{2})+/gi, unescapeUrl)
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (_, hex: string, code: string) =>
      String.fromCodePoint(Math.min(0x10ffff, parseInt(code, hex === '' ? 10 : 16) || 0)),
    );
  return [...new Set([text, bare])];
}

function unescapeUrl(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/** Whether there is a text inside of a text, as JSON, base64 or hexadecimal, that would be withheld. */
function hidesInside(text: string, look: Look, depth: number): boolean {
  const trimmed = text.trim();
  const json = /^[[{"]/.test(trimmed) ? parseStrictly(trimmed) : undefined;
  if (json) {
    return redactJson(trimmed, json, look, partsAt(look, depth)) !== trimmed;
  }
  const inner = decoded(trimmed, look);
  return inner !== undefined && document(inner, look, depth + 1) !== inner;
}

/** Throws where more is inside than is looked at. */
function decoded(text: string, look: Look): string | undefined {
  const body = text.replace(/^data:[^,]{0,200},/, '').replace(/\s+/g, '');
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(body);
  if (body.length < 12 || !(isHex || /^[A-Za-z0-9+/_-]+={0,2}$/.test(body))) {
    return undefined;
  }
  const bytes = Buffer.from(body, isHex ? 'hex' : 'base64');
  const { shown, tooLarge } = openValue(bytes, { limit: mostDecoded });
  look.left -= bytes.length + shown.length;
  if (tooLarge || look.left < 0) {
    throw new Error('there is too much inside to be looked at');
  }
  return textOf(shown);
}
