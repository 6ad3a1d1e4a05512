/** How many documents are remembered. */
const remembered = 1_000;

/** Owns which revision of a document was read last, for writers that are no text editors. */
export class RecentReads {
  private readonly revisions = new Map<string, number>();

  note(uri: string, revision: number): void {
    this.revisions.delete(uri);
    this.revisions.set(uri, revision);
    for (const oldest of this.revisions.keys()) {
      if (this.revisions.size <= remembered) {
        break;
      }
      this.revisions.delete(oldest);
    }
  }

  last(uri: string): number | undefined {
    return this.revisions.get(uri);
  }
}
