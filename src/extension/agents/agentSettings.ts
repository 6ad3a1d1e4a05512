import * as vscode from 'vscode';
import type { AgentSettings } from '../../kv/agents/agentPolicy';
import { settingIds } from '../contributions';

/** What the user's own settings say of agents: those of a workspace could take its limits away. */
export function agentSettings(): AgentSettings {
  return {
    isOn: vscode.workspace.isTrusted && userSetting(settingIds.agentsEnabled) === true,
    connections: userSetting(settingIds.agentsConnections),
    redact: userSetting(settingIds.agentsRedact),
    allowWrites: userSetting(settingIds.agentsAllowWrites),
  };
}

/** Whether other programs may use the tools, by the Model Context Protocol. */
export function isMcpOn(): boolean {
  return agentSettings().isOn && userSetting(settingIds.agentsMcp) === true;
}

/** The value of the user's settings, else the default. */
function userSetting(id: string): unknown {
  const inspected = vscode.workspace.getConfiguration().inspect<unknown>(id);
  return inspected?.globalValue ?? inspected?.defaultValue;
}
