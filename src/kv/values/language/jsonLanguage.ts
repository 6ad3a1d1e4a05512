import { createScanner } from 'jsonc-parser';
import { scanJson } from '../scanJson';

/** Values larger than this are taken for JSON by how they begin. */
const largestParsed = 2_000_000;

/** So many lines at most are looked at, to find out that each is JSON. */
const linesLooked = 20;

/** `json`, `jsonl` for one value a line, `jsonc` for comments or trailing commas, or undefined. */
export function jsonLanguage(text: string): 'json' | 'jsonl' | 'jsonc' | undefined {
  const plain = text.replace(/^\ufeff/, '').trim();
  if (plain.length > largestParsed) {
    return /^[[{]/.test(plain) ? 'json' : undefined;
  }
  if (/^[[{"]/.test(plain) && isJson(plain)) {
    return 'json';
  }
  if (/^[[{]/.test(plain) && isJsonLines(plain)) {
    return 'jsonl';
  }
  return /^([[{]|\/[/*])/.test(plain) && isJson(withoutExtras(plain)) ? 'jsonc' : undefined;
}

function isJson(text: string): boolean {
  return scanJson(text).kind === 'json';
}

function isJsonLines(text: string): boolean {
  const lines = text.split('\n', linesLooked).filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.every((line) => /^\s*[[{]/.test(line) && isJson(line));
}

/** `SyntaxKind.EOF` of jsonc-parser, a const enum that isolated modules cannot use. */
const endOfFile = 17;

/** The text without comments and without commas before a closing bracket. */
function withoutExtras(text: string): string {
  const scanner = createScanner(text, true);
  const parts: string[] = [];
  for (;;) {
    const kind: number = scanner.scan();
    if (kind === endOfFile) {
      return parts.join(' ');
    }
    const word = text.slice(scanner.getTokenOffset(), scanner.getPosition());
    if ((word === '}' || word === ']') && parts.at(-1) === ',') {
      parts.pop();
    }
    parts.push(word);
  }
}
