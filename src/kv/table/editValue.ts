import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import type { JsonPlace } from '../values/jsonDiff';
import { scanJson } from '../values/scanJson';
import { exactText } from '../values/textForm';

/** The bytes of a value with another one at a path, or why that cannot be. */
export type EditedValue =
  | { readonly kind: 'edited'; readonly bytes: Uint8Array }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'problem'; readonly why: EditProblem };

/**
 * `notJson`: the value is no JSON text. `missing`: nothing stands at the path. `notScalar`: an object
 * or a list does. `notNumber`, `notBoolean`: what was typed is of another type than what is there.
 */
export type EditProblem = 'notJson' | 'missing' | 'notScalar' | 'notNumber' | 'notBoolean';

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Puts what was typed in the place of the scalar at a path, as one of the same type; a null takes any.
 * Every other byte stays as it is.
 */
export function editValue(stored: Uint8Array, path: JsonPlace, typed: string): EditedValue {
  const exact = exactText(stored);
  const mark = exact?.startsWith('\ufeff') ? '\ufeff' : '';
  const text = exact?.slice(mark.length);
  if (text === undefined || scanJson(text).kind === 'invalid') {
    return { kind: 'problem', why: 'notJson' };
  }
  const root = parseTree(text);
  const node = path.reduce(childAt, root);
  if (!node) {
    return { kind: 'problem', why: 'missing' };
  }
  const replacement = literalOf(node.type, typed.trim(), typed);
  if ('why' in replacement) {
    return { kind: 'problem', why: replacement.why };
  }
  const { offset, length } = node;
  const isSame =
    text.slice(offset, offset + length) === replacement.text ||
    (node.type === 'string' && node.value === typed);
  if (isSame) {
    return { kind: 'unchanged' };
  }
  const edited = `${mark}${text.slice(0, offset)}${replacement.text}${text.slice(offset + length)}`;
  return { kind: 'edited', bytes: new TextEncoder().encode(edited) };
}

/** Of a name that stands there twice the last one: that is what everybody reads. */
function childAt(node: Node | undefined, step: string | number): Node | undefined {
  if (node?.type !== 'object') {
    return node && findNodeAtLocation(node, [step]);
  }
  const named = node.children?.filter(({ children }) => children?.[0]?.value === step);
  return named?.at(-1)?.children?.[1];
}

function literalOf(
  type: string,
  word: string,
  typed: string,
): { readonly text: string } | { readonly why: EditProblem } {
  const isConstant = word === 'true' || word === 'false';
  switch (type) {
    case 'string':
      return { text: JSON.stringify(typed) };
    case 'number':
      return jsonNumber.test(word) ? { text: word } : { why: 'notNumber' };
    case 'boolean':
      return isConstant ? { text: word } : { why: 'notBoolean' };
    case 'null':
      return { text: isConstant || jsonNumber.test(word) ? word : JSON.stringify(typed) };
    default:
      return { why: 'notScalar' };
  }
}
