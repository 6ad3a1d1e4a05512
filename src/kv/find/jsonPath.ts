import { t } from '../base/l10n';

/**
 * One step of a path: what of a value's children it takes. `deep` first goes to the value itself and
 * all values below it (`..`).
 */
export interface PathStep {
  readonly deep: boolean;
  readonly take:
    | { readonly kind: 'name'; readonly name: string }
    /** Counted from the end when below 0. */
    | { readonly kind: 'index'; readonly index: number }
    | { readonly kind: 'all' }
    /** The children for which a value below them is there, or equals (not) another one. */
    | { readonly kind: 'where'; readonly steps: readonly PathStep[]; readonly test: PathTest };
}

export type PathTest =
  { readonly kind: 'exists' } | { readonly kind: 'equals' | 'differs'; readonly value: JsonScalar };

type JsonScalar = string | number | boolean | null;

/** A path and what the values at its end must equal, if it says so. */
export interface JsonPath {
  readonly steps: readonly PathStep[];
  readonly test: PathTest;
}

export interface PathProblem {
  /** Offset of the character that was not expected. */
  readonly position: number;
  readonly reason: string;
}

/** Thrown inside the parser only. */
class Unexpected extends Error {
  constructor(
    readonly position: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/**
 * Reads a path of RFC 9535 as far as it names values: `$.name`, `['name']`, `[0]`, `[-1]`, `.*`,
 * `[*]`, `..name`, `[?(@.a.b == 1)]` with `==`, `!=` or nothing; without slices, unions and
 * functions. `== value` or `!= value` may follow it.
 */
export function parseJsonPath(text: string): { readonly path: JsonPath } | PathProblem {
  try {
    return { path: new PathParser(text).parse() };
  } catch (error) {
    if (error instanceof Unexpected) {
      return { position: error.position, reason: error.reason };
    }
    throw error;
  }
}

class PathParser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): JsonPath {
    this.skipSpace();
    this.expect('$', t('a path begins with $'));
    const steps = this.steps();
    const test = this.test();
    this.skipSpace();
    if (this.at < this.text.length) {
      throw this.unexpected(t('a path goes on with . or [ or ends with == and a value'));
    }
    return { steps, test };
  }

  private steps(): PathStep[] {
    const steps: PathStep[] = [];
    for (;;) {
      const deep = this.take('..');
      if (this.take('[')) {
        steps.push({ deep, take: this.bracket() });
      } else if (deep || this.take('.')) {
        steps.push({ deep, take: this.take('*') ? { kind: 'all' } : this.name() });
      } else {
        return steps;
      }
    }
  }

  private name(): PathStep['take'] {
    const [name = ''] = /^[\p{L}\p{N}_$-]+/u.exec(this.text.slice(this.at)) ?? [];
    if (name === '') {
      throw this.unexpected(
        t("a name is expected; one with other characters is written ['like this']"),
      );
    }
    this.at += name.length;
    return { kind: 'name', name };
  }

  private bracket(): PathStep['take'] {
    this.skipSpace();
    const take = this.bracketed();
    this.skipSpace();
    this.expect(']', t('] is expected'));
    return take;
  }

  private bracketed(): PathStep['take'] {
    if (this.take('*')) {
      return { kind: 'all' };
    }
    if (this.take('?')) {
      return this.where();
    }
    const [digits] = /^-?\d+/.exec(this.text.slice(this.at)) ?? [];
    if (digits !== undefined) {
      this.at += digits.length;
      return { kind: 'index', index: Number(digits) };
    }
    const quote = this.text[this.at];
    if (quote === '"' || quote === "'") {
      return { kind: 'name', name: this.quoted(quote) };
    }
    throw this.unexpected(t('a number, a quoted name, * or ? is expected'));
  }

  private where(): PathStep['take'] {
    this.skipSpace();
    const hasParentheses = this.take('(');
    this.skipSpace();
    this.expect('@', t('a condition begins with @'));
    const steps = this.steps();
    const test = this.test();
    this.skipSpace();
    if (hasParentheses) {
      this.expect(')', t(') is expected'));
    }
    return { kind: 'where', steps, test };
  }

  private test(): PathTest {
    this.skipSpace();
    const kind = this.take('==') ? 'equals' : this.take('!=') ? 'differs' : 'exists';
    return kind === 'exists' ? { kind } : { kind, value: this.scalar() };
  }

  private scalar(): JsonScalar {
    this.skipSpace();
    const quote = this.text[this.at];
    if (quote === '"' || quote === "'") {
      return this.quoted(quote);
    }
    const [word = ''] = /^[^\s\])]+/.exec(this.text.slice(this.at)) ?? [];
    const words: Readonly<Record<string, JsonScalar>> = { true: true, false: false, null: null };
    const known = words[word];
    const value = known === undefined ? Number(word) : known;
    if (word === '' || Number.isNaN(value)) {
      throw this.unexpected(t('a number, a quoted text, true, false or null is expected'));
    }
    this.at += word.length;
    return value;
  }

  /** A text between quotes, in which a backslash makes a plain character of the next one. */
  private quoted(quote: string): string {
    const start = this.at++;
    let value = '';
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at] ?? '';
      if (character === quote) {
        this.at++;
        return value;
      }
      value += character === '\\' ? (this.text[++this.at] ?? '') : character;
    }
    throw new Unexpected(start, t('the quote is not closed'));
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) {
      this.at++;
    }
  }

  private take(token: string): boolean {
    const isThere = this.text.startsWith(token, this.at);
    this.at += isThere ? token.length : 0;
    return isThere;
  }

  private expect(token: string, reason: string): void {
    if (!this.take(token)) {
      throw this.unexpected(reason);
    }
  }

  private unexpected(reason: string): Unexpected {
    return new Unexpected(this.at, reason);
  }
}
