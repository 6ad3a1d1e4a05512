import type * as vscode from 'vscode';

/**
 * Owns how rows read that VS Code was given, and which rows were folded; changes only through its
 * methods. Tells which rows need not be given again: VS Code builds and keeps something for each.
 */
export class GivenRows {
  private readonly words = new Map<string, string>();
  private readonly folded = new Set<string>();
  /** Folded rows with something below them that was not refreshed meanwhile. */
  private readonly missed = new Set<string>();

  give(item: vscode.TreeItem): vscode.TreeItem {
    if (item.id !== undefined) {
      this.words.set(item.id, wordsOf(item));
    }
    return item;
  }

  /** Whether a row would read otherwise than it did when it was given. */
  readsOtherwise(item: vscode.TreeItem): boolean {
    return this.words.get(item.id ?? '') !== wordsOf(item);
  }

  forget(id: string): void {
    this.words.delete(id);
    this.folded.delete(id);
    this.missed.delete(id);
  }

  fold(id: string): void {
    this.folded.add(id);
  }

  /** True when what is below the row has to be refreshed, now that it can be seen. */
  unfold(id: string): boolean {
    this.folded.delete(id);
    return this.missed.delete(id);
  }

  /** Whether a row can be seen; `above` are the ids of the rows that it stands below. */
  isInSight(above: () => Iterable<string>): boolean {
    if (this.folded.size === 0) {
      return true;
    }
    for (const id of above()) {
      if (this.folded.has(id)) {
        this.missed.add(id);
        return false;
      }
    }
    return true;
  }
}

function wordsOf({ label, description, ...rest }: vscode.TreeItem): string {
  const { contextValue, iconPath, accessibilityInformation, resourceUri } = rest;
  const icon = iconPath && typeof iconPath === 'object' && 'id' in iconPath ? iconPath.id : '';
  const spoken = accessibilityInformation?.label;
  return JSON.stringify([label, description, contextValue, icon, spoken, resourceUri?.query]);
}
