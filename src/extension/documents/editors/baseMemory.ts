import type * as vscode from 'vscode';
import type { BaseMemory, RememberedBase } from '../model/keyEditors';

const storageKey = 'natsKv.unsavedBases';

/**
 * Keeps what unsaved texts came from in the workspace's state. No values in it. What an
 * earlier version of the extension kept, revisions alone, tells nothing: such a text is in conflict.
 */
export class WorkspaceBaseMemory implements BaseMemory {
  private readonly bases: Map<string, RememberedBase>;

  constructor(
    private readonly state: vscode.Memento,
    private readonly failed: (error: unknown) => void,
  ) {
    const kept = Object.entries(state.get<Record<string, unknown>>(storageKey, {}));
    this.bases = new Map(kept.flatMap(([uri, base]) => (isBase(base) ? [[uri, base]] : [])));
  }

  get(uri: string): RememberedBase | undefined {
    return this.bases.get(uri);
  }

  set(uri: string, base: RememberedBase | undefined): void {
    if (JSON.stringify(this.bases.get(uri)) === JSON.stringify(base)) {
      return;
    }
    if (base === undefined) {
      this.bases.delete(uri);
    } else {
      this.bases.set(uri, base);
    }
    this.state
      .update(storageKey, Object.fromEntries(this.bases))
      .then(undefined, (error: unknown) => this.failed(error));
  }
}

function isBase(base: unknown): base is RememberedBase {
  return typeof base === 'object' && base !== null && ('revision' in base || 'draft' in base);
}
