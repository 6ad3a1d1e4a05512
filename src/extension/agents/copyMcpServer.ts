import * as vscode from 'vscode';
import { settingIds } from '../contributions';
import { inform } from '../report';
import { authorization, type McpHost } from './mcpHost';

/**
 * Copies what another client needs to use the server of this window: an entry for its list of servers, in JSON.
 * The token is shown nowhere else.
 */
export async function copyMcpServer(host: () => Promise<Pick<McpHost, 'running'>>): Promise<void> {
  const server = await (await host()).running();
  if (!server) {
    inform(vscode.l10n.t('The MCP server is off: {0} switches it on.', settingIds.agentsMcp));
    return;
  }
  const { url } = server;
  const entry = { 'nats-kv': { type: 'http', url, headers: authorization(server) } };
  await vscode.env.clipboard.writeText(JSON.stringify(entry, undefined, 2));
  inform(
    vscode.l10n.t(
      'Address and token copied: until this window closes, whoever has them can use the tools of assistants from this computer.',
    ),
  );
}
