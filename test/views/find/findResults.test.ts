import { beforeEach, describe, expect, it } from 'vitest';
import { DataTransfer, type TreeItem } from 'vscode';
import { DragFound } from '../../../src/extension/commands/find/dragFound';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { describeMatches } from '../../../src/kv/find/valueMatch';
import type { FoundValue } from '../../../src/kv/find/valueSearch';
import type { FindNode } from '../../../src/views/find/findNodes';
import { FindResults } from '../../../src/views/find/findResults';
import { FindResultsView } from '../../../src/views/find/findResultsView';

let results: FindResults;
let view: FindResultsView;
let changes: number;

const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
const session = new ConnectionSession(config, () => Promise.reject(new Error('not needed')));

beforeEach(() => {
  results = new FindResults();
  view = new FindResultsView(results, new DragFound(results));
  changes = 0;
  results.onDidChange(() => changes++);
});

/** A value in which each `x` is a match. */
function found(bucket: string, key: string, text: string): FoundValue {
  const spans = [...text.matchAll(/x/g)].map(({ index }) => ({ start: index, end: index + 1 }));
  return { session, bucket, key, revision: 1, matches: describeMatches(text, spans) };
}

function tree(node?: FindNode): unknown[] {
  return view.getChildren(node).map((child) => {
    const { label } = view.getTreeItem(child);
    const below = tree(child);
    const text = typeof label === 'string' ? label : label?.label;
    return below.length === 0 ? text : [text, ...below];
  });
}

function item(...path: number[]): TreeItem {
  return view.getTreeItem(row(...path));
}

function row(...path: number[]): FindNode {
  let node: FindNode | undefined;
  for (const at of path) {
    node = view.getChildren(node)[at];
  }
  if (!node) {
    throw new Error(`there is no row ${path.join('.')}`);
  }
  return node;
}

describe('Find Results', () => {
  beforeEach(() => {
    results.add([found('B', 'a', 'x\n  y x'), found('B', 'b', 'x')]);
    results.add([found('C', 'c', 'wx')]);
  });

  it('says above the rows how many matches are left of those that were found', () => {
    view.tell('"x" in B: 4 matches in 3 keys');
    expect(view.view.message).toBe('"x" in B: 4 matches in 3 keys');

    results.replaced([{ session, bucket: 'B', key: 'a' }]);
    expect(view.view.message).toBe('"x" in B: 4 matches in 3 keys · 2 left');
    view.tell(undefined);
    expect(view.view.message).toBeUndefined();
  });

  it('are dragged as their keys, each once, and those of a bucket together', async () => {
    const dragged = async (...rows: FindNode[]) => {
      const transfer = new DataTransfer();
      new DragFound(results).handleDrag(rows, transfer);
      const [uris, names] = [transfer.get('text/uri-list'), transfer.get('text/plain')];
      return [await uris?.asString(), await names?.asString()];
    };
    const [a, b] = ['natskv://local/B/a', 'natskv://local/B/b'];

    expect(await dragged(row(0))).toEqual([`${a}\r\n${b}`, 'a\nb']);
    expect(await dragged(row(0, 0), row(0, 0, 1))).toEqual([a, 'a']);
    expect(await dragged()).toEqual([undefined, undefined]);
  });

  it('stand by bucket, key and match', () => {
    expect(tree()).toEqual([
      ['B', ['a', 'x', 'y x'], ['b', 'x']],
      ['C', ['c', 'wx']],
    ]);
    expect([results.matchCount, results.keyCount, changes]).toEqual([4, 3, 2]);
  });

  it('mark the match in its line, and open it', () => {
    const { label, command } = item(0, 0, 1);
    expect(label).toEqual({ label: 'y x', highlights: [[2, 3]] });
    expect(command).toMatchObject({ command: 'natsKv.find.open', arguments: [row(0, 0, 1)] });
  });

  it('say what they are to screen readers, each with an id of its own', () => {
    const rows = [item(0), item(0, 0), item(0, 0, 0), item(0, 0, 1)];
    expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
    expect(rows.map(({ accessibilityInformation }) => accessibilityInformation?.label)).toEqual([
      'B, bucket, local · 2 keys',
      'a, 2 matches',
      'x, line 1 of a',
      'y x, line 2 of a',
    ]);
    expect(view.getParent(row(0, 0, 1))).toBe(row(0, 0));
    expect(view.getParent(row(0, 0))).toBe(row(0));
  });

  it('go away row by row, and with the last one all that is above', () => {
    results.dismiss(row(0, 0, 0));
    expect(tree()).toEqual([
      ['B', ['a', 'y x'], ['b', 'x']],
      ['C', ['c', 'wx']],
    ]);
    results.dismiss(row(0, 0, 0));
    results.dismiss(row(1, 0));
    expect(tree()).toEqual([['B', ['b', 'x']]]);
    results.dismiss(row(0));
    expect([results.isEmpty, results.matchCount, results.keyCount]).toEqual([true, 0, 0]);
  });

  it('are copied as text, a match a line, each once', () => {
    expect(results.text()).toBe('B/a:1: x\nB/a:2: y x\nB/b:1: x\nC/c:1: wx');
    expect(results.text([row(0, 0), row(0, 0, 0)])).toBe('B/a:1: x\nB/a:2: y x');
  });

  it('are all gone when cleared', () => {
    results.clear();
    expect(tree()).toEqual([]);
  });
});
