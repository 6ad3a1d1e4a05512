import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CellEdits } from '../../../media/table/cellEdits';
import type { PressedKey } from '../../../media/table/cellWork';
import { GridKeys } from '../../../media/table/gridKeys';
import { GridModel } from '../../../media/table/gridModel';
import type { RowView, TablePageMessage } from '../../../src/views/table/tableProtocol';

let model: GridModel;
let edits: CellEdits;
let keys: GridKeys;
let sent: TablePageMessage[];

beforeEach(() => {
  model = new GridModel();
  model.columns = [
    { id: 'key', type: 'text', width: 100 },
    { id: 'value.n', type: 'number', width: 100 },
  ];
  const rows = [0, 1, 2].map(rowAt);
  const columns = model.columns.map(({ id }) => id);
  const all = { version: 1, created: 5, count: 3, active: undefined };
  model.take({ kind: 'rows', rows, columns, ...all }, 0);
  model.choose({ row: 0, column: 1 });
  sent = [];
  const send = (message: TablePageMessage) => void sent.push(message);
  const onChange = () => undefined;
  edits = new CellEdits({
    ...{ model, send, onChange },
    chosen: () => ({ version: 1, first: 0, last: 1, columns: ['value.n'] }),
  });
  keys = new GridKeys({
    ...{ model, edits, send, layout: { handle: () => false }, page: () => 10 },
    choose: (place, isExtending) => model.choose(place, isExtending),
    ...{ chosen: onChange, copy: onChange, sort: onChange, change: onChange },
    ...{ removeColumn: onChange, look: onChange, leave: () => false },
  });
});

function rowAt(at: number): RowView {
  const cells = [
    { text: `k${at}`, isEditable: false },
    { text: `${at}0`, isEditable: true },
  ];
  return { at, key: `k${at}`, revision: at + 1, isGone: false, isLoading: false, cells };
}

/** Presses keys where the grid has the cursor; tells of each whether it was taken. */
function press(...names: string[]): boolean[] {
  return names.map((key) => keys.handle(pressed(key)));
}

function pressed(key: string): PressedKey {
  const nothing = () => undefined;
  return {
    ...{ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false },
    ...{ isComposing: false, preventDefault: nothing, stopPropagation: nothing },
  };
}

/** What the cell at the active place shows in its input; undefined for none. */
function typed(key = 'k0'): string | undefined {
  return edits.partsOf(key, 'value.n').editing;
}

/** Has the page rendered: the input is there, and gets the cursor. */
function render() {
  const input = { value: typed() ?? '', focus: vi.fn(), setSelectionRange: vi.fn() };
  edits.focus(() => input);
  return input;
}

describe('what is typed into a cell before its input has the cursor', () => {
  it('is all there, in its order, with the cursor behind it', () => {
    expect(press('1', '2', '.', '5')).toEqual([true, true, true, true]);
    expect(typed()).toBe('12.5');
    const input = render();
    expect(input.focus).toHaveBeenCalledOnce();
    expect(input.setSelectionRange).toHaveBeenCalledWith(4, 4);
  });

  it('is saved whole by an Enter that comes as early', () => {
    press('1', '2', 'Enter');
    expect(sent).toEqual([
      {
        ...{ kind: 'edit', key: 'k0', revision: 1, created: 5 },
        ...{ column: 'value.n', typed: '12' },
      },
    ]);
    expect(typed()).toBeUndefined();
    expect(model.active).toEqual({ row: 1, column: 1 });
    // The next number goes into the next cell.
    press('3', '4', 'Enter');
    expect(sent.slice(1)).toMatchObject([{ key: 'k1', typed: '34' }]);
  });

  it('is corrected, and given up, as in the input itself', () => {
    press('1', '3', 'Backspace', '2');
    expect(typed()).toBe('12');
    press('Escape');
    expect(typed()).toBeUndefined();
    expect([edits.isBusy, sent]).toEqual([false, []]);
  });

  it('moves nothing and chooses nothing else meanwhile', () => {
    press('F2', '5', 'ArrowDown', 'Delete', ' ');
    expect(typed()).toBe('005 ');
    expect(model.active).toEqual({ row: 0, column: 1 });
  });

  it('goes into all rows that are chosen', () => {
    model.choose({ row: 1, column: 1 }, true);
    press('1', '2', 'Enter');
    expect(sent).toMatchObject([
      { kind: 'change', change: { does: 'set', typed: '12' }, first: 0, last: 1 },
    ]);
  });

  it('is the business of the input once that has the cursor', () => {
    press('1');
    render();
    edits.partsOf('k0', 'value.n').onInput('12');
    expect(edits.takeEarly(pressed('3'))).toBe(false);
    expect(typed()).toBe('12');
  });
});
