import type { Node } from 'jsonc-parser';
import { valuesAt } from '../find/jsonPathMatch';
import { parseStrictly } from '../find/valueQuery';
import { redacted, type RedactRules } from './redactRules';

/** How the texts in a JSON text are looked at. */
export interface JsonParts {
  readonly isSecretPart: (part: string) => boolean;
  /** A JSON text inside of a text, without what agents must not see. */
  readonly redactInner: (inner: string) => string;
}

/** Members that say what is meant by the member beside them: `{"name": "password", "value": …}`. */
const naming =
  /^(?:name|key|id|field|header|param|parameter|property|attribute|label|option|type|k|n)$/i;
/** Members that may be meant. */
const valued =
  /^(?:v|val|values?|contents?|data|default|text|string|raw|plain|current|old|new|from|to|before|after)$/i;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with its secret values replaced; everything else stays character by character. */
export function redactJson(text: string, root: Node, rules: RedactRules, parts: JsonParts): string {
  const walk = new Walk(rules, parts);
  // First, since of two edits of one place the first counts.
  rules.paths.forEach((path) => valuesAt(root, path).forEach((node) => walk.hide(node)));
  walk.value(root);
  if (rules.paths.length > 0 && walk.hasTwins) {
    // A path leads to one of two members of the same name only.
    return JSON.stringify(redacted);
  }
  return applied(text, walk.edits);
}

/** Owns what is to be replaced of a JSON text; changes only through `value` and `hide`. */
class Walk {
  readonly edits: Edit[] = [];
  hasTwins = false;

  constructor(
    private readonly rules: RedactRules,
    private readonly parts: JsonParts,
  ) {}

  hide({ offset, length }: Node): void {
    this.edits.push({ start: offset, end: offset + length, text: JSON.stringify(redacted) });
  }

  value(node: Node): void {
    const { children = [] } = node;
    switch (node.type) {
      case 'object':
        this.object(children);
        break;
      case 'array':
        this.array(children);
        break;
      case 'string':
        this.string(node);
        break;
      default:
    }
  }

  private object(properties: readonly Node[]): void {
    const names = properties.map(({ children }) => String(children?.[0]?.value));
    this.hasTwins ||= new Set(names).size < names.length;
    const isMeant = properties.some(
      ({ children }, at) => naming.test(names[at] ?? '') && this.isSecretName(children?.[1]?.value),
    );
    const hasTitles = properties.some(({ children }) => this.hasSecretTitle(children?.[1]));
    properties.forEach(({ children }, at) => {
      const [name, value] = children ?? [];
      const text = names[at] ?? '';
      if (name && this.parts.isSecretPart(text)) {
        this.hide(name);
      }
      if (!value) {
        return;
      }
      const isColumns = hasTitles && value.children?.[0]?.type === 'array';
      if (this.rules.isSecretName(text) || (isMeant && valued.test(text)) || isColumns) {
        this.hide(value);
      } else {
        this.value(value);
      }
    });
  }

  /** What follows a secret's name in a pair is one, and so is what stands below titles that name one. */
  private array(items: readonly Node[]): void {
    const [first] = items;
    const isPair = items.length === 2 && this.isSecretName(first?.value);
    const isMeant = isPair || this.hasSecretTitle(first);
    items.forEach((item) => (isMeant && item !== first ? this.hide(item) : this.value(item)));
  }

  /** Whether it is a list of names of which one is a secret's: the titles of a table. */
  private hasSecretTitle(node: Node | undefined): boolean {
    const { type, children = [] } = node ?? {};
    return type === 'array' && children.some(({ value }) => this.isSecretName(value));
  }

  private string(node: Node): void {
    const text = String(node.value);
    if (/^\s*[[{]/.test(text) && parseStrictly(text)) {
      const inner = this.parts.redactInner(text);
      if (inner !== text) {
        const { offset, length } = node;
        this.edits.push({ start: offset, end: offset + length, text: JSON.stringify(inner) });
      }
    } else if (this.parts.isSecretPart(text)) {
      this.hide(node);
    }
  }

  private isSecretName(value: unknown): boolean {
    return typeof value === 'string' && value.length <= 64 && this.rules.isSecretName(value);
  }
}

/** Edits inside of others are left out. */
function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (edit.start >= at) {
      parts.push(text.slice(at, edit.start), edit.text);
      at = edit.end;
    }
  }
  parts.push(text.slice(at));
  return parts.join('');
}
