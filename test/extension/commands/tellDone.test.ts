import { afterEach, describe, expect, it, vi } from 'vitest';
import { window } from 'vscode';
import { tellDone, undoing } from '../../../src/extension/commands/tellDone';
import { eventually } from '../../support/poll';

afterEach(() => vi.restoreAllMocks());

describe('telling that something was done', () => {
  it('says it in one message whose button does what it says', async () => {
    const shown: unknown[][] = [];
    vi.spyOn(window, 'showInformationMessage').mockImplementation(((...args: unknown[]) => {
      shown.push(args);
      return Promise.resolve('Undo');
    }) as never);
    const undo = vi.fn();
    tellDone('Deleted orders.42.', undoing(undo));

    expect(shown).toEqual([['Deleted orders.42.', 'Undo']]);
    await eventually(() => expect(undo).toHaveBeenCalledOnce());
  });

  it('does nothing when the message is closed', async () => {
    const undo = vi.fn();
    const closed = Promise.resolve(undefined);
    vi.spyOn(window, 'showInformationMessage').mockReturnValue(closed);
    tellDone('Deleted orders.42.', undoing(undo));
    await closed;

    expect(undo).not.toHaveBeenCalled();
  });
});
