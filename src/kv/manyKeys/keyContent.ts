import { parse } from 'jsonc-parser';
import { exactText } from '../values/textForm';
import { formatJson, restyle, styleOf, type JsonStyle } from '../values/jsonStyle';
import { scanJson, type JsonTokens } from '../values/scanJson';
import { marks, type KeyContent } from './manyKeys';

const minified: JsonStyle = {
  gaps: {
    afterBrace: '',
    beforeBrace: '',
    afterBracket: '',
    beforeBracket: '',
    empty: '',
    beforeColon: '',
    afterColon: '',
    beforeComma: '',
    afterComma: '',
  },
  tail: '',
};

/** JSON without white space between its tokens; undefined for what is no JSON. */
export function compactJson(text: string): string | undefined {
  const tokens = scanJson(text);
  return tokens.kind === 'json' ? restyle(tokens, minified) : undefined;
}

/** What a stored value is shown as: JSON, text, or its bytes. */
export function contentOf(value: Uint8Array): KeyContent {
  const text = exactText(value);
  if (text === undefined) {
    return { kind: 'bytes', bytes: value };
  }
  const compact = compactJson(text);
  return compact === undefined ? { kind: 'text', text } : { kind: 'json', compact };
}

/** Content as it stands in a document, in the lines of a value; the first one without indentation. */
export function contentText(content: KeyContent): string {
  switch (content.kind) {
    case 'bytes': {
      const base64 = Buffer.from(content.bytes).toString('base64');
      return `{ ${JSON.stringify(marks.base64)}: ${JSON.stringify(base64)} }`;
    }
    case 'text':
      return JSON.stringify(content.text);
    case 'json': {
      const tokens = scanJson(content.compact);
      const shown = (tokens.kind === 'json' && formatJson(tokens)) || content.compact;
      return isMistakable(content.compact) ? `{ ${JSON.stringify(marks.json)}: ${shown} }` : shown;
    }
  }
}

/** Whether JSON would be read as something else: a string as text, an object as one of our marks. */
function isMistakable(compact: string): boolean {
  if (compact.startsWith('"')) {
    return true;
  }
  return compact.startsWith('{') && isMarked(Object.keys(parse(compact) as object));
}

/** Whether the names of an object say that it is not a value itself. */
export function isMarked(names: readonly string[]): boolean {
  return names.some((name) => name === marks.value || name === marks.json || name === marks.base64);
}

/** The bytes to store for content, in the white space that the stored value has. */
export function bytesOf(content: KeyContent, stored: Uint8Array | undefined): Uint8Array {
  switch (content.kind) {
    case 'bytes':
      return content.bytes;
    case 'text':
      return Buffer.from(content.text);
    case 'json':
      return Buffer.from(styledLike(content.compact, stored && exactText(stored)));
  }
}

export function isSameContent(a: KeyContent, b: KeyContent): boolean {
  switch (a.kind) {
    case 'bytes':
      return b.kind === 'bytes' && Buffer.from(a.bytes).equals(b.bytes);
    case 'text':
      return b.kind === 'text' && a.text === b.text;
    case 'json':
      return b.kind === 'json' && a.compact === b.compact;
  }
}

function styledLike(compact: string, stored: string | undefined): string {
  const before = stored === undefined ? undefined : scanJson(stored);
  const tokens = scanJson(compact);
  if (stored === undefined || before?.kind !== 'json' || tokens.kind !== 'json') {
    return compact;
  }
  const style = styleOf(before);
  if (style) {
    return restyle(tokens, style);
  }
  const [lead, tail] = endsOf(stored, before);
  const unit = /\n([ \t]+)/.exec(stored)?.[1];
  if (unit === undefined) {
    return `${lead}${compact}${tail}`;
  }
  const shown = formatJson(tokens) ?? compact;
  const indented = shown.replace(/^(?: {2})+/gm, (spaces) => unit.repeat(spaces.length / 2));
  return `${lead}${stored.includes('\r\n') ? indented.replaceAll('\n', '\r\n') : indented}${tail}`;
}

/** The white space around JSON. */
function endsOf(stored: string, { bounds, count }: JsonTokens): [lead: string, tail: string] {
  return [stored.slice(0, bounds[0]), stored.slice(bounds[2 * count - 1])];
}
