import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';

const { Global } = vscode.ConfigurationTarget;

/** The pages of buckets in a real VS Code; what is in them is looked at where there is a screen. */
describe('the page of the properties of a bucket', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('properties.a', 'x');
    await bench.open('properties.a');
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

  async function show(): Promise<void> {
    const shown = await answering({ picks: ['B'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.properties'),
    );
    assert.deepEqual(shown.errors, []);
  }

  it('opens once for each bucket, and is brought to the front again', async () => {
    await show();
    await eventually(() => assert.deepEqual(tabs(), ['B · bench (Properties)']));
    await bench.open('properties.a');
    await show();
    await eventually(() => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      assert.equal(activeTab?.label, 'B · bench (Properties)');
    });
    assert.equal(tabs().length, 1);
  });

  it('bears the name of its connection, whatever that is by now, and outlives its end', async () => {
    await show();
    await eventually(() => assert.deepEqual(tabs(), ['B · bench (Properties)']));
    const settings = vscode.workspace.getConfiguration();
    const configured = settings.get<readonly object[]>('natsKv.connections') ?? [];
    const renamed = configured.map((connection) => ({ ...connection, name: 'renamed' }));
    await settings.update('natsKv.connections', renamed, Global);
    await eventually(() => assert.deepEqual(tabs(), ['B · renamed (Properties)']));
    await settings.update('natsKv.connections', [], Global);
    await eventually(() => assert.deepEqual(tabs(), ['B (Properties)']));
    await settings.update('natsKv.connections', configured, Global);
    await eventually(() => assert.deepEqual(tabs(), ['B · bench (Properties)']));
  });

  it('is not needed for the configuration as the server has it', async () => {
    await answering({ picks: ['B'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.showJson'),
    );
    await eventually(() => {
      const { document } = vscode.window.activeTextEditor ?? {};
      assert.equal(document?.uri.scheme, 'natskv-bucket');
    });
  });

  it('has its like for a connection, which leads to none of them by itself', async () => {
    await vscode.commands.executeCommand('natsKv.connection.glance');
    await eventually(() => assert.deepEqual(tabs(), ['JetStream of bench']));
    await vscode.commands.executeCommand('natsKv.connection.glance');
    await eventually(() => assert.deepEqual(tabs(), ['JetStream of bench']));
  });
});
