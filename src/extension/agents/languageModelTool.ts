import * as vscode from 'vscode';
import { refusalOf } from '../../kv/agents/agentRefusal';
import type { AgentTools } from '../../kv/agents/agentTools';
import { cut } from '../../kv/values/textDiff';
import { plainText } from '../../views/shown/plainText';

/** Runs a tool for VS Code. What goes wrong is an error whose message the model reads. */
export async function invokeTool(
  tools: AgentTools,
  name: string,
  input: unknown,
  token: vscode.CancellationToken,
): Promise<vscode.LanguageModelToolResult> {
  const cancelled = new AbortController();
  const listener = token.onCancellationRequested(() => cancelled.abort());
  if (token.isCancellationRequested) {
    cancelled.abort();
  }
  try {
    const text = await tools.call(name, input, cancelled.signal);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
  } catch (error) {
    throw new Error(refusalOf(error).message, { cause: error });
  } finally {
    listener.dispose();
  }
}

/** What the chat shows while a tool runs; names in it are no markup. */
export function invocationMessage(title: string, input: unknown): string {
  const { bucket, key } = (input ?? {}) as { readonly bucket?: unknown; readonly key?: unknown };
  const place = [bucket, key]
    .filter((part) => typeof part === 'string')
    .map((part) => cut(part.replace(/[^\p{L}\p{N}._-]+/gu, ' '), 60));
  return plainText([title, ...place].join(' · '));
}
