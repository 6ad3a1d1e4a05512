import { expect, it, onTestFinished } from 'vitest';
import * as vscode from 'vscode';
import { showing } from '../../../src/extension/commands/showing';

it.for([
  [undefined, vscode.UIKind.Desktop, 'Show Folder'],
  ['ssh-remote', vscode.UIKind.Desktop, 'Copy Path'],
  [undefined, vscode.UIKind.Web, 'Copy Path'],
] as const)('offers what a window at %s of kind %s can do', ([remoteName, uiKind, label]) => {
  const env = vscode.env as { remoteName: string | undefined; uiKind: vscode.UIKind };
  const before = { remoteName: env.remoteName, uiKind: env.uiKind };
  onTestFinished(() => void Object.assign(env, before));
  Object.assign(env, { remoteName, uiKind });
  expect(showing('/tmp/export').label).toBe(label);
});
