import { beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/kv/base/event';
import type { TreeNode } from '../../../../src/views/buckets/rows/nodes';
import { revealRow, type RevealingView } from '../../../../src/views/buckets/rows/revealRow';

const node = { kind: 'message', id: 'wanted', label: '', icon: 'info' } as const;
const other = { ...node, id: 'other' };

let read: Emitter<void>;
let selected: Emitter<void>;
let selection: TreeNode[];
let attempts: number;
let visible: boolean;
/** What VS Code does with each request in turn; the last one for all that follow. */
let answers: (() => Promise<void>)[];

beforeEach(() => {
  read = new Emitter();
  selected = new Emitter();
  selection = [];
  attempts = 0;
  visible = true;
});

const refuse = (): Promise<void> =>
  Promise.reject(new Error('Cannot resolve tree item for element wanted'));

const take = (): Promise<void> => {
  selection = [node];
  return Promise.resolve();
};

function reveal(): Promise<boolean> {
  const view = {
    get selection() {
      return selection;
    },
    get visible() {
      return visible;
    },
    onDidChangeSelection: selected.event,
    reveal: () => {
      const answer = answers[Math.min(attempts++, answers.length - 1)];
      return answer?.() ?? Promise.resolve();
    },
  } as unknown as RevealingView;
  return revealRow(view, node, read.event);
}

describe('revealing a row', () => {
  it('asks again after the next reading when VS Code does not know the row yet', async () => {
    answers = [refuse, take];
    const revealed = reveal();
    read.fire();

    expect(await revealed).toBe(true);
    expect(attempts).toBe(2);
  });

  it('gives up without an error when the row never comes up', async () => {
    answers = [refuse];
    const revealed = reveal();
    const reading = setInterval(() => read.fire());

    expect(await revealed).toBe(false);
    clearInterval(reading);
  });

  it('asks again when the request was dropped', async () => {
    answers = [() => Promise.resolve(), take];
    const revealed = reveal();
    read.fire();

    expect(await revealed).toBe(true);
  });

  it('waits for VS Code to tell of the selection', async () => {
    answers = [
      () => {
        queueMicrotask(() => {
          selection = [node];
          selected.fire();
        });
        return Promise.resolve();
      },
    ];

    expect(await reveal()).toBe(true);
    expect(attempts).toBe(1);
  });

  it('leaves the user alone who selected another row meanwhile', async () => {
    answers = [refuse, take];
    const revealed = reveal();
    selection = [other];
    selected.fire();

    expect(await revealed).toBe(false);
    expect(attempts).toBe(1);
  });

  it('does not bring back a view that was left', async () => {
    answers = [refuse, take];
    const revealed = reveal();
    visible = false;
    read.fire();

    expect(await revealed).toBe(false);
    expect(attempts).toBe(1);
  });
});
