import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';

describe('a bucket of a real server as of a moment', () => {
  let bench: HostBench;
  let then: number;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('asOf.eu.1', '{"status":"then"}');
    await bench.put('asOf.eu.2', 'then');
    then = await bench.put('asOf.us.1', 'as ever');
    await bench.put('asOf.eu.1', '{"status":"now"}');
    await bench.bucket.delete('asOf.eu.2');
    await bench.put('asOf.new', 'now');
    await bench.open('asOf.us.1');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  after(async () => {
    await vscode.commands.executeCommand('natsKv.asOf.close');
    await bench.stop();
  });

  function browse(moment: string): Promise<unknown> {
    return answering({ picks: ['B'], texts: [moment] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.browseAsOf'),
    );
  }

  const row = (path: string) => ({ kind: 'asOfKey', id: path, row: { kind: 'key', path } });

  it('opens the values of then, and none can be changed', async () => {
    await browse(`r${then}`);
    await vscode.commands.executeCommand('natsKv.asOf.open', row('asOf.eu.2'));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-revision');
    assert.equal(document.getText(), 'then');
    assert.equal(vscode.workspace.fs.isWritableFileSystem('natskv-revision'), false);
  });

  it('compares a value of then with that of now', async () => {
    await browse(`${then}`);
    await vscode.commands.executeCommand('natsKv.asOf.compare', row('asOf.eu.1'));
    await eventually(() => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      assert.equal(activeTab?.label, `asOf.eu.1: r${then} ↔ now`);
    });
  });

  it('restores what is shown, after a dry run, and undoes it', async () => {
    await browse(`r${then}`);
    await vscode.commands.executeCommand('natsKv.asOf.restore');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-plan');
    assert.match(document.getText(), new RegExp(`^# Restore B to r${then}\n`));
    assert.match(document.getText(), /\n\+asOf\.eu\.1 r\d+: /);
    assert.match(document.getText(), /\n\+asOf\.eu\.2 r\d+: /);
    assert.match(document.getText(), /\n-asOf\.new r\d+: /);
    assert.equal((await bench.read('asOf.eu.1')).value, '{"status":"now"}');

    const carryOut = () => vscode.commands.executeCommand('natsKv.plan.carryOut');
    await answering({ buttons: ['Restore 3 Keys'] }, carryOut);
    await eventually(() => assert.match(document.getText(), /\n# 3 done, 0 skipped, /));
    assert.equal((await bench.read('asOf.eu.1')).value, '{"status":"then"}');
    assert.equal((await bench.read('asOf.eu.2')).value, 'then');
    assert.equal((await bench.bucket.get('asOf.new'))?.operation, 'DEL');

    await vscode.commands.executeCommand('natsKv.plan.undo');
    await eventually(() => assert.match(document.getText(), /^# Undo: Restore B to r/));
    assert.equal((await bench.read('asOf.eu.1')).value, '{"status":"now"}');
    assert.equal((await bench.bucket.get('asOf.eu.2'))?.operation, 'DEL');
    assert.equal((await bench.read('asOf.new')).value, 'now');
  });

  it('restores one folder by its command', async () => {
    const node = { kind: 'asOfFolder', id: 'f', row: { kind: 'folder', path: 'asOf.eu.' } };
    await browse(`r${then}`);
    await vscode.commands.executeCommand('natsKv.asOf.restore', node);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, new RegExp(`^# Restore B › asOf\\.eu\\. to r${then}\n`));
    assert.doesNotMatch(text, /asOf\.new/);
  });
});
