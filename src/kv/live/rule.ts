import type { Operation } from '../model/entry';
import type { JsonPlace } from '../values/jsonDiff';

/** What a rule can ask of a change. */
export type RuleOperand =
  | { readonly kind: 'key' | 'bucket' | 'operation' | 'revision' | 'size' }
  | { readonly kind: 'value'; readonly path: JsonPlace };

type RuleOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches' | 'exists';

/** Numbers are kept by their digits. */
export type RuleLiteral =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'constant'; readonly value: boolean | null };

/** A condition on a change, as parsed: data only, there is nothing in it to be run. */
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
