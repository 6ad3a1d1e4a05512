import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, open, save, type, uriOf } from './keyTabs';

describe('a value in an editor', () => {
  let bench: HostBench;
  const user = vscode.ConfigurationTarget.Global;

  before(async () => {
    bench = await HostBench.start();
  });

  after(() => bench.stop());

  afterEach(closeAll);

  /** The texts beside the document in the merge editor: base, the server's and the user's. */
  function mergedSides(): string[] {
    const order = ['base', 'server', 'yours'];
    const place = ({ uri }: vscode.TextDocument): number =>
      order.indexOf(uri.query.replace(/=.*/, ''));
    return vscode.workspace.textDocuments
      .filter(({ uri, isClosed }) => uri.scheme === 'natskv-merge' && !isClosed)
      .filter((each) => place(each) >= 0)
      .sort((a, b) => place(a) - place(b))
      .map((each) => each.getText());
  }

  /** Gives the open merge a result and saves that, as Complete Merge does. */
  async function saveResult(text: string): Promise<void> {
    const result = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === 'natskv-merge' && uri.query.startsWith('result='),
    );
    assert.ok(result);
    // The merge editor puts in what does not overlap as it opens, in the place of the markers.
    await eventually(() => assert.ok(!result.getText().includes('<<<<<<<')));
    await eventually(async () => assert.ok(await type(result.uri, text)));
    assert.ok(await result.save());
  }

  it('shows JSON in one line with one value a line and saves it in one line', async () => {
    await bench.put('json', '{"a":1,"big":9007199254740993}');
    await bench.open('json');
    await bench.shows('json', '{\n  "a": 1,\n  "big": 9007199254740993\n}');

    await bench.type('json', '{\n  "a": 2,\n  "big": 9007199254740993\n}');
    assert.ok(await bench.document('json').save());

    assert.equal((await bench.read('json')).value, '{"a":2,"big":9007199254740993}');
    assert.equal(bench.document('json').getText(), '{\n  "a": 2,\n  "big": 9007199254740993\n}');
  });

  it('writes nothing for white space, nor for what save participants add', async () => {
    const settings = vscode.workspace.getConfiguration();
    await settings.update('files.insertFinalNewline', true, user);
    await settings.update('files.trimTrailingWhitespace', true, user);
    try {
      const revision = await bench.put('space', '{"a":1}');
      const scalar = await bench.put('scalar', '42');
      await bench.open('space');
      await bench.type('space', '{ "a":\n\n  1 }   ');
      assert.ok(await bench.document('space').save());
      await bench.open('scalar');
      await bench.type('scalar', '43');
      assert.ok(await bench.document('scalar').save());

      assert.equal((await bench.read('space')).revision, revision);
      assert.deepEqual(await bench.read('scalar'), { value: '43', revision: scalar + 1 });
      assert.equal(bench.document('scalar').getText(), '43\n');

      await settings.update('natsKv.editor.keepFinalNewline', false, user);
      await bench.type('scalar', '44');
      assert.ok(await bench.document('scalar').save());
      assert.equal((await bench.read('scalar')).value, '44\n');
    } finally {
      await settings.update('natsKv.editor.keepFinalNewline', undefined, user);
      await settings.update('files.insertFinalNewline', undefined, user);
      await settings.update('files.trimTrailingWhitespace', undefined, user);
    }
  });

  it('opens raw beside formatted, and neither overwrites the other unseen', async () => {
    await bench.put('both', '{"a":1}');
    await bench.open('both');
    await vscode.commands.executeCommand('natsKv.editor.openRaw');
    const raw = uriOf('both', 'raw=1');
    await eventually(() => assert.equal(documentOf(raw).getText(), '{"a":1}'));
    assert.ok(await type(raw, '{"a":5}'));

    await bench.type('both', '{"a":2}');
    assert.ok(await bench.document('both').save());

    assert.equal(await save(raw), false);
    assert.equal(documentOf(raw).getText(), '{"a":5}');
    assert.equal((await bench.read('both')).value, '{"a":2}');
    await vscode.window.showTextDocument(documentOf(raw));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually(() => assert.equal(documentOf(raw).getText(), '{"a":2}'));
    assert.ok(await type(raw, '{"a": 3}'));
    assert.ok(await save(raw));
    await bench.shows('both', '{\n  "a": 3\n}');
  });

  it('shows values as they are when formatting is turned off', async () => {
    const settings = vscode.workspace.getConfiguration();
    await bench.put('plain', '{"a":1}');
    await bench.open('plain');
    await bench.shows('plain', '{\n  "a": 1\n}');
    try {
      await settings.update('natsKv.editor.format', false, user);
      await bench.shows('plain', '{"a":1}');
    } finally {
      await settings.update('natsKv.editor.format', undefined, user);
    }
    await bench.shows('plain', '{\n  "a": 1\n}');
  });

  it('asks before JSON is stored that is none any more', async () => {
    const revision = await bench.put('broken', '{"a":1}');
    await bench.open('broken');
    await bench.type('broken', '{"a":');

    const refused = await answering({ buttons: [undefined] }, async () => {
      assert.equal(await save(uriOf('broken')), false);
    });
    assert.match(refused.messages[0] ?? '', /^Save broken as it is/);
    assert.equal((await bench.read('broken')).revision, revision);

    await answering({ buttons: ['Save As It Is'] }, async () => {
      assert.ok(await save(uriOf('broken')));
    });
    assert.equal((await bench.read('broken')).value, '{"a":');
  });

  it('catches a change that comes while it asks', async () => {
    await bench.put('asked', '{"a":1}');
    await bench.open('asked');
    await bench.type('asked', '{"a":');
    const { window } = vscode;
    const before = window.showWarningMessage;
    Object.assign(window, {
      showWarningMessage: async () => {
        await bench.put('asked', '{"a":9}');
        return 'Save As It Is';
      },
    });
    try {
      assert.equal(await save(uriOf('asked')), false);
    } finally {
      Object.assign(window, { showWarningMessage: before });
    }
    assert.equal((await bench.read('asked')).value, '{"a":9}');
    assert.equal(bench.document('asked').getText(), '{"a":');
  });

  it('lets auto save on a change of focus write only when the setting allows it', async () => {
    const settings = vscode.workspace.getConfiguration();
    await bench.put('focus', '1');
    await bench.put('elsewhere', 'x');
    await settings.update('files.autoSave', 'onFocusChange', user);
    const reasons: vscode.TextDocumentSaveReason[] = [];
    const listener = vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      if (document.uri.path === '/B/focus') {
        reasons.push(reason);
      }
    });
    const { FocusOut, Manual } = vscode.TextDocumentSaveReason;
    try {
      await bench.open('focus');
      await bench.type('focus', '2');
      await bench.open('elsewhere');
      await bench.open('focus');
      assert.ok(bench.document('focus').isDirty);
      assert.equal((await bench.read('focus')).value, '1');

      await settings.update('natsKv.editor.autoSave', true, user);
      await eventually(async () => {
        assert.ok(await bench.document('focus').save());
        // Refused once: had the first been written, there would have been nothing to save by hand.
        assert.deepEqual(reasons, [FocusOut, Manual]);
      });
      await bench.type('focus', '3');
      await bench.open('elsewhere');
      await eventually(async () => assert.equal((await bench.read('focus')).value, '3'));
    } finally {
      listener.dispose();
      await settings.update('natsKv.editor.autoSave', undefined, user);
      await settings.update('files.autoSave', 'off', user);
    }
  });

  it('opens a mirror read-only', async () => {
    await bench.api('STREAM.CREATE.KV_M', {
      ...{ name: 'KV_M', storage: 'memory', max_msgs_per_subject: 5, allow_direct: true },
      ...{ mirror: { name: 'KV_B' }, mirror_direct: true },
    });
    await bench.put('copied', '1');
    await open(uriOf('copied', '', 'M'));
    await eventually(async () => {
      const stat = await vscode.workspace.fs.stat(uriOf('copied', '', 'M'));
      assert.equal(stat.permissions, vscode.FilePermission.Readonly);
    });
  });

  it('opens a counter read-only, and says so', async () => {
    await bench.api('STREAM.CREATE.KV_C', {
      ...{ name: 'KV_C', subjects: ['$KV.C.>'], storage: 'memory', max_msgs_per_subject: 5 },
      ...{ allow_direct: true, allow_msg_counter: true },
    });
    await bench.putWith('C', 'visits', '', { 'Nats-Incr': '+41' });
    await bench.putWith('C', 'visits', '', { 'Nats-Incr': '+1' });
    const uri = uriOf('visits', '', 'C');
    await open(uri);
    await eventually(() => assert.equal(documentOf(uri).getText(), '{\n  "val": "42"\n}'));
    await eventually(async () => {
      const stat = await vscode.workspace.fs.stat(uri);
      assert.equal(stat.permissions, vscode.FilePermission.Readonly);
    });
    const write = (): Thenable<void> =>
      vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('7'));
    await assert.rejects(async () => write());
    assert.equal((await bench.last('C', 'visits')).value, '{"val":"42"}');
  });

  it('puts an unsaved text and what the server has together where they do not overlap', async () => {
    await bench.put('merged', 'a\nb\nc\n');
    await bench.open('merged');
    await bench.type('merged', 'mine\nb\nc\n');
    const revision = await bench.put('merged', 'a\nb\ntheirs\n');
    assert.equal(await bench.document('merged').save(), false);
    await vscode.commands.executeCommand('natsKv.editor.merge');

    assert.equal(bench.document('merged').getText(), 'mine\nb\ntheirs\n');
    assert.ok(bench.document('merged').isDirty);
    assert.deepEqual(await bench.read('merged'), { value: 'a\nb\ntheirs\n', revision });
    assert.ok(await bench.document('merged').save());
    assert.equal((await bench.read('merged')).value, 'mine\nb\ntheirs\n');
  });

  it('keeps what a text was made of when a merge is undone', async () => {
    await bench.put('undone', 'a\nb\nc\n');
    await bench.open('undone');
    await bench.type('undone', 'mine\nb\nc\n');
    await bench.put('undone', 'a\nb\ntheirs\n');
    assert.equal(await bench.document('undone').save(), false);
    await vscode.commands.executeCommand('natsKv.editor.merge');
    await vscode.commands.executeCommand('undo');
    assert.equal(bench.document('undone').getText(), 'mine\nb\nc\n');

    assert.equal(await bench.document('undone').save(), false);
    assert.equal((await bench.read('undone')).value, 'a\nb\ntheirs\n');
  });

  it('opens a merge editor for conflicts, and takes what is saved in it over just that', async () => {
    await bench.put('clash', '1');
    await bench.open('clash');
    await bench.type('clash', '2');
    const revision = await bench.put('clash', '3');
    assert.equal(await bench.document('clash').save(), false);
    await vscode.commands.executeCommand('natsKv.editor.merge');
    await eventually(() => assert.deepEqual(mergedSides(), ['1', '3', '2']));
    // The user's text stays where it is: nothing that is closed or reloaded can lose it.
    assert.equal(bench.document('clash').getText(), '2');
    assert.ok(bench.document('clash').isDirty);
    assert.deepEqual(await bench.read('clash'), { value: '3', revision });

    await saveResult('23');
    await eventually(() => assert.equal(bench.document('clash').getText(), '23'));
    assert.ok(await bench.document('clash').save());
    assert.equal((await bench.read('clash')).value, '23');
  });

  it('does not save a merge over what came after it began', async () => {
    await bench.put('overtaken', '1');
    await bench.open('overtaken');
    await bench.type('overtaken', '2');
    await bench.put('overtaken', '3');
    assert.equal(await bench.document('overtaken').save(), false);
    await vscode.commands.executeCommand('natsKv.editor.merge');
    await eventually(() => assert.deepEqual(mergedSides(), ['1', '3', '2']));
    await bench.put('overtaken', '4');
    await saveResult('23');
    await eventually(() => assert.equal(bench.document('overtaken').getText(), '23'));

    assert.equal(await bench.document('overtaken').save(), false);

    assert.equal((await bench.read('overtaken')).value, '4');
    assert.equal(bench.document('overtaken').getText(), '23');
  });

  it('leaves the unsaved text in conflict when a merge is closed without a result', async () => {
    await bench.put('given-up', '1');
    await bench.open('given-up');
    await bench.type('given-up', '2');
    await bench.put('given-up', '3');
    assert.equal(await bench.document('given-up').save(), false);
    await vscode.commands.executeCommand('natsKv.editor.merge');
    await eventually(() => assert.deepEqual(mergedSides(), ['1', '3', '2']));
    // Its documents are there before it is the active editor.
    await eventually(() => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      assert.ok(activeTab && !(activeTab.input instanceof vscode.TabInputText));
    });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await eventually(() => assert.deepEqual(mergedSides(), []));

    assert.equal(bench.document('given-up').getText(), '2');
    assert.ok(bench.document('given-up').isDirty);
    assert.equal(await bench.document('given-up').save(), false);
    assert.equal((await bench.read('given-up')).value, '3');
  });

  it('compares where VS Code has no merge editor, and leaves the text alone', async () => {
    await bench.put('sides', '1');
    await bench.open('sides');
    await bench.type('sides', '2');
    await bench.put('sides', '3');
    assert.equal(await bench.document('sides').save(), false);
    const { commands } = vscode;
    const { getCommands } = commands;
    Object.assign(commands, { getCommands: () => Promise.resolve([]) });
    try {
      await commands.executeCommand('natsKv.editor.merge');
    } finally {
      Object.assign(commands, { getCommands });
    }
    await eventually(() => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputTextDiff);
    });
    assert.equal(bench.document('sides').getText(), '2');
    assert.ok(bench.document('sides').isDirty);
  });

  it('opens with one request and saves with one over a slow link', async () => {
    await bench.put('near', '{"a":1}');
    await bench.open('near');
    await bench.type('near', '{"a":2}');
    assert.ok(await bench.document('near').save());
    // What the watch of the bucket asks for is not of the opening.
    const ofKeys = (): string[] => bench.proxy.published.filter((each) => each.includes('far.'));
    try {
      for (const round of [1, 2, 3, 4, 5]) {
        const keys = [0, 1, 2].map((at) => `far.${round}.${at}`);
        for (const key of keys) {
          await bench.put(key, '{"a":1}');
        }
        bench.proxy.reset();
        bench.proxy.delay(50);
        const begun = performance.now();
        for (const key of keys) {
          await bench.open(key);
        }
        // What was read is shared for a second, in which a slow machine may not come to the end of it.
        if (performance.now() - begun < 1_000 || round === 5) {
          assert.deepEqual(
            ofKeys(),
            keys.map((key) => `$JS.API.DIRECT.GET.KV_B.$KV.B.${key}`),
          );
          break;
        }
      }
      const key = vscode.window.activeTextEditor?.document.uri.path.replace('/B/', '') ?? '';
      bench.proxy.published.length = 0;
      await bench.type(key, '{"a":2}');
      assert.ok(await bench.document(key).save());
      assert.deepEqual(ofKeys(), [`$KV.B.${key}`]);
    } finally {
      bench.proxy.reset();
    }
  });
});
