import type * as vscode from 'vscode';
import type { Stamp } from '../../../kv/model/stamp';
import type { BaseMemory } from '../model/keyEditors';

const storageKey = 'natsKv.unsavedBases';

/**
 * Keeps which messages unsaved texts came from in the workspace's state. No values in it. What an
 * earlier version of the extension kept, revisions alone, tells nothing: such a text is in conflict.
 */
export class WorkspaceBaseMemory implements BaseMemory {
  private readonly stamps: Map<string, Stamp>;

  constructor(
    private readonly state: vscode.Memento,
    private readonly failed: (error: unknown) => void,
  ) {
    const kept = Object.entries(state.get<Record<string, unknown>>(storageKey, {}));
    this.stamps = new Map(kept.flatMap(([uri, stamp]) => (isStamp(stamp) ? [[uri, stamp]] : [])));
  }

  get(uri: string): Stamp | undefined {
    return this.stamps.get(uri);
  }

  set(uri: string, stamp: Stamp | undefined): void {
    const known = this.stamps.get(uri);
    if (known?.revision === stamp?.revision && known?.created === stamp?.created) {
      return;
    }
    if (stamp === undefined) {
      this.stamps.delete(uri);
    } else {
      this.stamps.set(uri, { revision: stamp.revision, created: stamp.created });
    }
    this.state
      .update(storageKey, Object.fromEntries(this.stamps))
      .then(undefined, (error: unknown) => this.failed(error));
  }
}

function isStamp(value: unknown): value is Stamp {
  return typeof value === 'object' && value !== null && 'revision' in value;
}
