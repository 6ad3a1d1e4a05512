import { afterEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { askText, type TextStep } from '../../../src/extension/commands/quickSteps';
import { EscapeBack } from '../../../src/extension/commands/escapeBack';
import { eventually } from '../../support/poll';

const place = { title: 'Add', step: 1, totalSteps: 0 };

/** An input box that a test types into. */
function openBox(step: TextStep, escape?: EscapeBack) {
  const changed = new vscode.EventEmitter<string>();
  const accepted = new vscode.EventEmitter<void>();
  const never = new vscode.EventEmitter<never>().event;
  const box = {
    ...{ value: '', busy: false, validationMessage: undefined as unknown },
    ...{ onDidChangeValue: changed.event, onDidAccept: accepted.event },
    ...{ onDidTriggerButton: never, onDidHide: never },
    show: () => undefined,
    dispose: () => undefined,
  };
  Object.assign(vscode.window, { createInputBox: () => box });
  return {
    box,
    answer: askText({ ...place, ...(escape && { escape }) }, step),
    type: (text: string) => {
      box.value = text;
      changed.fire(text);
    },
    enter: () => accepted.fire(),
  };
}

describe('askText', () => {
  afterEach(() => vi.restoreAllMocks());

  it('tells what speaks against a text when it is accepted, and takes it the second time', async () => {
    const doubt = vi.fn(() => Promise.resolve<string | undefined>('a:1 refused the connection.'));
    const { box, answer, type, enter } = openBox({ prompt: 'URL', doubt });
    type('nats://a:1');
    enter();
    await eventually(() =>
      expect(box.validationMessage).toMatchObject({
        message: 'a:1 refused the connection. Press Enter again to go on all the same.',
      }),
    );

    enter();

    expect(await answer).toEqual({ value: 'nats://a:1' });
    expect(doubt).toHaveBeenCalledTimes(1);
  });

  it('looks at a text anew that was changed', async () => {
    const doubt = vi.fn((text: string) =>
      Promise.resolve(text === 'nats://a' ? 'a refused the connection.' : undefined),
    );
    const { box, answer, type, enter } = openBox({ prompt: 'URL', doubt });
    type('nats://a');
    enter();
    await eventually(() => expect(box.validationMessage).toBeDefined());

    type('nats://b');
    expect(box.validationMessage).toBeUndefined();
    enter();

    expect(await answer).toEqual({ value: 'nats://b' });
    expect(doubt.mock.calls).toEqual([['nats://a'], ['nats://b']]);
  });

  it('looks up what is worth knowing once the typing rests, for the last text only', async () => {
    vi.useFakeTimers();
    const hint = vi.fn((text: string) => Promise.resolve(`${text} is taken.`));
    const { box, answer, type, enter } = openBox({ prompt: 'Key', hint });
    ['a', 'ab', 'abc'].forEach(type);
    expect(hint).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(hint.mock.calls).toEqual([['abc']]);
    expect(box.validationMessage).toMatchObject({ message: 'abc is taken.' });

    enter();
    expect(await answer).toEqual({ value: 'abc' });
    vi.useRealTimers();
  });

  it('goes back by Escape where a box leads back, and lets go of the key when it ends', async () => {
    const set = vi.spyOn(vscode.commands, 'executeCommand').mockResolvedValue(undefined);
    const escape = new EscapeBack();
    const { answer } = openBox({ prompt: 'History' }, escape);
    expect(set).toHaveBeenLastCalledWith('setContext', 'natsKv.escapeGoesBack', true);

    escape.press();

    expect(await answer).toBe('back');
    expect(set).toHaveBeenLastCalledWith('setContext', 'natsKv.escapeGoesBack', false);
    set.mockClear();
    escape.press();
    expect(set).not.toHaveBeenCalled();
  });

  it('does not tell of a text that has gone from the box', async () => {
    let tell: (message: string) => void = () => undefined;
    const doubt = (): Promise<string> => new Promise((resolve) => (tell = resolve));
    const { box, type, enter } = openBox({ prompt: 'URL', doubt });
    type('nats://a');
    enter();
    await eventually(() => expect(box.busy).toBe(true));

    type('nats://ab');
    tell('a refused the connection.');

    await eventually(() => expect(box.busy).toBe(false));
    expect(box.validationMessage).toBeUndefined();
  });
});
