import type { Stamp } from '../../../kv/model/stamp';

/** How many documents are remembered. */
const remembered = 1_000;

/** Owns which message of a document was read last, for writers that are no text editors. */
export class RecentReads {
  private readonly stamps = new Map<string, Stamp>();

  note(uri: string, stamp: Stamp): void {
    this.stamps.delete(uri);
    this.stamps.set(uri, stamp);
    for (const oldest of this.stamps.keys()) {
      if (this.stamps.size <= remembered) {
        break;
      }
      this.stamps.delete(oldest);
    }
  }

  last(uri: string): Stamp | undefined {
    return this.stamps.get(uri);
  }
}
