import * as vscode from 'vscode';
import { t } from '../../kv/base/l10n';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import { KvError, throwIfCancelled } from '../../kv/model/errors';
import type { DialReason } from '../../kv/model/kvConnection';
import { parseServers } from '../../kv/nats/link/serverUrl';
import { settingIds } from '../contributions';
import { findProgram } from './findProgram';
import { ProgramTunnel } from './programTunnel';
import { anyPort, canForward, commandText, tunnelArguments } from './tunnelCommand';
import { askConsent, isAllowed } from './tunnelConsent';

interface TunnelNeeds {
  /** Remembers which command lines were allowed, on this machine. */
  readonly state: vscode.Memento;
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/**
 * The tunnel of a connection that has one, which the caller disposes; nothing is run before it is used. Asks for
 * consent where somebody waits for the dial. Throws `invalidConfig`, `denied` or `cancelled`.
 */
export async function openTunnel(
  { state, log }: TunnelNeeds,
  connection: ConnectionConfig,
  signal: AbortSignal | undefined,
  reason: DialReason,
): Promise<ProgramTunnel | undefined> {
  const { tunnel: config, name, url } = connection;
  if (!config) {
    return undefined;
  }
  if (!vscode.workspace.isTrusted) {
    throw new KvError(
      'denied',
      t('its tunnel runs a program, which is done only in a workspace that is trusted'),
    );
  }
  const setting = config.kind === 'ssh' ? settingIds.tunnelSsh : settingIds.tunnelKubectl;
  const configured = userPath(setting);
  const program = await findProgram(config.kind, { configured, setting });
  const { addresses } = parseServers([url]);
  const isNamed = config.kind === 'ssh' && config.remote === undefined;
  if (isNamed && !addresses.every(canForward)) {
    throw new KvError('invalidConfig', t('a server of its URL has a name that no tunnel can take'));
  }
  const line = addresses
    .map((server) => commandText(program, tunnelArguments(config, server, anyPort)))
    .join('\n');
  if (!isAllowed(state, connection, line)) {
    if (reason === 'byItself') {
      throw new KvError(
        'denied',
        t('the tunnel of {0} has not been allowed yet; connect it', name),
      );
    }
    if (!(await askConsent(state, connection, line))) {
      throw new KvError('cancelled', t('the tunnel of {0} was not allowed', name));
    }
  }
  throwIfCancelled(signal);
  return new ProgramTunnel({
    program,
    config,
    onLost: (message) => log.warn(`${name}: ${message}`),
  });
}

/** Only of the user's own settings, on this machine: VS Code gives a machine's no other. */
function userPath(setting: string): string {
  return vscode.workspace.getConfiguration().inspect<string>(setting)?.globalValue?.trim() ?? '';
}
