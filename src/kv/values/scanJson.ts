import { createScanner } from 'jsonc-parser';
import { t } from '../base/l10n';

/** Why a text is not JSON. `offset` counts UTF-16 code units, as editors do. */
export interface JsonProblem {
  readonly kind: 'invalid';
  /** A clause such as 'a comma or a closing bracket is expected'. */
  readonly problem: string;
  readonly offset: number;
}

/** The tokens of a valid JSON text without the white space between them. */
export interface JsonTokens {
  readonly kind: 'json';
  readonly text: string;
  readonly count: number;
  /** Two numbers a token: where it starts, and where it ends. */
  readonly bounds: Int32Array;
}

/** What may come next. A container that was just opened may be closed at once. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'end';

const names: Readonly<Record<Expected, () => string>> = {
  value: () => t('a value is expected'),
  valueOrEnd: () => t('a value or a closing bracket is expected'),
  key: () => t('a property name in double quotes is expected'),
  keyOrEnd: () => t('a property name in double quotes or a closing brace is expected'),
  colon: () => t('a colon is expected'),
  commaOrEnd: () => t('a comma or a closing bracket is expected'),
  end: () => t('the end of the text is expected'),
};

/** The numbers of `SyntaxKind` in jsonc-parser, a const enum that isolated modules cannot use. */
const token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  firstLiteral: 7,
  string: 10,
  number: 11,
  firstTrivia: 12,
  lastComment: 13,
  lastTrivia: 15,
  unknown: 16,
  end: 17,
} as const;

/**
 * The tokens of a text that is JSON by RFC 8259, exactly: no comments, no trailing commas, no byte
 * order mark, one value. Takes linear time and no stack, however deep the nesting.
 */
export function scanJson(text: string): JsonTokens | JsonProblem {
  const scanner = createScanner(text);
  const grammar = new JsonGrammar();
  let bounds = new Int32Array(Math.max(64, text.length >> 2));
  let used = 0;
  for (;;) {
    const kind: number = scanner.scan();
    const offset = scanner.getTokenOffset();
    if (kind > token.lastComment && kind <= token.lastTrivia) {
      continue;
    }
    const problem = tokenProblem(kind, scanner.getTokenError()) ?? grammar.take(kind);
    if (problem) {
      return { kind: 'invalid', problem, offset };
    }
    if (kind === token.end) {
      return { kind: 'json', text, count: used >> 1, bounds };
    }
    if (used + 2 > bounds.length) {
      bounds = grown(bounds);
    }
    bounds[used++] = offset;
    bounds[used++] = scanner.getPosition();
  }
}

/** What the scanner lets pass, as JSON with comments, and JSON does not. */
function tokenProblem(kind: number, error: number): string | undefined {
  if (kind === token.string && error !== 0) {
    return t('the string is cut off, or has a control character or an unknown escape in it');
  }
  if (kind === token.number && error !== 0) {
    return t('the number is cut off');
  }
  if (kind >= token.firstTrivia && kind <= token.lastComment) {
    return t('JSON has no comments');
  }
  return undefined;
}

function grown(bounds: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(bounds.length * 2);
  larger.set(bounds);
  return larger;
}

/** Owns the state of the grammar between tokens; changes only through `take`. */
class JsonGrammar {
  private expected: Expected = 'value';
  /** The open containers: true for an object. */
  private readonly open: boolean[] = [];

  /** Takes the next token; what was expected instead, if it must not stand here. */
  take(kind: number): string | undefined {
    const next = this.next(kind);
    if (!next) {
      return names[this.expected]();
    }
    this.expected = next;
    return undefined;
  }

  /** What is expected after the token, or undefined when it must not stand here. */
  private next(kind: number): Expected | undefined {
    switch (this.expected) {
      case 'value':
      case 'valueOrEnd':
        return this.value(kind);
      case 'key':
      case 'keyOrEnd':
        return this.key(kind);
      case 'colon':
        return kind === token.colon ? 'value' : undefined;
      case 'commaOrEnd':
        return this.afterElement(kind);
      case 'end':
        return kind === token.end ? 'end' : undefined;
    }
  }

  private value(kind: number): Expected | undefined {
    if (kind === token.openBrace || kind === token.openBracket) {
      this.open.push(kind === token.openBrace);
      return kind === token.openBrace ? 'keyOrEnd' : 'valueOrEnd';
    }
    if (kind === token.closeBracket && this.expected === 'valueOrEnd') {
      return this.close();
    }
    return kind >= token.firstLiteral && kind <= token.number ? this.ended() : undefined;
  }

  private key(kind: number): Expected | undefined {
    if (kind === token.closeBrace && this.expected === 'keyOrEnd') {
      return this.close();
    }
    return kind === token.string ? 'colon' : undefined;
  }

  private afterElement(kind: number): Expected | undefined {
    const inObject = this.open.at(-1) === true;
    if (kind === token.comma) {
      return inObject ? 'key' : 'value';
    }
    return kind === (inObject ? token.closeBrace : token.closeBracket) ? this.close() : undefined;
  }

  private close(): Expected {
    this.open.pop();
    return this.ended();
  }

  private ended(): Expected {
    return this.open.length === 0 ? 'end' : 'commaOrEnd';
  }
}
