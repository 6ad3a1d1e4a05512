import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { HostBench } from './hostBench';

describe('a key in an editor', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
  });

  after(() => bench.stop());

  afterEach(async () => {
    // What a failed save left dirty must not stop the next test from closing it.
    for (const document of vscode.workspace.textDocuments.filter((each) => each.isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('opens as JSON by its content, whatever its name looks like', async () => {
    await bench.put('orders.eu.py', '{"Id":1}');

    await bench.open('orders.eu.py');

    await eventually(() => assert.equal(bench.document('orders.eu.py').languageId, 'json'));
  });

  it('takes another language when the value becomes something else, unless one was chosen', async () => {
    await bench.put('language', '{"Id":1}');
    await bench.open('language');
    await eventually(() => assert.equal(bench.document('language').languageId, 'json'));
    await bench.put('language', 'plain');
    await eventually(() => assert.equal(bench.document('language').languageId, 'plaintext'));

    await vscode.languages.setTextDocumentLanguage(bench.document('language'), 'markdown');
    await bench.put('language', '[1]');
    await bench.shows('language', '[\n  1\n]');

    assert.equal(bench.document('language').languageId, 'markdown');
  });

  it('opens with one request and saves with one', async () => {
    await bench.put('warm', 'x');
    await bench.open('warm');
    // The bucket is watched and known by now, as it is when the tree shows it.
    await eventually(() => assert.ok(bench.proxy.published.some((each) => /CONSUMER/.test(each))));
    await bench.type('warm', 'y');
    assert.ok(await bench.document('warm').save());

    let key = '';
    for (const round of [1, 2, 3, 4, 5]) {
      key = `counted.${round}`;
      await bench.put(key, '{"Id":1}');
      bench.proxy.reset();
      const begun = performance.now();
      await bench.open(key);
      await eventually(() => assert.equal(bench.document(key).languageId, 'json'));
      // What was read is shared for a second, in which a slow machine may not come to the end of it.
      if (performance.now() - begun < 1_000 || round === 5) {
        assert.deepEqual(bench.proxy.published, [`$JS.API.DIRECT.GET.KV_B.$KV.B.${key}`]);
        break;
      }
    }

    bench.proxy.reset();
    await bench.type(key, '{"Id":2}');
    assert.ok(await bench.document(key).save());
    assert.deepEqual(bench.proxy.published, [`$KV.B.${key}`]);
    assert.equal((await bench.read(key)).value, '{"Id":2}');
  });

  it('saves at the next revision', async () => {
    const revision = await bench.put('order-1', '{"Id":1}');
    await bench.open('order-1');

    await bench.type('order-1', '{"Id":2}');
    assert.ok(await bench.document('order-1').save());

    assert.deepEqual(await bench.read('order-1'), { value: '{"Id":2}', revision: revision + 1 });
  });

  it('follows another client while it is clean', async () => {
    await bench.put('followed', '1');
    await bench.open('followed');

    await bench.put('followed', '2');
    await bench.shows('followed', '2');
    await bench.put('followed', '{"a":"longer"}');

    await bench.shows('followed', '{\n  "a": "longer"\n}');
    assert.equal(bench.document('followed').isDirty, false);
  });

  for (const [what, theirs] of [
    ['of the same size', '2'],
    ['of another size', '{"longer":true}'],
  ] as const) {
    it(`refuses to save over a change ${what} and keeps the text`, async () => {
      await bench.put('conflict', '1');
      await bench.open('conflict');
      await bench.type('conflict', '9');
      const revision = await bench.put('conflict', theirs);

      assert.equal(await bench.document('conflict').save(), false);

      assert.equal(bench.document('conflict').getText(), '9');
      assert.ok(bench.document('conflict').isDirty);
      assert.deepEqual(await bench.read('conflict'), { value: theirs, revision });
    });
  }

  it('saves from the server value after a revert', async () => {
    await bench.put('reverted', '1');
    await bench.open('reverted');
    await bench.type('reverted', 'mine');
    await bench.put('reverted', '2');
    assert.equal(await bench.document('reverted').save(), false);

    await bench.open('reverted');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await bench.shows('reverted', '2');
    await bench.type('reverted', '3');

    assert.ok(await bench.document('reverted').save());
    assert.equal((await bench.read('reverted')).value, '3');
  });

  it('writes nothing when the server has the text already', async () => {
    await bench.put('same', '1');
    await bench.open('same');
    await bench.type('same', '2');
    const revision = await bench.put('same', '2');

    // Known by the watch or found out by the refused write: the second save at the latest ends it.
    await eventually(async () => assert.ok(await bench.document('same').save()));

    assert.equal((await bench.read('same')).revision, revision);
    assert.equal(bench.document('same').isDirty, false);
  });

  it('is shown as deleted and is not created again unasked', async () => {
    await bench.put('gone', '1');
    await bench.open('gone');
    await bench.type('gone', 'mine');
    await bench.bucket.delete('gone');

    // Dialogs of a host under test are answered with Cancel.
    assert.equal(
      await bench
        .document('gone')
        .save()
        .then(undefined, () => false),
      false,
    );

    assert.equal((await bench.bucket.get('gone'))?.operation, 'DEL');
    assert.equal(bench.document('gone').getText(), 'mine');
  });

  it('keeps the text of a save while the server is away and saves it afterwards', async () => {
    await bench.put('away', '1');
    await bench.open('away');
    await bench.type('away', '2');
    await bench.server.kill9();

    assert.equal(
      await bench
        .document('away')
        .save()
        .then(undefined, () => false),
      false,
    );
    assert.ok(bench.document('away').isDirty);
    assert.equal(bench.document('away').getText(), '2');

    await bench.server.restart();
    await eventually(async () => assert.ok(await bench.document('away').save()));
    assert.equal((await bench.read('away')).value, '2');
  });

  it('goes on following after the server was killed and started again', async () => {
    await bench.put('resumed', '1');
    await bench.open('resumed');
    await bench.server.kill9();
    await bench.server.restart();

    await eventually(() => bench.put('resumed', '2'));

    await eventually(() => assert.equal(bench.document('resumed').getText(), '2'));
  });

  it('opens every key that the server can store', async () => {
    for (const key of ['a/b', '/', 'x=y', 'UPPER', 'upper']) {
      await bench.put(key, key);
      const uri = bench.uri(key.replaceAll('/', '%2F'));
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.getText(), key);
    }
  });

  it('never shows a failed read as an empty document', async () => {
    await assert.rejects(async () => vscode.workspace.openTextDocument(bench.uri('nowhere')));
    await bench.put('unreachable', 'x');
    await bench.server.kill9();
    await assert.rejects(async () => vscode.workspace.openTextDocument(bench.uri('unreachable')));
    await bench.server.restart();
    await eventually(() => bench.open('unreachable'));
  });

  it('opens a binary value read-only and byte for byte', async () => {
    const bytes = new Uint8Array([0, 255, 1, 254]);
    await bench.put('binary', bytes);

    const stat = await vscode.workspace.fs.stat(bench.uri('binary'));

    assert.equal(stat.permissions, vscode.FilePermission.Readonly);
    assert.deepEqual(
      new Uint8Array(await vscode.workspace.fs.readFile(bench.uri('binary'))),
      bytes,
    );
  });

  it('lets a writer without an editor replace only what it has read', async () => {
    await bench.put('raw', '1');
    const uri = bench.uri('raw');
    await vscode.workspace.fs.readFile(uri);
    const revision = await bench.put('raw', '2');

    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, new Uint8Array([57])));

    assert.deepEqual(await bench.read('raw'), { value: '2', revision });
  });

  it('does not let auto save write unless the setting allows it', async () => {
    const settings = vscode.workspace.getConfiguration();
    const user = vscode.ConfigurationTarget.Global;
    await bench.put('auto', '1');
    await bench.open('auto');
    await settings.update('files.autoSaveDelay', 50, user);
    await settings.update('files.autoSave', 'afterDelay', user);
    try {
      await bench.type('auto', '2');
      const saved: string[] = [];
      const listener = onWillSaveKey((path) => saved.push(path));
      await bench.type('auto', '22');
      await eventually(() => assert.deepEqual(saved.slice(0, 1), ['/B/auto']));
      // What was typed before the refusal had come may have been tried too.
      const tries = await whenQuiet(() => saved.length);
      // Refused: what is typed from then on waits for the user. Another editor's turn shows it.
      await bench.type('auto', '222');
      await settings.update('natsKv.editor.autoSave', true, user);
      await bench.put('later', '1');
      await bench.open('later');
      await bench.type('later', '2');
      await eventually(async () => assert.equal((await bench.read('later')).value, '2'));
      listener.dispose();
      assert.deepEqual(saved.slice(tries), ['/B/later']);
      assert.equal((await bench.read('auto')).value, '1');
      await bench.open('auto');

      // An editor in error waits for the user; the Save command ends that.
      assert.ok(await bench.document('auto').save());
      await bench.type('auto', '3');
      await eventually(async () => assert.equal((await bench.read('auto')).value, '3'));
    } finally {
      await settings.update('natsKv.editor.autoSave', undefined, user);
      await settings.update('files.autoSave', 'off', user);
      await settings.update('files.autoSaveDelay', undefined, user);
    }
  });

  it('is not even tried by auto save where that keeps to the files of the workspace', async () => {
    const settings = vscode.workspace.getConfiguration();
    const user = vscode.ConfigurationTarget.Global;
    const saved: string[] = [];
    const listener = onWillSaveKey((path) => saved.push(path));
    await bench.put('untried', '1');
    await bench.open('untried');
    await bench.put('beside', '1');
    await settings.update('files.autoSaveWorkspaceFilesOnly', true, user);
    await settings.update('files.autoSave', 'onFocusChange', user);
    try {
      await bench.type('untried', '2');
      await bench.open('beside');
      await bench.open('untried');
      assert.deepEqual(saved, []);
      await settings.update('files.autoSaveWorkspaceFilesOnly', undefined, user);
      await bench.open('beside');
      await eventually(() => assert.deepEqual(saved, ['/B/untried']));
      assert.equal((await bench.read('untried')).value, '1');
      // The Save command would join the refused save while that is still ending.
      await eventually(async () => assert.ok(await bench.document('untried').save()));
    } finally {
      listener.dispose();
      await settings.update('files.autoSaveWorkspaceFilesOnly', undefined, user);
      await settings.update('files.autoSave', 'off', user);
    }
  });
});

/** A number once it has stayed the same for ten times as long as auto save waits. */
async function whenQuiet(number: () => number): Promise<number> {
  let last = NaN;
  await eventually(
    () => {
      const before = last;
      last = number();
      return last === before;
    },
    { intervalMs: 500 },
  );
  return last;
}

function onWillSaveKey(tell: (path: string) => void): vscode.Disposable {
  return vscode.workspace.onWillSaveTextDocument(({ document }) => {
    if (document.uri.scheme === 'natskv') {
      tell(document.uri.path);
    }
  });
}
