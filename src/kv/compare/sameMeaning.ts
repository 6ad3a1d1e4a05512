import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { JsonPath } from '../find/jsonPath';
import { valuesAt } from '../find/jsonPathMatch';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Whether two values that are not the same bytes say the same as JSON: objects by their names in any
 * order, numbers by their value and not by how they are written, without what the paths lead to. False
 * where one of them is no JSON.
 */
export function isSameMeaning(
  left: Uint8Array,
  right: Uint8Array,
  ignored: readonly JsonPath[],
): boolean {
  const [a, b] = [parsed(left), parsed(right)];
  if (!a || !b) {
    return false;
  }
  const skipped = new Set(
    ignored.flatMap((path) => [...valuesAt(a.root, path), ...valuesAt(b.root, path)]),
  );
  try {
    return new Equality(a.text, b.text, skipped).isSame(a.root, b.root);
  } catch (error) {
    // Nested too deeply to be compared.
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

function parsed(bytes: Uint8Array): { readonly text: string; readonly root: Node } | undefined {
  try {
    const text = decoder.decode(bytes);
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { disallowComments: true });
    return root && errors.length === 0 ? { text, root } : undefined;
  } catch {
    // It is no text, or nested too deeply to be looked at.
    return undefined;
  }
}

class Equality {
  constructor(
    private readonly left: string,
    private readonly right: string,
    private readonly skipped: ReadonlySet<Node>,
  ) {}

  isSame(a: Node, b: Node): boolean {
    if (this.skipped.has(a) && this.skipped.has(b)) {
      return true;
    }
    if (a.type !== b.type) {
      return false;
    }
    switch (a.type) {
      case 'object':
        return this.areSameObjects(a, b);
      case 'array':
        return this.areSameArrays(this.kept(a), this.kept(b));
      case 'number':
        return numberOf(this.textOf(this.left, a)) === numberOf(this.textOf(this.right, b));
      default:
        return a.value === b.value;
    }
  }

  private areSameArrays(left: readonly Node[], right: readonly Node[]): boolean {
    return (
      left.length === right.length &&
      left.every((item, at) => {
        const other = right[at];
        return other !== undefined && this.isSame(item, other);
      })
    );
  }

  /** Of several members of one name the last counts, as `JSON.parse` has it. */
  private areSameObjects(a: Node, b: Node): boolean {
    const [left, right] = [this.members(a), this.members(b)];
    return (
      left.size === right.size &&
      [...left].every(([name, value]) => {
        const other = right.get(name);
        return other !== undefined && this.isSame(value, other);
      })
    );
  }

  private members({ children = [] }: Node): Map<string, Node> {
    const members = new Map<string, Node>();
    for (const { children: pair = [] } of children) {
      const [name, value] = pair;
      if (name && value) {
        members.set(String(name.value), value);
      }
    }
    return new Map([...members].filter(([, value]) => !this.skipped.has(value)));
  }

  private kept({ children = [] }: Node): Node[] {
    return children.filter((child) => !this.skipped.has(child));
  }

  private textOf(text: string, { offset, length }: Node): string {
    return text.slice(offset, offset + length);
  }
}

/** A number in one form, whatever it was written in: `-12.50e1` and `-125` are `-125e0`. */
function numberOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') {
    return '0';
  }
  const power =
    BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
