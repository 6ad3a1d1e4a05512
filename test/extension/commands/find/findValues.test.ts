import { beforeEach, describe, expect, it, vi } from 'vitest';
import { window, type LogOutputChannel } from 'vscode';
import { ValueFinder, type Search } from '../../../../src/extension/commands/find/findValues';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { FindResults } from '../../../../src/views/find/findResults';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';

let connection: FakeKvConnection;
let results: FindResults;
let finder: ValueFinder;
/** What happened to the view, in order. */
let seen: string[];

beforeEach(() => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  connection.foreignPut('B', 'a', 'one');
  connection.foreignPut('B', 'b', 'two');
  results = new FindResults();
  seen = [];
  results.onDidChange(() => !results.isEmpty && seen.push('rows'));
  finder = new ValueFinder({
    results,
    textOf: (value) => Buffer.from(value).toString(),
    ready: () => Promise.resolve(),
    tell: (message) => message !== undefined && seen.push(message),
    setOpen: (isOpen) => seen.push(isOpen ? 'open' : 'closed'),
    show: () => {
      seen.push('focus');
      return Promise.resolve();
    },
    log: { error: () => undefined } as unknown as LogOutputChannel,
  });
  results.onDidChange(() => finder.resultsChanged());
});

function search(text: string): Search {
  const session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  return {
    query: { kind: 'text', text, matchCase: false },
    scope: { name: 'B', places: [{ session, bucket: 'B' }] },
  };
}

describe('Find in Values', () => {
  it('gives the view the focus when the search begins, and never with what is found later', async () => {
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    vi.spyOn(window, 'withProgress').mockImplementationOnce((async (_: unknown, task: never) => {
      await held;
      return (task as (...args: unknown[]) => unknown)(
        { report: () => undefined },
        { onCancellationRequested: () => undefined },
      );
    }) as never);

    const finding = finder.find(search('one'));
    await eventually(() => expect(seen).toContain('focus'));
    const before = seen.length;
    go();
    await finding;

    expect(seen.slice(before)).toContain('rows');
    expect(seen.filter((each) => each === 'focus')).toHaveLength(1);
    expect(seen.indexOf('open')).toBeLessThan(seen.indexOf('focus'));
    expect(seen.indexOf('focus')).toBeLessThan(seen.indexOf('rows'));
  });

  it('says in the view that nothing matches, which stays there with the focus', async () => {
    await finder.find(search('nothing like it'));
    expect(seen.at(-1)).toMatch(/^No value of B matches .*: 2 searched\.$/);
    expect(seen).not.toContain('closed');
  });

  it('has the view go with its last row, and by Clear', async () => {
    await finder.find(search('one'));
    results.clear();
    expect(seen.at(-1)).toBe('closed');
    await finder.find(search('nothing like it'));
    finder.clear();
    expect(seen.at(-1)).toBe('closed');
  });
});
