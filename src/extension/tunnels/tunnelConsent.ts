import * as vscode from 'vscode';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import { plainWindow } from '../../views/shown/plainWindow';
import { updateState } from '../updateState';

const stateKey = 'natsKv.allowedTunnels';
/** Those that were allowed longest ago are asked about again. */
const mostKept = 200;

/** Whether the user has allowed just this command line for this connection. */
export function isAllowed(state: vscode.Memento, { id }: ConnectionConfig, line: string): boolean {
  return allowed(state).includes(keyOf(id, line));
}

/** Asks whether a tunnel may be made, showing what is run; what was allowed is remembered. */
export async function askConsent(
  state: vscode.Memento,
  { id, name }: ConnectionConfig,
  line: string,
): Promise<boolean> {
  const run = vscode.l10n.t('Run');
  const detail = vscode.l10n.t(
    'It is run whenever {0} is connected, until it is disconnected. You are asked again when the command changes.',
    name,
  );
  const choice = await plainWindow.showWarningMessage(
    vscode.l10n.t('Run this command as the tunnel of {0}?', name),
    { modal: true, detail: `${line}\n\n${detail}` },
    run,
  );
  if (choice !== run) {
    return false;
  }
  const key = keyOf(id, line);
  // Where that is lost it is asked for again.
  await updateState<unknown>(state, stateKey, (before) =>
    [...stringsOf(before).filter((each) => each !== key), key].slice(-mostKept),
  );
  return true;
}

function keyOf(id: string, line: string): string {
  return JSON.stringify([id, line]);
}

function allowed(state: vscode.Memento): readonly string[] {
  return stringsOf(state.get<unknown>(stateKey));
}

function stringsOf(kept: unknown): readonly string[] {
  return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
}
