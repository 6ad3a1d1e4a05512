import { compareNumbers } from '../values/compareNumbers';
import { valueAt } from '../values/jsonDiff';
import { isJsonArray, JsonNumber, previewJson, type JsonValue } from '../values/jsonValue';
import { keyMatcher } from '../keys/keyPattern';
import {
  operationWords,
  type Rule,
  type RuleLiteral,
  type RuleOperand,
  type RuleSubject,
} from './rule';
import { exactText } from '../values/textForm';
import { jsonOf } from '../values/valueText';

/** What a test found at its operand. */
type Found = JsonValue | undefined;

/** Compiles a rule to a function of a message; a value is read as JSON once and only when needed. */
export function ruleMatcher(rule: Rule): (subject: RuleSubject) => boolean {
  const test = compile(rule);
  return (subject) => test(new Subject(subject));
}

/** A message whose value is parsed when it is first asked for. */
class Subject {
  private parsed: { readonly value: Found } | undefined;

  constructor(readonly change: RuleSubject) {}

  /** The JSON value; a text that is no JSON stands for itself. */
  get value(): Found {
    this.parsed ??= { value: this.read() };
    return this.parsed.value;
  }

  private read(): Found {
    const { operation, value } = this.change.entry;
    return operation === 'PUT' ? (jsonOf(value) ?? exactText(value)) : undefined;
  }
}

type Test = (subject: Subject) => boolean;

function compile(rule: Rule): Test {
  switch (rule.kind) {
    case 'and':
    case 'or': {
      const left = compile(rule.left);
      const right = compile(rule.right);
      return rule.kind === 'and'
        ? (subject) => left(subject) && right(subject)
        : (subject) => left(subject) || right(subject);
    }
    case 'not': {
      const inner = compile(rule.rule);
      return (subject) => !inner(subject);
    }
    case 'test':
      return compileTest(rule);
  }
}

function compileTest({ operand, operator, literal }: Rule & { kind: 'test' }): Test {
  const find = finder(operand);
  if (operator === 'exists' || !literal) {
    return (subject) => find(subject) !== undefined;
  }
  if (operator === 'matches') {
    const matches = keyMatcher(literal.kind === 'text' ? literal.text : '');
    return ({ change }) => matches(change.entry.key);
  }
  if (operator === '==' || operator === '!=') {
    const wanted = operator === '==';
    return (subject) => isEqual(find(subject), literal) === wanted;
  }
  if (operator === 'contains') {
    return (subject) => contains(find(subject), literal);
  }
  const holds = orderTest(operator);
  return (subject) => {
    const found = find(subject);
    return (
      found instanceof JsonNumber &&
      literal.kind === 'number' &&
      holds(compareNumbers(found.text, literal.text))
    );
  };
}

function orderTest(operator: '<' | '<=' | '>' | '>='): (order: number) => boolean {
  switch (operator) {
    case '<':
      return (order) => order < 0;
    case '<=':
      return (order) => order <= 0;
    case '>':
      return (order) => order > 0;
    case '>=':
      return (order) => order >= 0;
  }
}

function finder(operand: RuleOperand): (subject: Subject) => Found {
  switch (operand.kind) {
    case 'key':
      return ({ change }) => change.entry.key;
    case 'bucket':
      return ({ change }) => change.bucket;
    case 'operation':
      return ({ change }) => operationWords[change.entry.operation];
    case 'revision':
      return ({ change }) => new JsonNumber(String(change.entry.revision));
    case 'size':
      return ({ change }) => new JsonNumber(String(change.entry.size));
    case 'age':
      return ({ change: { at, entry } }) => new JsonNumber(String(Math.max(0, at - entry.created)));
    case 'value':
      return (subject) => valueAt(subject.value, operand.path);
  }
}

function isEqual(found: Found, literal: RuleLiteral): boolean {
  switch (literal.kind) {
    case 'number':
      return found instanceof JsonNumber && compareNumbers(found.text, literal.text) === 0;
    case 'constant':
      return found === literal.value;
    case 'text':
      return found === literal.text;
  }
}

/** A text contains a part of it, an array an element; of anything else its JSON is looked through. */
function contains(found: Found, literal: RuleLiteral): boolean {
  const part = literal.kind === 'constant' ? String(literal.value) : literal.text;
  if (typeof found === 'string') {
    return found.includes(part);
  }
  if (isJsonArray(found)) {
    return found.some((element) => isEqual(element, literal));
  }
  return found !== undefined && previewJson(found, Infinity).includes(part);
}
