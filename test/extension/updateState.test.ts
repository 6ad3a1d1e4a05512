import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { updateState } from '../../src/extension/updateState';

/** VS Code's global state, which loses as many changes as is said, to what another window has stored just then. */
function stateThatLoses(count: number) {
  let left = count;
  let names: readonly string[] = [];
  const state = {
    get: (_: string, otherwise: unknown) => (names.length > 0 ? names : otherwise),
    update: (_: string, value: readonly string[]) => {
      names = left-- > 0 ? [...names, `other ${left}`] : value;
      return Promise.resolve();
    },
  } as unknown as vscode.Memento;
  return { state, names: () => names };
}

const withMine = (before: readonly string[]): readonly string[] => [...before, 'mine'];

describe('a change of the global state', () => {
  it('is made once where it is kept', async () => {
    const { state, names } = stateThatLoses(0);
    await updateState(state, 'key', withMine);
    expect(names()).toEqual(['mine']);
  });

  it('is made again on what is there by then where VS Code has lost it', async () => {
    const { state, names } = stateThatLoses(2);
    await updateState(state, 'key', withMine);
    expect(names()).toEqual(['other 1', 'other 0', 'mine']);
  });

  it('is given up where VS Code keeps nothing', async () => {
    const { state, names } = stateThatLoses(Infinity);
    await updateState(state, 'key', withMine);
    expect(names()).not.toContain('mine');
  });
});
