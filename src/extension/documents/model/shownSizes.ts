/** How many of the sizes that VS Code was shown are kept once they can only be history. */
const rememberedSizes = 16;

/**
 * Owns the sizes that VS Code may hold for an editor; changes only through its methods. Its own guard
 * takes a file for a newer one only where the size is none of them.
 */
export class ShownSizes {
  private sizes = new Set<number>();

  /** Says that VS Code is shown this size now. */
  add(size: number): void {
    this.sizes.delete(size);
    this.sizes.add(size);
  }

  /** The next size from this one on that VS Code has not been shown, nor is `other`. */
  unknownFrom(size: number, other: number | undefined): number {
    let unknown = size;
    while (this.sizes.has(unknown) || unknown === other) {
      unknown++;
    }
    return unknown;
  }

  /** Forgets those that can only be history by now. */
  settle(): void {
    this.sizes = new Set([...this.sizes].slice(-rememberedSizes));
  }
}
