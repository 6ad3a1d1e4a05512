import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';

describe('comparing buckets of a real server', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.api('STREAM.CREATE.KV_CMP', {
      ...(await bench.info('B')),
      name: 'KV_CMP',
      subjects: ['$KV.CMP.>'],
    });
    await both('cmp.same', '{"a":1,"b":2}', '{ "b": 2, "a": 1 }');
    await both('cmp.differs', '{"status":"ours"}', '{"status":"theirs"}');
    await both('cmp.stamped', '{"id":1,"at":1}', '{"id":1,"at":2}');
    await bench.put('cmp.new', 'only left');
    await bench.putWith('CMP', 'cmp.old', 'only right', {});
    await bench.open('cmp.same');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  after(async () => {
    await vscode.commands.executeCommand('natsKv.compare.close');
    await bench.delete('CMP');
    await bench.stop();
  });

  async function both(key: string, left: string, right: string): Promise<void> {
    await bench.put(key, left);
    await bench.putWith('CMP', key, right, {});
  }

  function compare(by: string): Promise<unknown> {
    return answering({ picks: ['B', 'Another Bucket…', 'CMP', by] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.compare'),
    );
  }

  const key = (state: string, path: string) => ({
    kind: 'compareKey',
    id: path,
    state,
    row: { kind: 'key', path },
  });
  const group = (state: string) => ({ kind: 'compareGroup', id: state, state });

  /** What a copy of a whole group would do, as the lines of its dry run. */
  async function planned(state: string, command = 'natsKv.compare.copyRight'): Promise<string[]> {
    await vscode.commands.executeCommand(command, group(state));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-plan');
    const lines = document.getText().split('\n');
    return lines.filter((line) => /^[-+]/.test(line)).map((line) => line.replace(/[: ].*/, ''));
  }

  it('finds what differs by meaning, and what the rules leave', async () => {
    await compare('Values, JSON by Meaning');
    assert.deepEqual(await planned('different'), ['+cmp.differs', '+cmp.stamped']);
    await answering({ texts: ['$.at'] }, () =>
      vscode.commands.executeCommand('natsKv.compare.ignore'),
    );
    assert.deepEqual(await planned('different'), ['+cmp.differs']);
  });

  it('shows both values beside each other, and the one there is', async () => {
    await compare('Values Byte by Byte');
    await vscode.commands.executeCommand('natsKv.compare.open', key('different', 'cmp.differs'));
    await eventually(() => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputTextDiff);
      assert.match(input.original.path, /^\/B\/cmp\.differs$/);
      assert.match(input.modified.path, /^\/CMP\/cmp\.differs$/);
    });
    await vscode.commands.executeCommand('natsKv.compare.open', key('right', 'cmp.old'));
    await eventually(() =>
      assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /^\/CMP\/cmp\.old$/),
    );
  });

  it('copies a selection after a dry run, and follows what that changes', async () => {
    await compare('Values, JSON by Meaning');
    const selection = [key('different', 'cmp.differs'), key('left', 'cmp.new')];
    await vscode.commands.executeCommand('natsKv.compare.copyRight', selection[0], selection);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.match(
      document.getText(),
      /^# Copy 2 keys to CMP · bench\n#\n# To create: 1\. To replace: 1\./,
    );
    await answering({ buttons: ['Copy 2 Keys'] }, () =>
      vscode.commands.executeCommand('natsKv.plan.carryOut'),
    );
    await eventually(() => assert.match(document.getText(), /\n# 2 done, 0 skipped, /));
    assert.equal((await bench.last('CMP', 'cmp.differs')).value, '{"status":"ours"}');
    assert.equal((await bench.last('CMP', 'cmp.new')).value, 'only left');
    await eventually(async () => {
      // Where there is nothing left to copy no plan is opened, and that of the last look would stay.
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('natsKv.compare.copyRight', group('left'));
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), undefined);
    });
  });

  it('deletes what the other side has none of, and says so before', async () => {
    await compare('Sizes Only');
    assert.deepEqual(await planned('right'), ['-cmp.old']);
    assert.match(
      vscode.window.activeTextEditor?.document.getText() ?? '',
      /To delete, since the other side has none: 1\./,
    );
  });
});
