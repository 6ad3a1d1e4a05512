import { t } from '../base/l10n';
import { parseDuration } from '../base/duration';
import type { JsonPlace } from '../values/jsonDiff';
import { keyPatternProblem } from '../keys/keyPattern';
import { operationWords, type Rule, type RuleLiteral, type RuleOperand } from './rule';
import { ruleTokens, type RuleProblem, type RuleToken } from './ruleTokens';

const plainOperands = ['key', 'bucket', 'operation', 'revision', 'size', 'age'] as const;
const operators = ['==', '!=', '<', '<=', '>', '>=', 'contains', 'matches'] as const;
const signs = { and: '&&', or: '||' } as const;
const orders = new Set<string>(['<', '<=', '>', '>=']);
/** Deeper nesting is refused, so that no rule can exhaust the stack. */
const maxTokens = 200;

/**
 * Parses a condition such as `key matches orders.> and not (value.status == "done" or size > 100)`.
 * Operands are `key`, `bucket`, `operation`, `revision`, `size`, `age` (`age > 30d`) and `value` with a
 * path into JSON; `&&` and `||` are other words for `and` and `or`; `value.error exists` asks for presence. Returns the problem when it is none.
 */
export function parseRule(source: string): Rule | RuleProblem {
  const tokens = ruleTokens(source);
  if ('problem' in tokens) {
    return tokens;
  }
  if (tokens.length > maxTokens) {
    return { position: 0, problem: t('the condition is too long') };
  }
  return new RuleParser(tokens, source.length).parse();
}

/** True for the problem that `parseRule` returned. */
export function isRuleProblem(result: Rule | RuleProblem): result is RuleProblem {
  return 'problem' in result;
}

/** What ends the parsing; never leaves this file. */
class Refusal extends Error {
  constructor(
    readonly position: number,
    problem: string,
  ) {
    super(problem);
  }
}

/** Owns the place in a list of tokens; `and` binds closer than `or`. */
class RuleParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly RuleToken[],
    private readonly end: number,
  ) {}

  parse(): Rule | RuleProblem {
    try {
      const rule = this.chain('or');
      const rest = this.tokens[this.at];
      if (rest) {
        throw new Refusal(rest.position, t('"{0}" is not expected here', rest.text));
      }
      return rule;
    } catch (error) {
      if (error instanceof Refusal) {
        return { position: error.position, problem: error.message };
      }
      throw error;
    }
  }

  private chain(kind: 'and' | 'or'): Rule {
    const next = (): Rule => (kind === 'or' ? this.chain('and') : this.unit());
    let left = next();
    while (this.takeWord(kind) || this.takeWord(signs[kind])) {
      left = { kind, left, right: next() };
    }
    return left;
  }

  private unit(): Rule {
    if (this.takeWord('not')) {
      return { kind: 'not', rule: this.unit() };
    }
    if (this.peek()?.text === '(' && this.peek()?.kind === 'symbol') {
      this.at++;
      const rule = this.chain('or');
      this.take('")"', (token) => token.kind === 'symbol' && token.text === ')');
      return rule;
    }
    return this.test();
  }

  private test(): Rule {
    const subject = this.take(
      t('key, operation, size, age or value.…'),
      ({ kind }) => kind === 'word',
    );
    const operand = operandOf(subject);
    if (this.takeWord('exists')) {
      return { kind: 'test', operand, operator: 'exists', literal: undefined };
    }
    const sign = this.take(t('a comparison such as =='), ({ kind }) => kind !== 'text');
    const operator = operators.find((each) => each === sign.text);
    if (!operator) {
      throw new Refusal(sign.position, t('"{0}" is no comparison', sign.text));
    }
    const token = this.take(t('something to compare with'), () => true);
    const literal = operand.kind === 'age' ? durationOf(token) : literalOf(token);
    check(operand, operator, literal, token);
    return { kind: 'test', operand, operator, literal };
  }

  private peek(): RuleToken | undefined {
    return this.tokens[this.at];
  }

  private takeWord(text: string): boolean {
    const token = this.peek();
    const isIt = token?.kind === 'word' && token.text === text;
    this.at += isIt ? 1 : 0;
    return isIt;
  }

  private take(wanted: string, isWanted: (token: RuleToken) => boolean): RuleToken {
    const token = this.peek();
    if (!token || !isWanted(token)) {
      throw new Refusal(token?.position ?? this.end, t('{0} is expected here', wanted));
    }
    this.at++;
    return token;
  }
}

function operandOf({ text, position }: RuleToken): RuleOperand {
  const plain = plainOperands.find((name) => name === text);
  if (plain) {
    return { kind: plain };
  }
  const path = /^value(?=$|[.[])/.test(text) ? pathOf(text.slice('value'.length)) : undefined;
  if (!path) {
    throw new Refusal(
      position,
      t('"{0}" is not key, bucket, operation, revision, size, age or value.…', text),
    );
  }
  return { kind: 'value', path };
}

/** Reads `.items[0]["odd key"]`; undefined when it is no path. */
function pathOf(text: string): JsonPlace | undefined {
  const steps: (string | number)[] = [];
  const step = /\.([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (!match) {
      return undefined;
    }
    const [, name, index, quoted] = match;
    const key = quoted === undefined ? name : unquote(quoted);
    if (key === undefined && index === undefined) {
      return undefined;
    }
    steps.push(key ?? Number(index));
  }
  return steps;
}

function literalOf({ kind, text, position }: RuleToken): RuleLiteral {
  if (kind === 'number') {
    return { kind: 'number', text };
  }
  if (kind === 'text') {
    const unquoted = unquote(text);
    if (unquoted === undefined) {
      throw new Refusal(position, t('this string has an escape that JSON does not know'));
    }
    return { kind: 'text', text: unquoted };
  }
  if (text === 'true' || text === 'false' || text === 'null') {
    return { kind: 'constant', value: text === 'null' ? null : text === 'true' };
  }
  return { kind: 'text', text };
}

/** Milliseconds of `30d` or `1h30m`. */
function durationOf({ text, position }: RuleToken): RuleLiteral {
  const duration = parseDuration(text);
  if (duration === undefined) {
    throw new Refusal(position, t('a duration such as 30d is expected here'));
  }
  return { kind: 'number', text: String(duration) };
}

function check(
  operand: RuleOperand,
  operator: string,
  literal: RuleLiteral,
  { position }: RuleToken,
): void {
  const text = literal.kind === 'text' ? literal.text : '';
  if (operator === 'matches') {
    const problem =
      operand.kind === 'key' ? keyPatternProblem(text) : t('"matches" is for key only');
    if (problem) {
      throw new Refusal(position, problem);
    }
  }
  const isWord = Object.values(operationWords).includes(text);
  if (operand.kind === 'operation' && !isWord) {
    throw new Refusal(position, t('an operation is put, delete, purge or expired'));
  }
  if (operand.kind === 'age' && !orders.has(operator)) {
    throw new Refusal(position, t('an age is compared by <, <=, > or >='));
  }
  const isCount = operand.kind === 'revision' || operand.kind === 'size';
  if ((isCount || orders.has(operator)) && literal.kind !== 'number') {
    throw new Refusal(position, t('a number is expected here'));
  }
}

function unquote(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}
