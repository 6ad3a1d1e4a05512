import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../../support/poll';
import { answering, type Answers, type Shown } from '../answers';
import { HostBench } from '../hostBench';

describe('a bucket of a real server and a folder of the workspace', () => {
  let bench: HostBench;
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const at = (path: string): string => join(root, 'config', path);
  const uri = (path: string): vscode.Uri => vscode.Uri.file(at(path));

  before(async () => {
    bench = await HostBench.start();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await set(undefined);
    await watchNoFiles(undefined);
    await rm(join(root, 'config'), { recursive: true, force: true });
  });

  after(() => bench.stop());

  async function set(pairs: unknown): Promise<void> {
    await vscode.workspace
      .getConfiguration()
      .update('natsKv.sync', pairs, vscode.ConfigurationTarget.Workspace);
  }

  async function watchNoFiles(of: object | undefined): Promise<void> {
    await vscode.workspace
      .getConfiguration('files')
      .update('watcherExclude', of, vscode.ConfigurationTarget.Workspace);
  }

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  }

  /** Runs a command that shows a plan; the text of it. */
  async function planned(
    command: string,
    answers: Answers = {},
    target?: vscode.Uri,
  ): Promise<string> {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const shown = await answering(answers, () => vscode.commands.executeCommand(command, target));
    assert.deepEqual(shown.errors, []);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-plan', shown.messages.join('\n'));
    return document.getText();
  }

  /** Carries the plan that is shown out; the report. */
  async function carryOut(answers: Answers = {}): Promise<string> {
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    const shown = await answering(answers, () =>
      vscode.commands.executeCommand('natsKv.plan.carryOut'),
    );
    assert.deepEqual(shown.errors, []);
    await eventually(() => assert.match(document.getText(), /# \d+ done, |Merged\./));
    return document.getText();
  }

  const pair = (prefix: string) => [{ connection: 'bench', bucket: 'B', prefix, folder: 'config' }];

  it('pulls and pushes after a dry run, and tells what both sides changed', async () => {
    await bench.put('sync1.web.limits', '{"rate":10,"burst":2}');
    await bench.put('sync1.motd', 'hello');
    await set(pair('sync1'));
    const first = await planned('natsKv.sync.pull');
    assert.match(first, /^# Pull config from B › sync1\. · bench\n#\n# Files to create: 2\./);
    assert.match(first, /\n\+web\/limits\.json · web\.limits r\d+, 21 B\n\+\{\n\+ {2}"rate": 10,/);
    await assert.rejects(readFile(at('motd.txt')));
    assert.match(await carryOut(), /\n# 2 done, 0 skipped, 0 refused/);
    assert.equal(
      await readFile(at('web/limits.json'), 'utf8'),
      '{\n  "rate": 10,\n  "burst": 2\n}\n',
    );

    await write('web/limits.json', '{\n  "rate": 20,\n  "burst": 2\n}\n');
    await write('new.txt', 'new');
    await bench.put('sync1.motd', 'changed there');
    const push = await planned('natsKv.sync.push');
    assert.match(push, /# Keys to create: 1\. To replace: 1\. To delete: 0\.\n/);
    assert.match(push, /# Changed there, which Pull is for: 1 key\.\n/);
    assert.match(push, /\n- {2}"rate": 10,\n\+ {2}"rate": 20,\n/);
    assert.match(await carryOut({ buttons: ['Push 2 Files'] }), /\n# 2 done, 0 skipped/);
    assert.equal((await bench.read('sync1.web.limits')).value, '{"rate":20,"burst":2}');
    assert.equal((await bench.read('sync1.new')).value, 'new');

    await rm(at('new.txt'));
    assert.match(await planned('natsKv.sync.push'), /\n-new\.txt · new r\d+, 3 B\n/);
    await carryOut({ buttons: ['Push 1 File'] });
    assert.equal((await bench.bucket.get('sync1.new'))?.operation, 'DEL');
  });

  it('writes over no file that was changed since the dry run or has unsaved changes', async () => {
    await bench.put('sync2.a', 'one');
    await bench.put('sync2.b', 'one');
    await set(pair('sync2'));
    await planned('natsKv.sync.pull');
    await carryOut();
    await bench.put('sync2.a', 'two');
    await bench.put('sync2.b', 'two');
    await planned('natsKv.sync.pull');
    const plan = vscode.window.activeTextEditor?.document.uri;
    await write('a.txt', 'mine');
    const document = await vscode.workspace.openTextDocument(uri('b.txt'));
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'typed '));
    assert.ok(plan);
    await vscode.window.showTextDocument(plan);
    const report = await carryOut({ buttons: ['Pull 2 Keys'] });
    assert.match(report, /sync2\.a: its file was changed since the dry run/);
    assert.match(report, /sync2\.b: its file has unsaved changes in an editor/);
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'mine');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('merges what was changed on both sides with what both had last as the base', async () => {
    await bench.put('sync3.list', 'one\ntwo\nthree\n');
    await set(pair('sync3'));
    await planned('natsKv.sync.pull');
    await carryOut();
    await bench.put('sync3.list', 'ONE\ntwo\nthree\n');
    await write('list.txt', 'one\ntwo\nTHREE\n');
    const left = await planned('natsKv.sync.push', { picks: ['Leave Them'] });
    assert.match(
      left,
      /# Conflicts, left as they are: 1\n {2}list: changed here and there \(r\d+ -> r\d+\)/,
    );
    const merge = await planned('natsKv.sync.merge', {}, uri('list.txt'));
    assert.match(merge, /\n-one\n\+ONE\n two\n THREE\n/);
    await carryOut();
    assert.equal(await readFile(at('list.txt'), 'utf8'), 'ONE\ntwo\nTHREE\n');
    await planned('natsKv.sync.push');
    await carryOut({ buttons: ['Push 1 File'] });
    assert.equal((await bench.read('sync3.list')).value, 'ONE\ntwo\nTHREE\n');
  });

  it('shows a conflict in the merge editor, and writes what is saved there', async () => {
    await bench.put('sync4.list', 'one\n');
    await set(pair('sync4'));
    await planned('natsKv.sync.pull');
    await carryOut();
    await bench.put('sync4.list', 'theirs\n');
    await write('list.txt', 'mine\n');
    await vscode.commands.executeCommand('natsKv.sync.merge', uri('list.txt'));
    const result = await eventually(() => {
      const found = vscode.workspace.textDocuments.find(
        ({ uri: each }) => each.scheme === 'natskv-merge' && each.query.startsWith('result='),
      );
      assert.ok(found);
      return found;
    });
    // The merge editor takes the markers for its own.
    await eventually(() => assert.ok(!result.getText().includes('<<<<<<<')));
    assert.equal(await readFile(at('list.txt'), 'utf8'), 'mine\n');
    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(0, 0, result.lineCount, 0);
    edit.replace(result.uri, all, 'mine and theirs\n');
    await vscode.workspace.applyEdit(edit);
    assert.ok(await result.save());
    await eventually(async () =>
      assert.equal(await readFile(at('list.txt'), 'utf8'), 'mine and theirs\n'),
    );
    await planned('natsKv.sync.push');
    await carryOut({ buttons: ['Push 1 File'] });
    assert.equal((await bench.read('sync4.list')).value, 'mine and theirs\n');
  });

  it('offers the key of a file among the code actions, and opens it', async () => {
    await bench.put('sync5.web.a', 'x');
    await set(pair('sync5'));
    await planned('natsKv.sync.pull');
    await carryOut();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri('web/a.txt')));
    const actions = await eventually(async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri('web/a.txt'),
        new vscode.Range(0, 0, 0, 0),
      );
      assert.ok(found.some(({ title }) => title === 'Open its key in B › sync5. · bench'));
      return found;
    });
    const action = actions.find(({ title }) => title.startsWith('Open its key'));
    const { command = '', arguments: given = [] } = action?.command ?? {};
    await vscode.commands.executeCommand(command, ...(given as unknown[]));
    await eventually(() =>
      assert.equal(
        vscode.window.activeTextEditor?.document.uri.toString(),
        bench.uri('sync5.web.a').toString(),
      ),
    );
  });

  /** Whether a file is in conflict, as far as it is known. */
  async function isConflict(path: string): Promise<boolean> {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri(path),
      new vscode.Range(0, 0, 0, 0),
    );
    return actions.some(({ title }) => title.startsWith('Merge with'));
  }

  it('knows what a pull has written where VS Code watches no files', async () => {
    await watchNoFiles({ '**/config/**': true });
    await bench.put('sync7.a', 'theirs');
    await write('a.txt', 'mine');
    await set(pair('sync7'));
    await vscode.workspace.openTextDocument(uri('a.txt'));
    await eventually(async () => assert.ok(await isConflict('a.txt')));
    await planned('natsKv.sync.pull', { picks: ["Take the Bucket's"] });
    await carryOut({ buttons: ['Pull 1 Key'] });
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'theirs');
    await eventually(async () => assert.ok(!(await isConflict('a.txt'))));
  });

  it('knows the files of a folder that is moved there, of which nothing is told', async () => {
    await bench.put('sync8.moved.deep.a', 'theirs');
    await set(pair('sync8'));
    await write('b.txt', 'b');
    const outside = join(root, 'outside');
    await mkdir(join(outside, 'deep'), { recursive: true });
    await writeFile(join(outside, 'deep', 'a.txt'), 'mine');
    await rename(outside, at('moved'));
    await vscode.workspace.openTextDocument(uri('moved/deep/a.txt'));
    await eventually(async () => assert.ok(await isConflict('moved/deep/a.txt')));
  });

  it('says in the settings and in the list of pairs what cannot be used', async () => {
    await set([
      { connection: 'nobody', bucket: 'B', folder: 'config/a' },
      { connection: 'bench', bucket: 'B', folder: '../up' },
      { connection: 'bench', bucket: 'B', prefix: 'x', folder: 'config/b' },
      { connection: 'bench', bucket: 'B', prefix: 'y', folder: 'config/b/c' },
    ]);
    const settings = vscode.Uri.file(join(root, '.vscode/settings.json'));
    await eventually(() => {
      const marks = vscode.languages.getDiagnostics(settings);
      const own = marks.filter(({ source }) => source === 'NATS KV');
      assert.deepEqual(
        own.map(({ message }) => message),
        [
          'There is no connection "nobody".',
          'A folder inside of the workspace is needed, as a relative path.',
          'Its folder overlaps with "config/b" of another pair.',
        ],
      );
      assert.deepEqual(
        own.map(({ range }) => range.start.line > 1),
        [true, true, true],
      );
    });
    const failed = async (bucket: string): Promise<Shown> => {
      await set([{ connection: 'bench', bucket, folder: 'config' }]);
      return answering({}, () => vscode.commands.executeCommand('natsKv.sync.pull'));
    };
    assert.match((await failed('MISSING')).errors.join(''), /Failed to run Pull from Bucket: /);
    await set(undefined);
    await eventually(() =>
      assert.deepEqual(
        vscode.languages.getDiagnostics(settings).filter(({ source }) => source === 'NATS KV'),
        [],
      ),
    );
  });

  it('writes nothing to a connection that is read-only', async () => {
    await set(pair('sync6'));
    await write('a.txt', 'a');
    const configure = (readOnly: boolean) =>
      vscode.workspace
        .getConfiguration()
        .update(
          'natsKv.connections',
          [{ id: 'bench', name: 'bench', url: bench.proxy.url, ...(readOnly && { readOnly }) }],
          vscode.ConfigurationTarget.Global,
        );
    await configure(true);
    await planned('natsKv.sync.push');
    const shown = await answering({}, () => vscode.commands.executeCommand('natsKv.plan.carryOut'));
    assert.match(shown.messages.join(''), /bench is read-only/);
    assert.equal(await bench.bucket.get('sync6.a'), null);
    await configure(false);
  });
});
