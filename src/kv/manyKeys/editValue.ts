import { parseTree, stripComments, type Node } from 'jsonc-parser';
import { lineDiff } from '../values/lineDiff';
import {
  commentsIn,
  commentsOf,
  containerOf,
  joinParts,
  type Part,
  type PartEdit,
} from './containerParts';
import { compactJson } from './keyContent';

/** How a text is laid out. */
export interface TextLayout {
  readonly lineEnd: string;
  /** What one level is indented by. */
  readonly unit: string;
}

/** A value that was edited. `lost`: the comments of what was replaced as a whole. */
export interface EditedValue {
  readonly text: string;
  readonly lost: readonly string[];
}

interface Parsed {
  readonly text: string;
  readonly node: Node;
}

/**
 * Makes one value of a text another one, given as JSON in lines with two spaces a level: only what differs is
 * written, so that comments and layout stay around what does not.
 */
export function editValue(
  text: string,
  node: Node,
  wanted: string,
  layout: TextLayout,
): EditedValue {
  const target = parseTree(wanted);
  return target
    ? new ValueEdit(text, wanted, layout).edit(node, target)
    : { text: sliceOf({ text, node }), lost: [] };
}

/** White space that the line begins with in which something stands. */
export function indentAt(text: string, offset: number): string {
  const start =
    Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** The indentation of the members of a container: that of the first that begins a line, or of their one line. */
export function innerIndent(
  text: string,
  node: Node,
  parts: readonly Part[],
  { unit }: TextLayout,
): string {
  const inLine = parts.find(({ lead }) => /[\r\n]/.test(lead));
  const outer = indentAt(text, node.offset);
  return inLine ? indentAt(text, inLine.node.offset) : parts.length > 0 ? outer : `${outer}${unit}`;
}

/** Lines with two spaces a level as they stand in a text, the first one without indentation. */
export function laidOut(lines: string, indent: string, { unit, lineEnd }: TextLayout): string {
  return lines
    .split('\n')
    .map((line, at) => {
      const [spaces = ''] = /^ */.exec(line) ?? [];
      const own = `${indent}${unit.repeat(spaces.length >> 1)}${line.slice(spaces.length)}`;
      return at === 0 ? line : own;
    })
    .join(lineEnd);
}

/** Owns nothing; walks through the value that is there and the one that is wanted side by side. */
class ValueEdit {
  constructor(
    private readonly text: string,
    private readonly wanted: string,
    private readonly layout: TextLayout,
  ) {}

  edit(node: Node, target: Node): EditedValue {
    const slice = sliceOf({ text: this.text, node });
    if (compactJson(stripComments(slice)) === this.compact(target)) {
      return { text: slice, lost: [] };
    }
    const hasParts = (node.children ?? []).length > 0 && (target.children ?? []).length > 0;
    if (node.type !== target.type || !hasParts) {
      const indent = indentAt(this.text, node.offset);
      return { text: this.targetText(target, indent), lost: commentsIn(slice) };
    }
    const container = containerOf(this.text, node);
    const indent = innerIndent(this.text, node, container.parts, this.layout);
    const edits = this.parts(container.parts, target.children ?? [], indent);
    const outer = indentAt(this.text, node.offset);
    const { lineEnd } = this.layout;
    return { text: joinParts(container, edits, { lineEnd, indent, outer }), lost: [] };
  }

  /** Members by their names, items by what they say; what stands between those that stay is replaced. */
  private parts(parts: readonly Part[], targets: readonly Node[], indent: string): PartEdit[] {
    const mine = parts.map(({ node }) => this.labelOf({ text: this.text, node }));
    const theirs = targets.map((node) => this.labelOf({ text: this.wanted, node }));
    const segments = lineDiff(mine.join('\n'), theirs.join('\n'));
    const edits: PartEdit[] = [];
    const left = [...parts];
    const come = [...targets];
    let removed: Part[] = [];
    let added: Node[] = [];
    const settle = (): void => {
      const pairs = parts[0]?.node.type === 'property' ? 0 : Math.min(removed.length, added.length);
      for (let at = 0; at < pairs; at++) {
        edits.push(this.kept(removed[at] as Part, added[at] as Node));
      }
      const gone = removed.slice(pairs);
      edits.push(
        ...gone.map((part): PartEdit => ({ kind: 'gone', lost: commentsOf(this.text, part) })),
      );
      edits.push(
        ...added
          .slice(pairs)
          .map((node): PartEdit => ({ kind: 'new', text: this.targetText(node, indent) })),
      );
      [removed, added] = [[], []];
    };
    for (const { kind } of segments) {
      if (kind === 'removed') {
        removed.push(left.shift() as Part);
      } else if (kind === 'added') {
        added.push(come.shift() as Node);
      } else {
        settle();
        edits.push(this.kept(left.shift() as Part, come.shift() as Node));
      }
    }
    settle();
    return edits;
  }

  private kept(part: Part, target: Node): PartEdit {
    const { node } = part;
    const [name, value] = node.children ?? [];
    const [, wanted] = target.children ?? [];
    if (node.type !== 'property' || !name || !value || !wanted) {
      return { kind: 'kept', part, ...this.edit(node, target) };
    }
    const { text, lost } = this.edit(value, wanted);
    return {
      kind: 'kept',
      part,
      text: `${this.text.slice(node.offset, value.offset)}${text}`,
      lost,
    };
  }

  /** One line each, as JSON has no line ends within a token. */
  private labelOf({ text, node }: Parsed): string {
    const [name] = node.children ?? [];
    return node.type === 'property' && name
      ? sliceOf({ text, node: name })
      : (compactJson(stripComments(sliceOf({ text, node }))) ?? '');
  }

  private compact(target: Node): string | undefined {
    return compactJson(sliceOf({ text: this.wanted, node: target }));
  }

  /** What is wanted as it stands in its own lines, moved to where it comes. */
  private targetText(target: Node, indent: string): string {
    const own = indentAt(this.wanted, target.offset);
    const lines = sliceOf({ text: this.wanted, node: target }).replaceAll(`\n${own}`, '\n');
    return laidOut(lines, indent, this.layout);
  }
}

function sliceOf({ text, node: { offset, length } }: Parsed): string {
  return text.slice(offset, offset + length);
}
