import * as vscode from 'vscode';
import { settingIds } from '../contributions';
import { usualPort } from './localServer';

export interface LocalServerSettings {
  /** Path of the executable to run, when one is set. */
  readonly path: string | undefined;
  /** The port to take if it is free; 0 is any free one. */
  readonly port: number;
}

/** Reads the settings. In an untrusted workspace only the user's own count: they name what is run. */
export function readLocalServerSettings(): LocalServerSettings {
  const path = valueOf(settingIds.localServerPath);
  const port = valueOf(settingIds.localServerPort);
  return {
    path: typeof path === 'string' && path.trim() !== '' ? path.trim() : undefined,
    port: isPort(port) ? port : usualPort,
  };
}

/** `inspect`, because a plain read leaves to VS Code what an untrusted workspace may set. */
function valueOf(id: string): unknown {
  const found = vscode.workspace.getConfiguration().inspect<unknown>(id);
  const own = found?.globalValue;
  return vscode.workspace.isTrusted ? (found?.workspaceValue ?? own) : own;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}
