import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { HostBench } from './hostBench';

describe('what is told to whoever helps', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('secret-key', 'secret-value');
    await bench.open('secret-key');
  });

  after(async () => {
    await bench.stop();
  });

  it('is copied with versions and states, and without names, hosts and values', async () => {
    await vscode.env.clipboard.writeText('');
    await vscode.commands.executeCommand('natsKv.diagnostics.copy');
    const text = await eventually(async () => (await vscode.env.clipboard.readText()) || false);
    const { version } = vscode.extensions.getExtension('nats-kv.nats-kv-explorer')?.packageJSON as {
      version: string;
    };
    assert.ok(text.includes(version) && text.includes(vscode.version), text);
    assert.match(text, /connected/);
    assert.doesNotMatch(text, /secret|127\.0\.0\.1|bench|nats:\/\//);
  });

  it('is in the form for an issue, or copied where there is none', async () => {
    const { commands } = vscode;
    const { executeCommand } = commands;
    const forms: unknown[] = [];
    let hasForm = true;
    Object.assign(commands, {
      executeCommand: (id: string, ...args: unknown[]) => {
        if (id !== 'workbench.action.openIssueReporter') {
          return executeCommand(id, ...args);
        }
        forms.push(...args);
        return hasForm ? Promise.resolve() : Promise.reject(new Error('there is none'));
      },
    });
    try {
      await vscode.env.clipboard.writeText('');
      await commands.executeCommand('natsKv.issue.report');
      assert.deepEqual(
        forms.map((form) => (form as { extensionId: string }).extensionId),
        ['nats-kv.nats-kv-explorer'],
      );
      const { data } = forms[0] as { data: string };
      assert.ok(data.includes(vscode.version), data);
      assert.equal(await vscode.env.clipboard.readText(), '');
      hasForm = false;
      await commands.executeCommand('natsKv.issue.report');
      await eventually(async () =>
        (await vscode.env.clipboard.readText()).includes(vscode.version),
      );
    } finally {
      Object.assign(commands, { executeCommand });
    }
  });
});
