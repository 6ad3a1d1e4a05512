import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { later } from '../kv/base/later';
import type { AgentNeeds, AgentParts } from './agents/agentParts';
import { isMcpOn } from './agents/agentSettings';
import type { ChatNeeds } from './agents/chatCommands';
import type { McpHost } from './agents/mcpHost';
import { lazyCommands, type CommandMap } from './commands/register';
import { mcpProviderId } from './contributions';

/** A tool of package.json. */
interface DeclaredTool {
  readonly name: string;
  readonly displayName: string;
}

/** What assistants may ask, with the commands that name keys to them. */
interface Agents extends Disposable {
  readonly commands: CommandMap;
}

/** Registers the tools of agents; what they do is loaded with the first call. */
export function composeAgents(needs: AgentNeeds & ChatNeeds, manifest: unknown): Agents {
  const store = new DisposableStore();
  const parts = later(async () => {
    const { AgentParts } = await import('./agents/agentParts');
    return store.add(new AgentParts(needs));
  });
  const asTool = () => import('./agents/languageModelTool');
  for (const { name, displayName } of toolsOf(manifest)) {
    const tool = name.replace('natsKv_', '');
    store.add(
      vscode.lm.registerTool<object>(name, {
        invoke: async ({ input }, token) =>
          (await asTool()).invokeTool((await parts()).tools, tool, input, token),
        prepareInvocation: async ({ input }) => ({
          invocationMessage: (await asTool()).invocationMessage(displayName, input),
        }),
      }),
    );
  }
  const mcp = later(async () => {
    const { McpHost } = await import('./agents/mcpHost');
    const { tools, failed } = await parts();
    const { version } = manifest as { version: string };
    return store.add(new McpHost(tools, version, failed));
  });
  if (lm()?.registerMcpServerDefinitionProvider) {
    store.add(provideMcp(parts, mcp));
  }
  const commands = lazyCommands('agents', async () =>
    (await import('./agents/agentCommands')).agentCommands({ ...needs, mcp }),
  );
  return { commands, dispose: () => store.dispose() };
}

/** The server for other programs, which is loaded once the settings have it on. */
function provideMcp(parts: () => Promise<AgentParts>, host: () => Promise<McpHost>): Disposable {
  const store = new DisposableStore();
  const changed = store.add(new vscode.EventEmitter<void>());
  let isUsed = false;
  const definitions = async () => {
    isUsed ||= isMcpOn();
    return isUsed ? (await host()).definitions() : [];
  };
  store.add(
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration('natsKv.agents')) {
        // VS Code asks again, and tells what fails then.
        await definitions().catch(async (error: unknown) => (await parts()).failed(error));
        changed.fire();
      }
    }),
  );
  const provider = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: definitions,
  };
  store.add(vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, provider));
  return store;
}

/** None where VS Code, or what is built like it, has no language models. */
function lm(): Partial<typeof vscode.lm> | undefined {
  return (vscode as { readonly lm?: Partial<typeof vscode.lm> }).lm;
}

function toolsOf(manifest: unknown): readonly DeclaredTool[] {
  const { contributes } = manifest as {
    contributes?: { languageModelTools?: readonly DeclaredTool[] };
  };
  return lm()?.registerTool ? (contributes?.languageModelTools ?? []) : [];
}
