import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';

type Activate = (context: vscode.ExtensionContext) => unknown;

interface Started {
  readonly activate: Activate;
  readonly context: vscode.ExtensionContext;
}

/** Every test file is a bundle of its own, and so is the one that records. */
const shared = globalThis as { natsKvStarted?: Started };

/** Notes with what the extension is activated, to be called before that. */
export function recordActivation(): void {
  const extension = vscode.extensions.getExtension('nats-kv.nats-kv-explorer');
  assert.ok(extension);
  const { main: file } = extension.packageJSON as { main: string };
  const path = join(extension.extensionPath, file);
  const require = createRequire(path);
  const main = require(path) as { activate: Activate };
  const { activate } = main;
  const recording: Activate = (context) => {
    shared.natsKvStarted = { activate, context };
    return activate(context);
  };
  const loaded = require.cache[path];
  assert.ok(loaded);
  // The parts that are loaded later take what they share from here.
  loaded.exports = { ...main, activate: recording };
}

/**
 * Takes the extension down and starts it again with the editors that are open, unsaved texts included,
 * as a reload of the window and a restart of the extension host do: it keeps what it has stored only.
 */
export function restartExtension(): void {
  assert.ok(shared.natsKvStarted, 'the extension is active');
  const { activate, context } = shared.natsKvStarted;
  context.subscriptions
    .splice(0)
    .reverse()
    .forEach((each) => void each.dispose());
  activate(context);
}
