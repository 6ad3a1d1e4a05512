import type * as vscode from 'vscode';

/** Where the state of a workspace has what is watched, see LiveMemory. */
export const liveStateKey = 'natsKv.live';

/** Whether anything was watched when the window was closed. */
export function hasKeptWatches(state: vscode.Memento): boolean {
  const { watches } = state.get<{ readonly watches?: unknown }>(liveStateKey) ?? {};
  return Array.isArray(watches) && watches.length > 0;
}
