import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering, type Answers, type Shown } from './answers';
import { HostBench } from './hostBench';

describe('comparing a bucket of a real server with files', () => {
  let bench: HostBench;
  let folder: string;

  before(async () => {
    bench = await HostBench.start();
    folder = await mkdtemp(join(tmpdir(), 'compare-host-'));
    await bench.put('cmpf.first', 'x');
    await bench.open('cmpf.first');
    await bench.api('STREAM.CREATE.KV_CMPF', {
      ...(await bench.info('B')),
      name: 'KV_CMPF',
      subjects: ['$KV.CMPF.>'],
      max_msgs_per_subject: 3,
    });
    await put('app.name', 'shop');
    await put('app.port', '8080');
    await put('app.limits', '{"most":1}');
    const lines = [
      '{"format":"nats-kv-export","version":1}',
      '{"key":"app.name","value":"shop"}',
      '{"key":"app.port","value":"9090"}',
      '{"key":"app.limits","value":"{ \\"most\\": 1.0 }"}',
      '{"key":"app.new","value":"from the file"}',
      '{"key":"app.broken","base64":"%"}',
      '{"end":true,"entries":5}',
    ];
    await writeFile(join(folder, 'out.ndjson'), lines.join('\n'));
    await mkdir(join(folder, 'config'));
    await writeFile(join(folder, 'config', 'name.txt'), 'shop');
    await writeFile(join(folder, 'config', 'limits.json'), '{"most":2}');
    await mkdir(join(folder, 'backup'));
    await writeFile(join(folder, 'backup', 'backup.json'), '{}');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  after(async () => {
    await vscode.commands.executeCommand('natsKv.compare.close');
    await bench.delete('CMPF');
    await rm(folder, { recursive: true, force: true });
    await bench.stop();
  });

  function put(key: string, value: string): Promise<unknown> {
    return bench.putWith('CMPF', key, value, {});
  }

  /** Compares the bucket, or a prefix of it, with a file, as somebody does who chooses it in the dialog. */
  async function compare(way: string, file: string, answers: Answers = {}): Promise<Shown> {
    const { window } = vscode;
    const { showOpenDialog } = window;
    const uri = vscode.Uri.file(join(folder, file));
    Object.assign(window, { showOpenDialog: () => Promise.resolve([uri]) });
    const picks = ['CMPF', way, 'Values, JSON by Meaning'];
    try {
      return await answering({ picks, ...answers }, () =>
        vscode.commands.executeCommand('natsKv.bucket.compare'),
      );
    } finally {
      Object.assign(window, { showOpenDialog });
    }
  }

  const file = 'An Export or Another File…';
  const toLeft = 'natsKv.compare.copyLeft';
  const toRight = 'natsKv.compare.copyRight';
  const group = (state: string) => ({ kind: 'compareGroup', id: state, state });
  const key = (state: string, path: string) => ({
    kind: 'compareKey',
    id: path,
    state,
    row: { kind: 'key', path },
  });

  async function planned(command: string, row: unknown): Promise<vscode.TextDocument> {
    await vscode.commands.executeCommand(command, row);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-plan');
    return document;
  }

  function carryOut(button: string, command = 'natsKv.plan.carryOut'): Promise<Shown> {
    return answering({ buttons: [button] }, () => vscode.commands.executeCommand(command));
  }

  async function valueOf(name: string): Promise<string> {
    return (await bench.last('CMPF', name)).value;
  }

  it('shows the value of a file beside that of the bucket', async () => {
    assert.deepEqual((await compare(file, 'out.ndjson')).errors, []);
    await vscode.commands.executeCommand('natsKv.compare.open', key('different', 'app.port'));
    await eventually(async () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputTextDiff);
      assert.match(input.original.path, /^\/CMPF\/app\.port$/);
      assert.equal(input.modified.scheme, 'natskv-side');
      const shown = await vscode.workspace.openTextDocument(input.modified);
      assert.equal(shown.getText(), '9090');
    });
    await vscode.commands.executeCommand('natsKv.compare.open', key('same', 'app.limits'));
    await eventually(() => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputTextDiff);
      const { path } = input.modified;
      const shown = vscode.workspace.textDocuments.find(({ uri }) => uri.path === path);
      assert.equal(shown?.languageId, 'json');
    });
  });

  it('copies from a file by compare-and-swap, and undoes that', async () => {
    await compare(file, 'out.ndjson');
    const document = await planned(toLeft, group('different'));
    assert.match(document.getText(), /\n\+app\.port: 4 B over r\d+, 4 B\n/);
    assert.match(document.getText(), /their TTL, as far as the file has them/);
    await carryOut('Copy 1 Key');
    await eventually(() => assert.match(document.getText(), /\n# 1 done, 0 skipped, /));
    assert.equal(await valueOf('app.port'), '9090');
    await carryOut('', 'natsKv.plan.undo');
    await eventually(() => assert.match(document.getText(), /^# Undo: Copy 1 key to CMPF/));
    assert.equal(await valueOf('app.port'), '8080');
  });

  it('undoes a copy that made a key', async () => {
    await compare(file, 'out.ndjson');
    const document = await planned(toLeft, group('right'));
    // What cannot be read in the file is copied by nobody.
    assert.doesNotMatch(document.getText(), /app\.broken/);
    await carryOut('Copy 1 Key');
    await eventually(() => assert.match(document.getText(), /\n# 1 done, 0 skipped, /));
    assert.equal(await valueOf('app.new'), 'from the file');
    await carryOut('', 'natsKv.plan.undo');
    await eventually(() => assert.match(document.getText(), /^# Undo: /));
    assert.equal((await bench.last('CMPF', 'app.new')).value, '');
  });

  it('writes no file, and says so', async () => {
    await compare(file, 'out.ndjson');
    const { messages } = await answering({}, () =>
      vscode.commands.executeCommand(toRight, group('different')),
    );
    assert.match(messages.join(), /^out\.ndjson is compared, never written/);
  });

  it('copies nothing from a file that is another one by now', async () => {
    await writeFile(
      join(folder, 'later.ndjson'),
      '{"format":"nats-kv-export","version":1}\n{"key":"app.name","value":"x"}\n{"end":true,"entries":1}\n',
    );
    await compare(file, 'later.ndjson');
    const document = await planned(toLeft, group('different'));
    await writeFile(join(folder, 'later.ndjson'), 'something else');
    await carryOut('Copy 1 Key');
    await eventually(() => assert.match(document.getText(), /later\.ndjson was changed since/));
    assert.equal(await valueOf('app.name'), 'shop');
  });

  it('has a folder of files as a side, and remembers what is ignored', async () => {
    await put('name', 'shop');
    await put('limits', '{"most":1}');
    await compare('A Folder of Files…', 'config');
    await planned(toLeft, group('different'));
    await answering({ texts: ['$.most, app.>'] }, () =>
      vscode.commands.executeCommand('natsKv.compare.ignore'),
    );
    await nothingLeft('different');
    await vscode.commands.executeCommand('natsKv.compare.close');
    await compare('A Folder of Files…', 'config');
    await nothingLeft('different');
    await nothingLeft('left');
    const { values } = await answering({ texts: [''] }, () =>
      vscode.commands.executeCommand('natsKv.compare.ignore'),
    );
    assert.deepEqual(values, ['app.>, $.most']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const document = await planned(toLeft, group('different'));
    assert.match(document.getText(), /\n\+limits: /);
  });

  it('says that a backup is compared by restoring it', async () => {
    for (const way of ['A Backup…', 'A Folder of Files…']) {
      const { messages } = await compare(way, 'backup');
      assert.deepEqual(messages, ['A backup is compared by restoring it.']);
    }
  });

  async function nothingLeft(state: string): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand(toLeft, group(state));
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), undefined);
  }
});
