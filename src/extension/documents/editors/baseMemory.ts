import type * as vscode from 'vscode';
import type { BaseMemory } from '../model/keyEditors';

const storageKey = 'natsKv.unsavedBases';

/** Keeps the revisions that unsaved texts came from in the workspace's state. No values in it. */
export class WorkspaceBaseMemory implements BaseMemory {
  private readonly revisions: Map<string, number>;

  constructor(private readonly state: vscode.Memento) {
    this.revisions = new Map(Object.entries(state.get<Record<string, number>>(storageKey, {})));
  }

  get(uri: string): number | undefined {
    return this.revisions.get(uri);
  }

  set(uri: string, revision: number | undefined): void {
    if (this.revisions.get(uri) === revision) {
      return;
    }
    if (revision === undefined) {
      this.revisions.delete(uri);
    } else {
      this.revisions.set(uri, revision);
    }
    void this.state.update(storageKey, Object.fromEntries(this.revisions));
  }
}
