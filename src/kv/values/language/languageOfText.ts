import { isCsv } from './csv';
import { jsonLanguage } from './jsonLanguage';
import { markupLanguage } from './markup';
import { pairsLanguage } from './pairs';
import { isYaml } from './yaml';

/** Suffixes that people give to keys on purpose; any other suffix of a key is just a token. */
const meantSuffixes: ReadonlyMap<string, string> = new Map([
  ['json', 'json'],
  ['jsonc', 'jsonc'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['toml', 'toml'],
  ['xml', 'xml'],
  ['html', 'html'],
  ['htm', 'html'],
  ['css', 'css'],
  ['md', 'markdown'],
  ['sql', 'sql'],
  ['sh', 'shellscript'],
  ['ini', 'ini'],
  ['properties', 'properties'],
  ['env', 'dotenv'],
  ['csv', 'csv'],
]);

/** What an interpreter's name in a first line `#!` stands for. */
const interpreters: readonly (readonly [RegExp, string])[] = [
  [/^(ba|z|da|k|a)?sh$/, 'shellscript'],
  [/^python[\d.]*$/, 'python'],
  [/^(node|deno|bun)$/, 'javascript'],
  [/^ruby$/, 'ruby'],
  [/^perl$/, 'perl'],
];

/** Languages that VS Code may not know, and the one that comes nearest. */
const nearest: ReadonlyMap<string, string> = new Map([
  ['toml', 'ini'],
  ['dotenv', 'properties'],
  ['jsonc', 'json'],
]);

/** No more of a text is looked at, unless it is JSON. */
const looked = 64 * 1024;

/**
 * The language of a value, as VS Code calls it; `plaintext` when it is not certain: no highlighting
 * is better than a wrong one. What the content says for sure comes before the suffix of the key, and
 * a key's last token is mostly no suffix: `orders.eu.py` is an order in Paraguay, not a program.
 */
export function languageOfText(key: string, text: string): string {
  const json = jsonLanguage(text);
  if (json) {
    return json;
  }
  const start = startOf(text);
  return (
    markupLanguage(start) ??
    meantSuffixes.get(suffixOf(key)) ??
    interpreterLanguage(start) ??
    languageOfLines(start)
  );
}

/** The language to set: the one found if VS Code knows it, else the nearest known. */
export function knownLanguage(language: string, known: ReadonlySet<string>): string {
  if (known.has(language)) {
    return language;
  }
  const next = nearest.get(language);
  return next !== undefined && known.has(next) ? next : 'plaintext';
}

/** The beginning of a long text up to a line's end. */
function startOf(text: string): string {
  const plain = text.replace(/^\ufeff/, '');
  const cut = plain.length > looked ? plain.lastIndexOf('\n', looked) : plain.length;
  return plain.slice(0, Math.max(cut, 0)).replace(/\r\n?/g, '\n');
}

/** The suffix, of a key that a line of VS Code's may have turned into a path with escapes. */
function suffixOf(key: string): string {
  return (/\.([a-z]+)$/i.exec(key)?.[1] ?? '').toLowerCase();
}

function interpreterLanguage(text: string): string | undefined {
  const line = /^#!\s*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?/.exec(text);
  const program = line?.[1]?.split('/').at(-1);
  const name = program === 'env' ? line?.[2] : program;
  return interpreters.find(([pattern]) => pattern.test(name ?? ''))?.[1];
}

function languageOfLines(text: string): string {
  if (/^-----BEGIN [A-Z0-9 ]+-----/m.test(text)) {
    return 'plaintext';
  }
  if (isSql(text)) {
    return 'sql';
  }
  if (isMarkdown(text)) {
    return 'markdown';
  }
  if (isYaml(text)) {
    return 'yaml';
  }
  return pairsLanguage(text) ?? (isCsv(text) ? 'csv' : 'plaintext');
}

/** Keywords in capitals, or a statement to its semicolon: 'Select one from the list' is neither. */
function isSql(text: string): boolean {
  const code = text.replace(/^(\s*(--[^\n]*(\n|$)|\/\*[^]*?\*\/))+/, '').trim();
  const statement =
    /^(SELECT\s[^;]{1,2000}?\sFROM\s+["'`\w]|INSERT\s+INTO\s+["'`\w]|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s+["'`\w]|(CREATE|ALTER|DROP)\s+(OR\s+REPLACE\s+)?(UNIQUE\s+)?(TABLE|VIEW|INDEX|FUNCTION|TRIGGER|SCHEMA|DATABASE)\s|WITH\s+\w+\s+AS\s*\()/;
  return statement.test(code) || (code.endsWith(';') && statement.test(code.toUpperCase()));
}

/** A heading and something else of Markdown: `# …` alone also begins a comment. */
function isMarkdown(text: string): boolean {
  const hasHeading = /^#{1,6} \S.*\n(\s*\n|$)/m.test(text) || /^\S.*\n(={3,}|-{3,})\n/.test(text);
  const others = [
    /^#{2,6} \S/m,
    /\[[^\]\n]+\]\([^)\s]+\)/,
    /^(```|~~~)/m,
    /^[-*+] \S.*\n[-*+] \S/m,
    /\*\*\S[^*\n]*\*\*/,
    /^> \S/m,
    /^\d+\. \S.*\n\d+\. \S/m,
  ];
  return isFenced(text) || (hasHeading && others.some((pattern) => pattern.test(text)));
}

function isFenced(text: string): boolean {
  const fences = text.split('\n').filter((line) => line.startsWith('```'));
  return fences.length > 1 && /^```[\w-]*\s*$/.test(fences[0] ?? '') && fences[1]?.trim() === '```';
}
