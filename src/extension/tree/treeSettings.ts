import * as vscode from 'vscode';
import {
  DisposableStore,
  ObservableValue,
  type Disposable,
  type Observable,
} from '../../kv/base/event';
import { defaultOptions, type TreeOptions } from '../../views/buckets/rows/treeOptions';
import { settingIds } from '../contributions';

type Toggle = typeof settingIds.treeFlat | typeof settingIds.treeShowDeleted;

/** Owns how keys are shown, as the settings say; changes only with them. */
export class TreeSettings implements Disposable {
  private readonly store = new DisposableStore();
  private readonly value = this.store.add(new ObservableValue<TreeOptions>(readOptions()));
  readonly options: Observable<TreeOptions> = this.value;

  constructor() {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('natsKv.tree')) {
          this.value.set(readOptions());
        }
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** Turns a setting on or off where it is set, else for the user. */
export async function toggle(id: Toggle, on: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const isOfWorkspace = configuration.inspect(id)?.workspaceValue !== undefined;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  await configuration.update(id, on, isOfWorkspace ? Workspace : Global);
}

function readOptions(): TreeOptions {
  const configuration = vscode.workspace.getConfiguration();
  const separators: unknown = configuration.get(settingIds.treeSeparators);
  return {
    slash: Array.isArray(separators) && separators.includes('/'),
    flat: configuration.get(settingIds.treeFlat, defaultOptions.flat),
    compact: configuration.get(settingIds.treeCompact, defaultOptions.compact),
    showDeleted: configuration.get(settingIds.treeShowDeleted, defaultOptions.showDeleted),
  };
}
