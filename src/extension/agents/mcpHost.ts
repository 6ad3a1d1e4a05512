import * as vscode from 'vscode';
import type { AgentTools } from '../../kv/agents/agentTools';
import type { Disposable } from '../../kv/base/event';
import { ignore } from '../../kv/base/ignore';
import { isMcpOn } from './agentSettings';
import { startMcpServer, type McpServer } from './mcpServer';

/** Owns the server of this window, which runs while the settings have it on; changes only through `definitions`. */
export class McpHost implements Disposable {
  private server: Promise<McpServer> | undefined;

  constructor(
    private readonly tools: AgentTools,
    private readonly version: string,
    /** Is told why a request was not answered. */
    private readonly failed: (error: unknown) => void,
  ) {}

  /** What VS Code may connect to: the server, started where it is on, ended where it is not. */
  async definitions(): Promise<vscode.McpHttpServerDefinition[]> {
    if (!isMcpOn()) {
      this.dispose();
      return [];
    }
    this.server ??= startMcpServer(this.tools, this.version, this.failed).catch(
      (error: unknown) => {
        // The next one who asks tries again.
        this.server = undefined;
        throw error;
      },
    );
    const { url, token } = await this.server;
    const headers = { Authorization: `Bearer ${token}` };
    const uri = vscode.Uri.parse(url);
    return [new vscode.McpHttpServerDefinition('NATS KV', uri, headers, this.version)];
  }

  dispose(): void {
    this.server?.then((server) => server.close()).then(undefined, ignore);
    this.server = undefined;
  }
}
