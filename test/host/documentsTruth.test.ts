import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, save } from './keyTabs';
import { restartExtension } from './restartProbe';

const stream = {
  name: 'KV_B',
  subjects: ['$KV.B.>'],
  max_msgs_per_subject: 5,
  allow_rollup_hdrs: true,
  allow_direct: true,
  discard: 'new',
};

/** What an editor shows and what its save replaces, when the bucket itself does not stay what it was. */
describe('the truth in an editor', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
  });

  after(() => bench.stop());

  beforeEach(() => bench.proxy.reset());

  afterEach(closeAll);

  /** Deletes the bucket and makes one of the same name, with values of the test's choice. */
  async function remake(values: Readonly<Record<string, string>>): Promise<void> {
    await bench.api('STREAM.DELETE.KV_B', {});
    // Within milliseconds, this server can bring messages of the old one back.
    await eventually(async () => {
      const { state } = await bench.api('STREAM.CREATE.KV_B', stream);
      if ((state as { readonly last_seq: number }).last_seq > 0) {
        await bench.api('STREAM.DELETE.KV_B', {});
        assert.fail('messages of the old one came back');
      }
    });
    for (const [key, value] of Object.entries(values)) {
      await bench.put(key, value);
    }
  }

  /** Begins to save a text, which the server gets when the proxy is reset. */
  async function beginSave(text: string): Promise<{ readonly done: Thenable<boolean> }> {
    await remake({ k: 'one' });
    await bench.open('k');
    await bench.shows('k', 'one');
    // What a new bucket makes doubtful is asked before the first save.
    await bench.type('k', 'aaa');
    assert.ok(await bench.document('k').save());
    await bench.type('k', text);
    bench.proxy.reset();
    bench.proxy.stall();
    const done = bench.document('k').save();
    await eventually(() => assert.ok(bench.proxy.published.includes('$KV.B.k')));
    return { done };
  }

  /** What stands above the text of a key, if anything. */
  async function lens(key: string): Promise<string | undefined> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      bench.uri(key),
    );
    return lenses[0]?.command?.title;
  }

  async function revert(key: string): Promise<void> {
    await vscode.window.showTextDocument(bench.document(key), { preview: false });
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }

  /** Reverts until that shows what the server has: VS Code passes over a revert while a save runs. */
  async function revertTo(key: string, value: string): Promise<void> {
    await eventually(async () => {
      await revert(key);
      assert.equal(bench.document(key).getText(), value);
    });
  }

  it('keeps a text in conflict that was typed while an earlier one was saved', async () => {
    const saving = await beginSave('two');
    await bench.type('k', 'six');
    bench.proxy.reset();
    await saving.done;
    assert.equal((await bench.read('k')).value, 'two');
    assert.equal(bench.document('k').getText(), 'six');

    // Of the same size: nothing but what is known of the text tells that it is behind.
    await bench.put('k', 'ten');
    await eventually(async () => {
      assert.match((await lens('k')) ?? '', /changed on bench: r3 -> r4/);
    });
    assert.equal(await bench.document('k').save(), false);
    assert.equal((await bench.read('k')).value, 'ten');
    assert.equal(bench.document('k').getText(), 'six');
    await revert('k');
    await bench.shows('k', 'ten');
  });

  it('goes on from what a revert has shown after a save that was not wanted', async () => {
    await bench.put('unwanted', '{"a":1}');
    await bench.open('unwanted');
    await bench.type('unwanted', '{"a":');
    const asked = await answering({ buttons: [undefined] }, () => save(bench.uri('unwanted')));
    assert.equal(asked.messages.length, 1);
    await bench.put('unwanted', '{"a":22}');
    await revert('unwanted');
    await bench.shows('unwanted', '{\n  "a": 22\n}');

    await bench.type('unwanted', '{"a":3}');
    assert.equal(await lens('unwanted'), undefined);
    assert.equal(await save(bench.uri('unwanted')), true);
    assert.equal((await bench.read('unwanted')).value, '{"a":3}');
  });

  it('saves what was typed while an earlier text was saved', async () => {
    const saving = await beginSave('two');
    await bench.type('k', 'three');
    bench.proxy.reset();
    await saving.done;

    assert.equal(await bench.document('k').save(), true);
    assert.deepEqual(await bench.read('k'), { value: 'three', revision: 4 });
    await bench.put('k', 'four');
    await bench.shows('k', 'four');
  });

  it('follows a bucket that is deleted and made again', async () => {
    await remake({ k: 'first' });
    await bench.open('k');
    await bench.shows('k', 'first');

    await remake({ k: 'second' });

    await bench.shows('k', 'second');
    await bench.type('k', 'mine');
    assert.ok(await bench.document('k').save());
    assert.equal((await bench.read('k')).value, 'mine');
  });

  it('does not save over the same revision of a bucket that was made again', async () => {
    await remake({ k: 'first' });
    await bench.open('k');
    await bench.type('k', 'mine');

    await remake({ k: 'second' });

    assert.equal(await bench.document('k').save(), false);
    assert.deepEqual(await bench.read('k'), { value: 'second', revision: 1 });
    assert.equal(bench.document('k').getText(), 'mine');
  });

  it('does not save over what was made while the link was down', async () => {
    await remake({ k: 'first' });
    await bench.open('k');
    await bench.type('k', 'mine');
    bench.proxy.refuse();
    bench.proxy.cut();
    try {
      await remake({ k: 'second' });
    } finally {
      await bench.proxy.accept();
    }

    // Whenever the link is back: the first save that gets through must see it.
    await eventually(async () => {
      assert.equal(await bench.document('k').save(), false);
      assert.equal(bench.document('k').getText(), 'mine');
      const reads = await vscode.workspace.fs.readFile(bench.uri('k').with({ query: 'raw=1' }));
      assert.equal(Buffer.from(reads).toString(), 'second');
    });
    assert.equal(await bench.document('k').save(), false);
    assert.deepEqual(await bench.read('k'), { value: 'second', revision: 1 });
  });

  it('does not save over what a wiped store was given anew', async () => {
    await remake({ k: 'one' });
    await bench.open('k');
    await bench.shows('k', 'one');
    await bench.type('k', 'mine');
    bench.proxy.refuse();
    bench.proxy.cut();
    await bench.wipe(stream);
    await bench.put('k', 'its');
    await bench.proxy.accept();
    await eventually(async () => assert.match((await lens('k')) ?? '', /made again on bench/));
    assert.equal(await save(bench.uri('k')), false);
    assert.equal((await bench.read('k')).value, 'its');
    await revertTo('k', 'its');
  });

  it('shows what was put while it was restarted without a link', async () => {
    await remake({ k: 'one' });
    await bench.open('k');
    await bench.shows('k', 'one');
    bench.proxy.refuse();
    bench.proxy.cut();
    restartExtension();
    await bench.put('k', 'two');
    await bench.proxy.accept();
    await bench.shows('k', 'two');
    await bench.type('k', 'three');
    assert.equal(await save(bench.uri('k')), true);
    assert.equal((await bench.read('k')).value, 'three');
  });

  it('keeps unsaved text over a restart, with what it was made of', async () => {
    await remake({ k: 'one', l: 'one' });
    for (const key of ['k', 'l']) {
      await bench.open(key);
      await bench.shows(key, 'one');
      await bench.type(key, 'mine');
    }
    restartExtension();
    await bench.put('k', 'its');
    assert.equal(bench.document('k').getText(), 'mine');
    assert.equal(await save(bench.uri('k')), false);
    assert.equal((await bench.read('k')).value, 'its');
    await revertTo('k', 'its');
    assert.equal(await save(bench.uri('l')), true);
    assert.equal((await bench.read('l')).value, 'mine');
  });

  it('does not save over the same revision that was made while it was restarted', async () => {
    await remake({ k: 'one' });
    await bench.open('k');
    await bench.shows('k', 'one');
    await bench.type('k', 'mine');
    restartExtension();
    await remake({ k: 'its' });
    assert.equal(await save(bench.uri('k')), false);
    assert.equal((await bench.read('k')).value, 'its');
    await revertTo('k', 'its');
  });

  it('shows what was put when a late follower answers with what was there before', async () => {
    await remake({ k: 'one' });
    const { revision } = await bench.read('k');
    await bench.open('k');
    await bench.shows('k', 'one');
    bench.proxy.lag(revision);
    await bench.put('k', 'two');
    await bench.shows('k', 'two');
    await revert('k');
    await bench.shows('k', 'two');
    await bench.type('k', 'three');
    assert.equal(await save(bench.uri('k')), true);
    assert.equal((await bench.read('k')).value, 'three');
  });

  it('reverts to what the server has', async () => {
    await remake({ k: 'first' });
    await bench.open('k');
    await bench.type('k', 'mine');
    await remake({ k: 'second' });

    await revert('k');

    await bench.shows('k', 'second');
    assert.equal(bench.document('k').isDirty, false);
  });

  it('keeps what another extension wrote after refused saves', async () => {
    await remake({ k: 'first' });
    await bench.open('k');
    await bench.type('k', 'mine');
    await bench.put('k', 'theirs');
    assert.equal(await bench.document('k').save(), false);
    assert.equal(await bench.document('k').save(), false);
    await vscode.workspace.fs.readFile(bench.uri('k'));
    await vscode.workspace.fs.writeFile(bench.uri('k'), Buffer.from('another extension’s'));

    assert.equal(await bench.document('k').save(), false);

    assert.equal((await bench.read('k')).value, 'another extension’s');
    assert.equal(bench.document('k').getText(), 'mine');
  });

  it('shows what another extension has written', async () => {
    await remake({ k: 'first' });
    await bench.open('k');
    await bench.shows('k', 'first');
    await vscode.workspace.fs.writeFile(bench.uri('k'), Buffer.from('second'));

    await bench.shows('k', 'second');
  });

  it('keeps the headers of a value on save', async () => {
    await bench.putWith('B', 'h', 'one', { 'Content-Type': 'text/x', 'X-Own': 'yes' });
    await bench.open('h');
    await bench.type('h', 'two');
    assert.ok(await bench.document('h').save());

    const own = Object.entries(await bench.headers('h')).filter(([name]) => !/^Nats-/.test(name));
    assert.deepEqual(Object.fromEntries(own), { 'Content-Type': 'text/x', 'X-Own': 'yes' });
  });

  it('takes tab and unsaved text along when a key is renamed', async () => {
    await remake({ 'old.name': 'one' });
    await bench.open('old.name');
    await bench.type('old.name', 'unsaved');
    await answering({ texts: ['new.name'] }, () =>
      vscode.commands.executeCommand('natsKv.key.rename'),
    );

    await eventually(() => assert.equal(documentOf(bench.uri('new.name')).getText(), 'unsaved'));
    assert.ok(documentOf(bench.uri('new.name')).isDirty);
    await eventually(() => assert.ok(!isOpen(bench.uri('old.name'))));
    assert.equal((await bench.read('new.name')).value, 'one');
    assert.ok(await save(bench.uri('new.name')));
    assert.equal((await bench.read('new.name')).value, 'unsaved');
  });

  it('keeps a text in conflict when its key is renamed', async () => {
    await remake({ 'old.name': 'one' });
    await bench.open('old.name');
    await bench.shows('old.name', 'one');
    await bench.type('old.name', 'unsaved');
    await bench.put('old.name', 'theirs');
    assert.equal(await save(bench.uri('old.name')), false);
    await answering({ texts: ['new.name'] }, () =>
      vscode.commands.executeCommand('natsKv.key.rename'),
    );

    await eventually(() => assert.equal(documentOf(bench.uri('new.name')).getText(), 'unsaved'));
    assert.equal(await save(bench.uri('new.name')), false);
    assert.equal((await bench.read('new.name')).value, 'theirs');
  });
});

function isOpen(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(
      ({ input }) =>
        input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
    );
}
