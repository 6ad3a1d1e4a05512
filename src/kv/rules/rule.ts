import type { Entry, Operation } from '../model/entry';
import type { JsonPlace } from '../values/jsonDiff';

/** What a rule can ask of a stored message; an age is in milliseconds. */
export type RuleOperand =
  | { readonly kind: 'key' | 'bucket' | 'operation' | 'revision' | 'size' | 'age' }
  | { readonly kind: 'value'; readonly path: JsonPlace };

type RuleOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches' | 'exists';

/** Numbers are kept by their digits. */
export type RuleLiteral =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'constant'; readonly value: boolean | null };

/** A condition on a message, as parsed: data only, there is nothing in it to be run. */
export type Rule =
  | { readonly kind: 'and' | 'or'; readonly left: Rule; readonly right: Rule }
  | { readonly kind: 'not'; readonly rule: Rule }
  | {
      readonly kind: 'test';
      readonly operand: RuleOperand;
      readonly operator: RuleOperator;
      /** Undefined for `exists` only. */
      readonly literal: RuleLiteral | undefined;
    };

/** The words for operations that rules and the panel use. */
export const operationWords: Readonly<Record<Operation, string>> = {
  PUT: 'put',
  DEL: 'delete',
  PURGE: 'purge',
  EXPIRED: 'expired',
};

/** What a rule is asked about. */
export interface RuleSubject {
  readonly bucket: string;
  readonly entry: Entry;
  /** The moment that an age is counted to, in milliseconds since the epoch. */
  readonly at: number;
}

/** Whether a rule looks at values; what else it asks, a listing of keys tells. */
export function needsValue(rule: Rule): boolean {
  switch (rule.kind) {
    case 'and':
    case 'or':
      return needsValue(rule.left) || needsValue(rule.right);
    case 'not':
      return needsValue(rule.rule);
    case 'test':
      return rule.operand.kind === 'value';
  }
}
