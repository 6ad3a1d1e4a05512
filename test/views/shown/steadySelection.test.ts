import { EventEmitter, type TreeView } from 'vscode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withSteadySelection } from '../../../src/views/shown/steadySelection';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Row {
  readonly id: string;
}
const row = (id: string): Row => ({ id });

/** A view as VS Code makes it: what is selected is told as far as its rows have been read. */
function setUp() {
  const changed = new EventEmitter<{ selection: readonly Row[] }>();
  const refreshed = new EventEmitter<void>();
  const view = {
    selection: [] as readonly Row[],
    title: 'Buckets',
    onDidChangeSelection: changed.event,
    reveal: ({ id }: Row) => Promise.resolve(view.title + id),
  };
  const select = (...ids: string[]) => {
    view.selection = ids.map(row);
    changed.fire({ selection: view.selection });
  };
  /** Rows are to be read again, and VS Code knows only these of the selected ones for now. */
  const refresh = (...ids: string[]) => {
    refreshed.fire();
    view.selection = ids.map(row);
  };
  const steady = withSteadySelection<Row>(
    { onDidChangeTreeData: refreshed.event, isThere: ({ id }) => !id.startsWith('dead') },
    () => view as unknown as TreeView<Row>,
  );
  const selected = () => steady.selection.map(({ id }) => id);
  return { view, select, refresh, steady, selected };
}

describe('the selection of a tree', () => {
  it('stays while the rows above it are read again, however long it has been one', () => {
    const { select, refresh, selected } = setUp();
    select('a', 'b');
    vi.advanceTimersByTime(60_000);
    refresh();
    expect(selected()).toEqual(['a', 'b']);
    refresh('b');
    expect(selected()).toEqual(['a', 'b']);
  });

  it('is none once VS Code says so', () => {
    const { select, selected } = setUp();
    select('a');
    select();
    expect(selected()).toEqual([]);
  });

  it('loses a row that does not come back, of which VS Code says nothing', () => {
    const { select, refresh, selected } = setUp();
    select('a', 'gone');
    for (let at = 0; at < 12; at++) {
      refresh('a');
      vi.advanceTimersByTime(250);
    }
    expect(selected()).toEqual(['a']);
    refresh();
    vi.advanceTimersByTime(2_001);
    expect(selected()).toEqual([]);
  });

  it('has none of what its provider knows to be gone, as in a view that nobody sees', () => {
    const { select, selected } = setUp();
    select('a', 'dead');
    expect(selected()).toEqual(['a']);
  });

  it('has the rows that were not known yet when it was told', () => {
    const { view, select, selected } = setUp();
    select('a');
    view.selection = [row('a'), row('b')];
    expect(selected()).toEqual(['a', 'b']);
  });

  it('belongs to a view that is used as before', async () => {
    const { view, steady } = setUp();
    steady.title = 'Keys ';
    expect([view.title, await steady.reveal(row('a'))]).toEqual(['Keys ', 'Keys a']);
  });
});
