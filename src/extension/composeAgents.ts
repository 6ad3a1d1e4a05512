import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../kv/base/event';
import { later } from '../kv/base/later';
import type { AgentNeeds } from './agents/agentParts';

/** A tool of package.json. */
interface DeclaredTool {
  readonly name: string;
  readonly displayName: string;
}

/** Registers the tools of agents; what they do is loaded with the first call. */
export function composeAgents(needs: AgentNeeds, manifest: unknown): Disposable {
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
  return store;
}

/** None where VS Code, or what is built like it, has no language models. */
function toolsOf(manifest: unknown): readonly DeclaredTool[] {
  const { contributes } = manifest as {
    contributes?: { languageModelTools?: readonly DeclaredTool[] };
  };
  const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
  return lm?.registerTool ? (contributes?.languageModelTools ?? []) : [];
}
