import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startNatsServer } from '../support/natsServer';

describe('the extension host', () => {
  it('activates the extension', async () => {
    const extension = vscode.extensions.getExtension('nats-kv.nats-kv-explorer');
    assert.ok(extension, 'The extension is not installed.');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('reaches a nats-server of its own', async () => {
    const server = await startNatsServer();
    assert.match(server.log, /Server is ready/);
    await server.stop();
  });
});
