import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, open, save, type } from './keyTabs';
import { skipBecause } from './skipBecause';

describe('several keys of a real server as one document', () => {
  let bench: HostBench;
  let takesBatches = false;

  before(async () => {
    bench = await HostBench.start('many');
    try {
      await bench.update('many', { allow_atomic: true });
    } catch {
      // A server before 2.12 knows no such field, or refuses it.
    }
    takesBatches = (await bench.info('many'))['allow_atomic'] === true;
  });

  afterEach(closeAll);

  after(() => bench.stop());

  function uriOf(prefix: string): vscode.Uri {
    const path = `/many/${prefix.replace(/\.$/, '')}.keys.jsonc`;
    const query = JSON.stringify({ prefix });
    return vscode.Uri.from({ scheme: 'natskvkeys', authority: 'bench', path, query });
  }

  async function lenses(uri: vscode.Uri): Promise<vscode.Command[]> {
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    return all.flatMap(({ command }) => command ?? []);
  }

  /** Does what a line above the text says. */
  async function run(uri: vscode.Uri, title: string): Promise<void> {
    const found = (await lenses(uri)).find((each) => each.title === title);
    assert.ok(found, `there is no ${title}`);
    await vscode.commands.executeCommand(found.command, ...((found.arguments ?? []) as unknown[]));
  }

  function shows(uri: vscode.Uri, pattern: RegExp): Promise<void> {
    return eventually(() => assert.match(documentOf(uri).getText(), pattern));
  }

  /** Replaces a part of the text. */
  async function edit(uri: vscode.Uri, from: string | RegExp, to: string): Promise<void> {
    await eventually(async () => {
      const text = documentOf(uri).getText();
      assert.ok(text.search(from) >= 0, `${String(from)} in ${text}`);
      assert.ok(await type(uri, text.replace(from, to)));
    });
  }

  async function value(key: string): Promise<string | undefined> {
    const entry = await bench.bucket.get(key);
    return entry?.operation === 'PUT' ? entry.string() : entry?.operation;
  }

  async function plan(): Promise<vscode.TextDocument> {
    return eventually(() => {
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.uri.scheme, 'natskv-plan');
      return document;
    });
  }

  it('saves what is changed as one, and undoes it', async function () {
    if (!takesBatches) {
      skipBecause('the server takes no batches', this);
    }
    await bench.put('one.a', '{"status":"new","total":1.10}');
    await bench.put('one.b', 'text');
    await bench.put('one.c', new Uint8Array([0, 255]));
    const uri = uriOf('one.');
    await open(uri);
    await shows(uri, /^\/\/ one · many on bench: 3 keys, r\d+\n/);
    await shows(uri, /"one\.a": \{\n {4}"status": "new",\n {4}"total": 1\.10\n {2}\},\n/);
    await shows(uri, /"one\.b": "text",\n {2}"one\.c": \{ "\$base64": "AP8=" \}\n\}/);
    assert.equal(documentOf(uri).languageId, 'jsonc');

    await edit(uri, '"new"', '"paid"');
    await edit(uri, '"one.b": "text"', '"one.b": "other", "one.d": [1, 2]');
    await eventually(async () =>
      assert.deepEqual(
        (await lenses(uri)).map(({ title }) => title),
        ['$(save)\u00a0Save 3 changes (1 new, 2 changed) as one atomic batch'],
      ),
    );
    const before = (await bench.read('one.c')).revision;
    const shown = await answering({ buttons: ['Undo'] }, async ({ messages }) => {
      assert.ok(await save(uri));
      await eventually(() =>
        assert.match(
          messages.join('\n'),
          /^Saved 3 keys of many as one: r\d+ to r\d+\.\nUndone: 3 keys/,
        ),
      );
    });
    const [, first, last] = /r(\d+) to r(\d+)/.exec(shown.messages[0] ?? '') ?? [];
    assert.equal(Number(last) - Number(first), 2);
    assert.equal((await bench.read('one.c')).revision, before);
    // Undone: what there was before, by further revisions.
    assert.equal(await value('one.a'), '{"status":"new","total":1.10}');
    assert.equal(await value('one.b'), 'text');
    assert.equal(await value('one.d'), 'DEL');
    await shows(uri, /"one\.b": "text"/);
    assert.equal(documentOf(uri).isDirty, false);
    await eventually(async () => assert.deepEqual(await lenses(uri), []));
  });

  it('takes an undone text for another change, with what it is made of', async () => {
    await bench.put('undo.a', '1');
    await bench.put('undo.b', '1');
    const uri = uriOf('undo.');
    await open(uri);
    await edit(uri, '"undo.a": 1', '"undo.a": 2');
    await bench.put('undo.b', '7');
    await shows(uri, /"undo\.a": 2,\n {2}"undo\.b": 7/);
    await vscode.window.showTextDocument(documentOf(uri));
    await vscode.commands.executeCommand('undo');
    await shows(uri, /"undo\.a": 2,\n {2}"undo\.b": 1/);
    // What was undone is not brought in again by itself.
    await eventually(async () =>
      assert.ok((await lenses(uri)).some(({ title }) => title === 'Merge')),
    );
    assert.ok(await save(uri));
    // What the undone text has of another's key is no change of it.
    assert.deepEqual([await value('undo.a'), await value('undo.b')], ['2', '7']);
    await shows(uri, /"undo\.b": 7/);
    await edit(uri, '"undo.a": 2', '"undo.a": 1');
    assert.ok(await save(uri));
    assert.equal(await value('undo.a'), '1');
  });

  it('follows the server while nothing is unsaved', async () => {
    await bench.put('follow.a', '1');
    const uri = uriOf('follow.');
    await open(uri);
    await shows(uri, /"follow\.a": 1\n/);
    await bench.put('follow.b', '2');
    await shows(uri, /"follow\.a": 1,\n {2}"follow\.b": 2\n/);
    await bench.bucket.delete('follow.a');
    await shows(uri, /\{\n {2}"follow\.b": 2\n\}/);
  });

  it('keeps comments and layout over what others do, saves, and conflicts', async () => {
    await bench.put('own.a', '{"n":1,"m":2}');
    await bench.put('own.b', '1');
    const uri = uriOf('own.');
    await open(uri);
    await shows(uri, /"own\.b": 1\n/);
    const text = (n: number, b: string): string =>
      `{\n    /* b */ "own.b": ${b},\n\n    // a\n    "own.a": { "n": ${n}, /* m */ "m": 2 },\n}\n`;
    assert.ok(await type(uri, text(1, '2')));
    await bench.put('own.a', '{"n":5,"m":2}');
    await eventually(() => assert.equal(documentOf(uri).getText(), text(5, '2')));
    assert.ok(await save(uri));
    assert.deepEqual([await value('own.a'), await value('own.b')], ['{"n":5,"m":2}', '2']);
    await bench.put('own.a', '{"n":6,"m":2}');
    await eventually(() => assert.equal(documentOf(uri).getText(), text(6, '2')));
    assert.equal(documentOf(uri).isDirty, false);
    assert.ok(await type(uri, text(6, '3')));
    await bench.put('own.b', '4');
    await eventually(async () =>
      assert.ok((await lenses(uri)).some(({ title }) => title === "Take Server's")),
    );
    // What the server has stands beside it in the same layout.
    const side = uri.with({ query: JSON.stringify({ prefix: 'own.', of: 'server' }) });
    assert.equal((await vscode.workspace.openTextDocument(side)).getText(), text(6, '4'));
    await vscode.commands.executeCommand('natsKv.manyKeys.takeServers', uri, 'own.b');
    await eventually(() => assert.equal(documentOf(uri).getText(), text(6, '4')));
  });

  it('shows a plan before it deletes, and leaves all as it was when that is dropped', async () => {
    await bench.put('plan.a', '1');
    await bench.put('plan.b', '2');
    const uri = uriOf('plan.');
    await open(uri);
    await edit(uri, /,\n {2}"plan\.b": 2/, '');
    const saving = save(uri);
    const document = await plan();
    assert.match(
      document.getText(),
      /^# Save plan in many on bench\n#\n# 0 new, 0 changed, 1 deleted\.\n/,
    );
    assert.match(document.getText(), /\nplan\.b r\d+: deleted\n@@ 1 @@\n-2\n$/);
    assert.equal(await value('plan.b'), '2');
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.ok(await saving);
    assert.equal(await value('plan.b'), 'DEL');
    await eventually(() => assert.match(document.getText(), /\n {2}plan\.b: r\d+ -> r\d+\n/));
    await vscode.commands.executeCommand('natsKv.plan.undo');
    await eventually(async () => assert.equal(await value('plan.b'), '2'));
  });

  it('writes nothing over what others changed, and merges the rest', async () => {
    for (const key of ['x', 'y', 'z']) {
      await bench.put(`both.${key}`, `"${key}1"`.replaceAll('"', ''));
    }
    const uri = uriOf('both.');
    await open(uri);
    await edit(uri, '"x1"', '"mine"');
    await bench.put('both.x', 'theirs');
    await bench.put('both.y', 'new');
    await eventually(async () => {
      const titles = (await lenses(uri)).map(({ title }) => title);
      assert.deepEqual(titles, [
        '$(warning)\u00a01 in conflict on bench: both.x',
        'Compare',
        titles[2],
        ...['Compare', "Take Server's", 'Keep Mine'],
      ]);
      assert.match(titles[2] ?? '', /^\$\(warning\)\u00a0changed: r\d+ -> r\d+$/);
    });
    await shows(uri, /"both\.x": "mine",\n {2}"both\.y": "new",\n {2}"both\.z": "z1"/);
    assert.equal(await save(uri), false);
    assert.equal(await value('both.x'), 'theirs');

    await shows(uri, /"both\.x": "mine",\n {2}"both\.y": "new",\n {2}"both\.z": "z1"/);
    assert.ok(documentOf(uri).isDirty);
    await run(uri, 'Keep Mine');
    assert.ok(await save(uri));
    assert.equal(await value('both.x'), 'mine');
    assert.equal(await value('both.y'), 'new');

    await edit(uri, '"mine"', '"again"');
    await bench.put('both.x', 'last');
    await eventually(async () =>
      assert.ok((await lenses(uri)).some(({ title }) => title === "Take Server's")),
    );
    await vscode.commands.executeCommand('natsKv.manyKeys.takeServers', uri, 'both.x');
    await shows(uri, /"both\.x": "last"/);
  });

  it('refuses what is no document of its keys, and a value against its schema', async () => {
    await bench.put('bad.a', '{"n":1}');
    const uri = uriOf('bad.');
    await open(uri);
    await shows(uri, /"n": 1/);
    await edit(uri, '"bad.a"', '"other.a"');
    assert.equal(await save(uri), false);
    await edit(uri, '"other.a"', '"bad..a"');
    assert.equal(await save(uri), false);
    await eventually(() => {
      const marks = vscode.languages.getDiagnostics(uri).map(({ message }) => message);
      assert.deepEqual(marks, ['A key must not contain two dots in a row.']);
    });
    const settings = vscode.workspace.getConfiguration();
    const schema = { properties: { n: { type: 'number' } } };
    await settings.update(
      'natsKv.schemas',
      { 'many/bad.*': schema },
      vscode.ConfigurationTarget.Global,
    );
    try {
      await edit(uri, '"bad..a"', '"bad.a"');
      await edit(uri, '"n": 1', '"n": "x"');
      assert.equal(await save(uri), false);
      assert.equal(await value('bad.a'), '{"n":1}');
      await edit(uri, '"n": "x"', '"n": 2');
      assert.ok(await save(uri));
      assert.equal(await value('bad.a'), '{"n":2}');
    } finally {
      await settings.update('natsKv.schemas', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('has the schemas of its values while they are typed, flat and nested', async () => {
    await bench.put('typed.a.1', '{"n":1}');
    const uri = uriOf('typed.');
    await open(uri);
    await shows(uri, /"n": 1/);
    const settings = vscode.workspace.getConfiguration();
    const n = { type: 'number', description: 'how many' };
    const schema = { type: 'object', properties: { n, other: { type: 'string' } } };
    const marksNow = () => vscode.languages.getDiagnostics(uri).map(({ message }) => message);
    await settings.update('natsKv.schemas', { 'many/typed.*': schema }, true);
    try {
      for (const text of [
        '{\n  "typed.a.1": { "n": "x" }\n}',
        '{\n  "typed.": { "a.": { "1": { "n": "x" } } }\n}',
        '{\n  "typed.a.1": { "$value": { "n": "x" }, "$ttl": "1h" }\n}',
      ]) {
        assert.ok(await type(uri, text));
        await eventually(() =>
          assert.deepEqual(marksNow(), ['Incorrect type. Expected "number".']),
        );
        const at = documentOf(uri).positionAt(text.indexOf('"n"') + 2);
        await eventually(async () => {
          const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
            'vscode.executeHoverProvider',
            ...[uri, at],
          );
          const told = hovers.flatMap(({ contents }) =>
            contents.map((each) => (each as { value: string }).value),
          );
          assert.match(told.join(' '), /how many/);
        });
      }
      assert.ok(await type(uri, '{\n  "typed.a.1": { "n": 1,  }\n}'));
      await eventually(async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          ...[uri, documentOf(uri).positionAt(27)],
        );
        assert.ok(items.map(({ label }) => label).includes('other'));
      });
      assert.ok(await type(uri, '{\n  "typed.a.1": "plain"\n}'));
      await eventually(() => assert.match(marksNow().join(), /^This is stored as plain text/));
    } finally {
      await settings.update('natsKv.schemas', undefined, true);
    }
  });

  it('writes one key after the other where the bucket takes no batches', async function () {
    if (takesBatches) {
      await bench.update('many', { allow_atomic: false });
    }
    await bench.put('turn.a', '1');
    await bench.put('turn.b', '1');
    const uri = uriOf('turn.');
    await open(uri);
    await edit(uri, '"turn.a": 1', '"turn.a": 2');
    await edit(uri, '"turn.b": 1', '"turn.b": 2');
    await eventually(async () => {
      const titles = (await lenses(uri)).map(({ title }) => title);
      assert.deepEqual(titles, [
        '$(save)\u00a0Save 2 changes (2 changed) one after the other',
        ...(takesBatches ? ['Switch On Atomic Writes…'] : []),
      ]);
    });
    const saving = save(uri);
    const document = await plan();
    assert.match(document.getText(), /\n# One key after the other, up to the first/);
    // Somebody is faster: what is before it is written, and told.
    await bench.put('turn.b', '7');
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.equal(await saving, false);
    await eventually(() =>
      assert.match(
        document.getText(),
        /# Turn\.b: somebody has changed it meanwhile\. 1 of 2 were written/i,
      ),
    );
    assert.deepEqual([await value('turn.a'), await value('turn.b')], ['2', '7']);
    await vscode.commands.executeCommand('natsKv.plan.undo');
    await eventually(async () => assert.equal(await value('turn.a'), '1'));
    if (takesBatches) {
      await open(uri);
      await answering({ buttons: ['Switch On'] }, () =>
        vscode.commands.executeCommand('natsKv.manyKeys.allowAtomic', uri),
      );
      assert.equal((await bench.info('many'))['allow_atomic'], true);
    }
  });
});
