import { createScanner, type Node } from 'jsonc-parser';

/** A member of an object or an item of an array, with the white space and comments around it. */
export interface Part {
  readonly node: Node;
  /** Before it, from the line end, the bracket or the comma before on. */
  readonly lead: string;
  /** Between it and its comma. */
  readonly tail: string;
  /** Comments behind its comma, in the same line. */
  readonly after: string;
}

/** An object or an array as it stands in a text. Joined in order, its parts are that text. */
export interface Container {
  readonly open: string;
  readonly parts: readonly Part[];
  readonly hasFinalComma: boolean;
  /** Before the closing bracket, with it. */
  readonly close: string;
}

/** What becomes of a part, or a new one in its place. `lost`: comments of what was in it, to be kept. */
export type PartEdit =
  | {
      readonly kind: 'kept';
      readonly part: Part;
      readonly text: string;
      readonly lost: readonly string[];
    }
  | { readonly kind: 'gone'; readonly lost: readonly string[] }
  | { readonly kind: 'new'; readonly text: string };

/** How new parts are laid out: in lines of their own with this indentation, or in one line. */
export interface PartLayout {
  readonly lineEnd: string;
  readonly indent: string;
  /** Of the line that the container begins in. */
  readonly outer: string;
}

/** The numbers of `SyntaxKind` in jsonc-parser, a const enum that isolated modules cannot use. */
const token = { comma: 5, lineComment: 12, blockComment: 13, lineBreak: 14, end: 17 } as const;

interface Trivia {
  readonly kind: number;
  readonly text: string;
}

/** Takes an object or an array apart. */
export function containerOf(text: string, node: Node): Container {
  const nodes = node.children ?? [];
  const start = node.offset + 1;
  const end = node.offset + node.length - 1;
  const [first] = nodes;
  const beginning = triviaOf(text.slice(start, first?.offset ?? end));
  let [before, lead] = splitAtLineEnd(beginning, first === undefined);
  const open = `${text.charAt(node.offset)}${before}`;
  let hasFinalComma = false;
  const parts = nodes.map((part, at): Part => {
    const next = nodes[at + 1];
    const gap = triviaOf(text.slice(part.offset + part.length, next?.offset ?? end));
    const comma = gap.findIndex(({ kind }) => kind === token.comma);
    const tail = textOf(gap.slice(0, Math.max(0, comma)));
    const own = lead;
    [before, lead] = splitAtLineEnd(gap.slice(comma + 1), next === undefined);
    hasFinalComma = next === undefined && comma >= 0;
    return { node: part, lead: own, tail, after: before };
  });
  return { open, parts, hasFinalComma, close: `${lead}${text.charAt(end)}` };
}

/** The comments in a piece of a text, each as it stands there. */
export function commentsIn(text: string): string[] {
  return triviaOf(text).flatMap(({ kind, text: each }) => (isComment(kind) ? [each] : []));
}

/** All comments of a part: those around it, and those in it. */
export function commentsOf(text: string, { node, lead, tail, after }: Part): string[] {
  const inside = text.slice(node.offset, node.offset + node.length);
  return [lead, inside, tail, after].flatMap(commentsIn);
}

/** The container with other parts. Those that stay keep what is around them, and no comment is lost. */
export function joinParts(
  container: Container,
  edits: readonly PartEdit[],
  layout: PartLayout,
): string {
  const { open, close, parts, hasFinalComma } = container;
  const { lineEnd, indent, outer } = layout;
  const isInLines = parts.length === 0 || parts.some(({ lead }) => /[\r\n]/.test(lead));
  const line = `${lineEnd}${indent}`;
  const firstLead = isInLines ? line : blank(parts[0]?.lead ?? '');
  const otherLead = isInLines ? line : blank(parts[1]?.lead ?? ' ');
  const last = edits.findLastIndex(({ kind }) => kind !== 'gone');
  const writer = new Writer(line);
  writer.add(open);
  let isFirst = true;
  edits.forEach((edit, at) => {
    const lost = edit.kind === 'new' ? [] : edit.lost;
    lost.forEach((comment) => writer.add(isInLines ? `${line}${comment}` : ` ${comment}`));
    if (edit.kind === 'gone') {
      return;
    }
    const comma = at < last || hasFinalComma ? ',' : '';
    const fitting = isFirst ? firstLead : otherLead;
    const hasMoved = edit.kind === 'kept' && isFirst !== (edit.part === parts[0]);
    isFirst = false;
    const { lead, tail, after } =
      edit.kind === 'kept' ? edit.part : { lead: fitting, tail: '', after: '' };
    const isFitted = hasMoved && !isInLines && lead.trim() === '';
    [isFitted ? fitting : lead, edit.text, tail, comma, after].forEach((piece) =>
      writer.add(piece),
    );
  });
  const isOpened = parts.length === 0 && last >= 0 && !/[\r\n]/.test(close);
  writer.add(isOpened ? `${lineEnd}${outer}${close.trim()}` : close);
  return writer.text;
}

/** The white space that a lead begins with. */
function blank(lead: string): string {
  return lead.replace(/\S[^]*/, '');
}

/** Owns a text that is written; changes only through `add`. What follows a line comment begins a line. */
class Writer {
  text = '';
  private isInComment = false;

  constructor(private readonly line: string) {}

  add(piece: string): void {
    if (piece === '') {
      return;
    }
    if (this.isInComment && !/^[ \t]*[\r\n]/.test(piece)) {
      this.text += this.line;
    }
    this.text += piece;
    this.isInComment = triviaOf(piece).at(-1)?.kind === token.lineComment;
  }
}

/** What belongs to what is before it: comments in the same line; the rest belongs to what comes. */
function splitAtLineEnd(trivia: readonly Trivia[], isLast: boolean): [string, string] {
  const end = trivia.findIndex(({ kind }) => kind === token.lineBreak);
  const own = end < 0 ? (isLast ? trivia : []) : trivia.slice(0, end);
  const count = own.findLastIndex(({ kind }) => isComment(kind)) + 1;
  return [textOf(trivia.slice(0, count)), textOf(trivia.slice(count))];
}

function triviaOf(text: string): Trivia[] {
  const scanner = createScanner(text);
  const found: Trivia[] = [];
  for (;;) {
    const kind: number = scanner.scan();
    if (kind === token.end) {
      return found;
    }
    const offset = scanner.getTokenOffset();
    found.push({ kind, text: text.slice(offset, scanner.getPosition()) });
  }
}

function textOf(trivia: readonly Trivia[]): string {
  return trivia.map(({ text }) => text).join('');
}

function isComment(kind: number): boolean {
  return kind === token.lineComment || kind === token.blockComment;
}
