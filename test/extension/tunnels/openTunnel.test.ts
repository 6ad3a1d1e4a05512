import { expect, it, onTestFinished, vi } from 'vitest';
import * as vscode from 'vscode';
import { openTunnel } from '../../../src/extension/tunnels/openTunnel';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import { plainWindow } from '../../../src/views/shown/plainWindow';

const config: ConnectionConfig = {
  id: 'a',
  name: 'A',
  url: 'nats://nats.internal:4222',
  tunnel: { kind: 'ssh', destination: 'me@bastion' },
};

/** A window whose user answers with `answer`, and what was asked. */
function windowWith(answer: string | undefined, isTrusted = true) {
  const kept = new Map<string, unknown>();
  const state = {
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => Promise.resolve(kept.set(key, value)),
  } as unknown as vscode.Memento;
  const inspect = () => ({ globalValue: process.execPath, workspaceValue: '/bin/evil' });
  const settings = vi
    .spyOn(vscode.workspace, 'getConfiguration')
    .mockReturnValue({ inspect } as unknown as vscode.WorkspaceConfiguration);
  const before = vscode.workspace.isTrusted;
  Object.assign(vscode.workspace, { isTrusted });
  const ask = vi
    .spyOn(plainWindow, 'showWarningMessage')
    .mockImplementation((() => Promise.resolve(answer)) as never);
  onTestFinished(() => {
    settings.mockRestore();
    ask.mockRestore();
    Object.assign(vscode.workspace, { isTrusted: before });
  });
  const open = (
    change: Partial<ConnectionConfig> = {},
    reason: 'askedFor' | 'byItself' = 'askedFor',
  ) => openTunnel({ state, log: { warn: vi.fn() } }, { ...config, ...change }, undefined, reason);
  return { open, ask };
}

it('shows the command of a tunnel once for each connection and command', async () => {
  const { open, ask } = windowWith('Run');
  await open();
  await open();
  await open({ name: 'other name' }, 'byItself');
  expect(ask).toHaveBeenCalledTimes(1);
  const [, options] = ask.mock.calls[0] as unknown as [string, { modal: boolean; detail: string }];
  expect(options.modal).toBe(true);
  expect(options.detail).toContain(
    `${process.execPath} -v -N -T -S none -o BatchMode=yes -o ExitOnForwardFailure=yes -L 127.0.0.1:<port>:nats.internal:4222 -- me@bastion`,
  );
  await open({ tunnel: { kind: 'ssh', destination: 'you@bastion' } });
  await open({ url: 'nats://other:4222' });
  await open({ id: 'b' });
  expect(ask).toHaveBeenCalledTimes(4);
  await open();
  expect(ask).toHaveBeenCalledTimes(4);
});

it('makes no tunnel that was not allowed, and asks again', async () => {
  const { open, ask } = windowWith(undefined);
  await expect(open()).rejects.toMatchObject({ kind: 'cancelled' });
  await expect(open()).rejects.toMatchObject({ kind: 'cancelled' });
  expect(ask).toHaveBeenCalledTimes(2);
});

it('asks nobody in a dial that nobody asked for', async () => {
  const { open, ask } = windowWith('Run');
  await expect(open({}, 'byItself')).rejects.toMatchObject({ kind: 'denied' });
  expect(ask).not.toHaveBeenCalled();
});

it('makes no tunnel in a workspace that is not trusted, also not one that was allowed', async () => {
  const { open, ask } = windowWith('Run');
  await open();
  Object.assign(vscode.workspace, { isTrusted: false });
  await expect(open()).rejects.toThrow(/only in a workspace that is trusted/);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('makes no tunnel to a name that ssh might read otherwise', async () => {
  const { open, ask } = windowWith('Run');
  await expect(open({ url: 'nats://a*b:4222' })).rejects.toThrow(/no tunnel can take/);
  expect(ask).not.toHaveBeenCalled();
});
