import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';

/** The tables of buckets in a real VS Code; what is in them is looked at where there is a screen. */
describe('the table of a bucket', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('table.a', '{"n":1}');
    await bench.open('table.a');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  after(() => bench.stop());

  function tabs(): string[] {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview)
      .map(({ label }) => label);
  }

  it('opens once for each bucket, and is brought to the front again', async () => {
    const show = async (): Promise<void> => {
      const shown = await answering({ picks: ['B'] }, () =>
        vscode.commands.executeCommand('natsKv.table.open'),
      );
      assert.deepEqual(shown.errors, []);
    };
    await show();
    await eventually(() => assert.deepEqual(tabs(), ['B (Table)']));
    await bench.open('table.a');
    await show();
    await eventually(() => {
      assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'B (Table)');
    });
    assert.equal(tabs().length, 1);
  });
});
