import type * as vscode from 'vscode';

/** How often a change is made again that VS Code has lost. */
const mostTries = 5;

/**
 * Stores in VS Code's global state what `change` makes of a list there. VS Code tells each window of what is stored,
 * the one that stored it too, and that takes it for all of its state: what was put there between is lost (1.139). So
 * a change is looked for afterwards, and made again on what is there then. False where it was lost each time.
 */
export async function updateState<T>(
  state: vscode.Memento,
  key: string,
  change: (before: readonly T[]) => readonly T[],
): Promise<boolean> {
  for (let tries = 0; tries < mostTries; tries++) {
    const wanted = change(state.get<readonly T[]>(key, []));
    await state.update(key, wanted);
    if (JSON.stringify(state.get(key)) === JSON.stringify(wanted)) {
      return true;
    }
  }
  return false;
}
