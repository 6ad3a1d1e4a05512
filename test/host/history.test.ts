import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';

/** The History view of the active editor's key, worked by the keyboard, against a real server. */
describe('the history of a key', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
  });

  after(async () => {
    await bench.stop();
  });

  const run = (command: string) => vscode.commands.executeCommand(command);

  function revision(key: string, number: number): vscode.Uri {
    const path = `/B/${key}@r${number}`;
    return vscode.Uri.from({ scheme: 'natskv-revision', authority: 'bench', path });
  }

  /** The two sides of the comparison in view, or the one document. */
  function sides(): string[] {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (input instanceof vscode.TabInputTextDiff) {
      return [input.original.toString(true), input.modified.toString(true)];
    }
    return input instanceof vscode.TabInputText ? [input.uri.toString(true)] : [];
  }

  function showsSides(expected: readonly vscode.Uri[]): Promise<void> {
    return eventually(() => assert.deepEqual(sides(), expected.map(plain)));
  }

  /** Selects a row, which compares it with the one before, until the expected sides are in view. */
  async function select(key: string, row: number, revisions: readonly number[]): Promise<void> {
    const expected = revisions.map((number) => revision(key, number));
    await eventually(async () => {
      // A row of another key that was still in view has turned the view back to that key.
      await bench.open(key);
      await run('natsKv.history.focus');
      await run('list.focusFirst');
      for (let at = 0; at < row; at++) {
        await run('list.focusDown');
      }
      await run('list.select');
      const compared = () => assert.deepEqual(sides(), expected.map(plain));
      await eventually(compared, { timeoutMs: 1_500 });
    });
  }

  it('compares a row with the one before it on a click', async () => {
    await bench.put('doc', '{"a":1}');
    await bench.put('other', 'x');
    await bench.put('doc', '{"a":2}');
    await bench.put('doc', '{"a":3}');
    await bench.open('doc');
    await select('doc', 0, [3, 4]);
    await select('doc', 1, [1, 3]);
    await select('doc', 2, [1]);
  });

  it('opens revisions byte by byte, read-only, and none that is gone', async () => {
    const uri = revision('doc', 3);
    const { fs } = vscode.workspace;
    await assert.rejects(Promise.resolve(fs.writeFile(uri, new Uint8Array())));
    const stat = await fs.stat(uri);
    assert.equal(stat.permissions, vscode.FilePermission.Readonly);
    const raw = Uint8Array.from({ length: 256 }, (_, at) => at);
    const number = await bench.put('binary', raw);
    assert.deepEqual(await fs.readFile(revision('binary', number)), raw);
    await assert.rejects(Promise.resolve(fs.readFile(revision('doc', 99))), {
      code: 'FileNotFound',
    });
  });

  it('shows revisions as the editor of the key does: formatted, in its language', async () => {
    const number = await bench.put('minified', '{"a":1,"b":[]}');
    const document = await vscode.workspace.openTextDocument(revision('minified', number));
    assert.equal(document.getText(), '{\n  "a": 1,\n  "b": []\n}');
    await eventually(() => {
      const name = document.uri.toString();
      const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === name);
      assert.equal(open?.languageId, 'json');
    });
  });

  it('follows what another client writes while it is in view', async () => {
    const number = await bench.put('doc', '{"a":4}');
    await bench.open('doc');
    await select('doc', 0, [4, number]);
  });

  it('compares with the latest, with the working text, and any two', async () => {
    const latest = (await bench.read('doc')).revision;
    await select('doc', 1, [3, 4]);
    await run('natsKv.history.compareWithLatest');
    await showsSides([revision('doc', 4), revision('doc', latest)]);
    await run('natsKv.history.compareWithEditor');
    await showsSides([revision('doc', 4), bench.uri('doc')]);
    await run('natsKv.history.selectForCompare');
    await select('doc', 3, [1]);
    await run('natsKv.history.compareWithSelected');
    await showsSides([revision('doc', 1), revision('doc', 4)]);
  });

  it('compares two selected revisions at once, the older one on the left', async () => {
    await select('doc', 1, [3, 4]);
    await run('list.expandSelectionDown');
    await run('list.expandSelectionDown');
    const three = await answering({}, () => run('natsKv.history.compareSelected'));
    assert.deepEqual(three.messages, ['Select two revisions in the History view first.']);
    await select('doc', 1, [3, 4]);
    await run('list.focusDown');
    await run('list.focusDown');
    await run('list.toggleSelection');
    await eventually(async () => {
      await run('natsKv.history.compareSelected');
      assert.deepEqual(sides(), [revision('doc', 1), revision('doc', 4)].map(plain));
    });
  });

  it('restores an old value over the latest revision', async () => {
    const before = (await bench.read('doc')).revision;
    await select('doc', 3, [1]);
    const shown = await answering({}, () => run('natsKv.history.restore'));
    assert.deepEqual(shown.errors, []);
    assert.deepEqual(await bench.read('doc'), { value: '{"a":1}', revision: before + 1 });
  });

  it('restores nothing over a change that the view does not show yet', async () => {
    await bench.put('race', 'one');
    await bench.put('race', 'two');
    const first = await firstRevision('race');
    await bench.open('race');
    await select('race', 1, [first]);
    // The view is out of sight, so that it does not follow.
    await run('workbench.view.explorer');
    const theirs = await bench.put('race', 'theirs');
    const shown = await answering({}, () => run('natsKv.history.restore'));
    assert.match(
      shown.errors[0] ?? '',
      new RegExp(`^Failed to restore r${first} of race: it changed`),
    );
    assert.deepEqual(await bench.read('race'), { value: 'theirs', revision: theirs });
  });

  it('brings back a deleted key from its history', async () => {
    await bench.put('back', 'alive');
    await bench.bucket.delete('back');
    await bench.put('aside', 'x');
    await bench.open('aside');
    await bench.put('back', 'again');
    await bench.open('back');
    const revisions = await allRevisions('back');
    await bench.bucket.delete('back');
    await select('back', 3, [revisions[0] ?? 0]);
    await answering({}, () => run('natsKv.history.restore'));
    assert.equal((await bench.read('back')).value, 'alive');
  });

  function plain(uri: vscode.Uri): string {
    return uri.toString(true);
  }

  async function allRevisions(key: string): Promise<number[]> {
    const all: number[] = [];
    for await (const entry of await bench.bucket.history({ key })) {
      all.push(entry.revision);
    }
    return all;
  }

  async function firstRevision(key: string): Promise<number> {
    return (await allRevisions(key))[0] ?? 0;
  }
});
