import { t } from '../../base/l10n';
import { plainEntry } from '../source';
import type { TextReader } from './maps';

const assignment = /^\s*(?:export\s+)?([\w.:/-]+)\s*=[ \t]*/;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads `NAME=value` lines: comments, `export`, quotes as shells have them. In double quotes
 * `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes; quoted values may go on over lines. Nothing is expanded.
 */
export const readDotenv: TextReader = function* (text) {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const number = at + 1;
    if (/^\s*(#|$)/.test(line)) {
      continue;
    }
    const [start, name] = assignment.exec(line) ?? [];
    if (start === undefined || name === undefined) {
      yield { problem: t('NAME=value is expected'), line: number };
      continue;
    }
    let rest = line.slice(start.length);
    const quote = /^["'`]/.exec(rest)?.[0];
    if (quote === undefined) {
      const value = rest.replace(/(^|\s+)#.*$/, '').trimEnd();
      yield plainEntry(name, bytesOf(value), number);
      continue;
    }
    let end = endOf(rest, quote);
    while (end < 0 && at + 1 < lines.length) {
      rest += `\n${lines[++at] ?? ''}`;
      end = endOf(rest, quote);
    }
    if (end < 0) {
      yield {
        problem: t('the {0} that begins the value is not closed', quote),
        line: number,
        key: name,
      };
    } else if (!/^\s*(#.*)?$/.test(rest.slice(end + 1))) {
      yield { problem: t('something follows the closed value'), line: number, key: name };
    } else {
      const inner = rest.slice(1, end);
      yield plainEntry(name, bytesOf(quote === '"' ? unescaped(inner) : inner), number);
    }
  }
};

/** Where the closing quote is; -1 when there is none yet. */
function endOf(text: string, quote: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') {
      at++;
    } else if (text[at] === quote) {
      return at;
    }
  }
  return -1;
}

function unescaped(text: string): string {
  return text.replace(/\\([nrt"\\$])/g, (_, name: string) => escapes[name] ?? name);
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
