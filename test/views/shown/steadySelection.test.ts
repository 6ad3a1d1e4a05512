import { EventEmitter, type TreeView } from 'vscode';
import { describe, expect, it } from 'vitest';
import { withSteadySelection } from '../../../src/views/shown/steadySelection';

/** A view as VS Code makes it: what is selected is told as far as its rows have been read. */
function setUp() {
  const changed = new EventEmitter<{ selection: readonly string[] }>();
  const view = {
    selection: [] as readonly string[],
    title: 'Buckets',
    onDidChangeSelection: changed.event,
    reveal: (row: string) => Promise.resolve(view.title + row),
  };
  const select = (...selection: string[]) => {
    view.selection = selection;
    changed.fire({ selection });
  };
  return { view, select, steady: withSteadySelection(view as unknown as TreeView<string>) };
}

describe('the selection of a tree', () => {
  it('stays while the rows above it are read again', () => {
    const { view, select, steady } = setUp();
    select('a', 'b');
    view.selection = [];
    expect(steady.selection).toEqual(['a', 'b']);
    view.selection = ['a'];
    expect(steady.selection).toEqual(['a', 'b']);
  });

  it('is none once VS Code says so', () => {
    const { select, steady } = setUp();
    select('a');
    select();
    expect(steady.selection).toEqual([]);
  });

  it('has the rows that were not known yet when it was told', () => {
    const { view, select, steady } = setUp();
    select('a');
    view.selection = ['a', 'b'];
    expect(steady.selection).toEqual(['a', 'b']);
  });

  it('belongs to a view that is used as before', async () => {
    const { view, steady } = setUp();
    steady.title = 'Keys ';
    expect([view.title, await steady.reveal('a')]).toEqual(['Keys ', 'Keys a']);
  });
});
