/** Context keys with their values; one that is not there is not set. */
export type Context = Readonly<Record<string, unknown>>;

/** Whether a `when` clause holds: as much of VS Code's grammar as package.json uses. No clause holds. */
export function holds(when: string | undefined, context: Context): boolean {
  return when === undefined || new Clause(when, context).evaluate();
}

const token = /\s*(&&|\|\||!=|==|=~|!(?!=)|\(|\)|\/(?:[^/\\]|\\.)*\/|'[^']*'|[\w.\-:]+)/y;

/** Owns where the reading of one clause is. */
class Clause {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly context: Context,
  ) {
    token.lastIndex = 0;
    for (let found = token.exec(text); found; found = token.exec(text)) {
      this.tokens.push(found[1] ?? '');
    }
  }

  evaluate(): boolean {
    const value = this.any();
    if (this.at < this.tokens.length) {
      throw new Error(`not understood at ${this.tokens[this.at] ?? ''}: ${this.text}`);
    }
    return value;
  }

  private any(): boolean {
    let value = this.all();
    while (this.takes('||')) {
      value = this.all() || value;
    }
    return value;
  }

  private all(): boolean {
    let value = this.one();
    while (this.takes('&&')) {
      value = this.one() && value;
    }
    return value;
  }

  private one(): boolean {
    if (this.takes('!')) {
      return !this.one();
    }
    if (this.takes('(')) {
      const value = this.any();
      this.takes(')');
      return value;
    }
    return this.comparison();
  }

  private comparison(): boolean {
    const name = this.next();
    const value = this.context[name];
    if (this.takes('==')) {
      return String(value) === this.next().replaceAll("'", '');
    }
    if (this.takes('!=')) {
      return String(value) !== this.next().replaceAll("'", '');
    }
    if (this.takes('=~')) {
      return new RegExp(this.next().slice(1, -1)).test(typeof value === 'string' ? value : '');
    }
    if (this.takes('in')) {
      const within = this.context[this.next()];
      return Array.isArray(within) && within.includes(value);
    }
    return name === 'true' || (name !== 'false' && Boolean(value));
  }

  private takes(expected: string): boolean {
    const isNext = this.tokens[this.at] === expected;
    this.at += isNext ? 1 : 0;
    return isNext;
  }

  private next(): string {
    return this.tokens[this.at++] ?? '';
  }
}
