import type { CommandsOf } from '../commands/register';
import { commandIds } from '../contributions';
import { chatCommands, type ChatNeeds } from './chatCommands';
import { copyMcpServer } from './copyMcpServer';
import type { McpHost } from './mcpHost';

/** Commands that people use beside assistants. */
export function agentCommands(
  needs: ChatNeeds & { readonly mcp: () => Promise<McpHost> },
): CommandsOf<'agents'> {
  return {
    ...chatCommands(needs),
    [commandIds.agentsCopyMcp]: () => copyMcpServer(needs.mcp),
  };
}
