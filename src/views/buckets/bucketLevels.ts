import { bucketNode, moreNode, type ConnectionNode, type TreeNode } from './rows/nodes';
import { filteredBucketsMessage, startMessage } from './rows/messages';

/** Buckets that are shown at first and added by each Load More. */
export const pageSize = 500;

/** The part of a connection's buckets that is in view. */
interface Shown {
  readonly limit: number;
  /** The first letters of the row that it begins with. */
  readonly from: string;
  /** What the name of each bucket has in it, in any case. */
  readonly text: string;
}

const atFirst: Shown = { limit: pageSize, from: '', text: '' };

/** Owns which buckets of each connection are in view; changes only through its methods. */
export class BucketLevels {
  private readonly shown = new Map<string, Shown>();

  /** The rows of buckets, `names` being in their order. */
  rows(node: ConnectionNode, names: readonly string[]): TreeNode[] {
    const { limit, from, text } = this.of(node);
    const wanted = text === '' ? names : names.filter((name) => has(name, text));
    const start = from === '' ? 0 : startOf(wanted, from);
    const page = wanted.slice(start, start + limit);
    const isWhole = start + page.length === wanted.length;
    return [
      ...(text === '' ? [] : [filteredBucketsMessage(node, text, wanted.length, names.length)]),
      ...(text === '' && start > 0 ? [startMessage(node, from)] : []),
      ...page.map((name) => bucketNode(node.session, name)),
      ...(isWhole ? [] : [moreNode(node, wanted.length - start, page.length)]),
    ];
  }

  /** Tokens for menus: of a level that has buckets, and one that is too large to be shown as a whole. */
  marksOf({ session }: ConnectionNode): string[] {
    const { current } = session.buckets;
    const count = current.kind === 'loaded' ? current.buckets.length : 0;
    return [...(count > 0 ? ['buckets'] : []), ...(count > pageSize ? ['paged'] : [])];
  }

  textOf(node: ConnectionNode): string {
    return this.of(node).text;
  }

  showMore(node: ConnectionNode): void {
    const shown = this.of(node);
    this.shown.set(node.id, { ...shown, limit: shown.limit + pageSize });
  }

  /** Has the level begin with these letters; all of it is shown from the first on when there are none. */
  startAt(node: ConnectionNode, letters: string): void {
    this.shown.set(node.id, { ...atFirst, from: letters });
  }

  /** Shows the buckets whose name has this text in it; all when it is empty. */
  filter(node: ConnectionNode, text: string): void {
    this.shown.set(node.id, { ...atFirst, text });
  }

  /** Has the page that is in view hold a bucket. Tells whether that has changed it. */
  bringIntoView(node: ConnectionNode, names: readonly string[], bucket: string): boolean {
    const isThere = this.rows(node, names).some(
      (row) => row.kind === 'bucket' && row.bucket === bucket,
    );
    if (!isThere && names.includes(bucket)) {
      this.startAt(node, bucket);
    }
    return !isThere;
  }

  private of({ id }: ConnectionNode): Shown {
    return this.shown.get(id) ?? atFirst;
  }
}

function has(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}

/** Where the names begin that begin with these letters, else where they would stand. */
function startOf(names: readonly string[], letters: string): number {
  const exact = names.findIndex((name) => name.startsWith(letters));
  const lower = letters.toLowerCase();
  const found = exact < 0 ? names.findIndex((name) => name.toLowerCase().startsWith(lower)) : exact;
  const after = found < 0 ? names.findIndex((name) => name > letters) : found;
  return after < 0 ? Math.max(0, names.length - 1) : after;
}
