import * as vscode from 'vscode';
import type { AgentTools } from '../../kv/agents/agentTools';
import type { Disposable } from '../../kv/base/event';
import { ignore } from '../../kv/base/ignore';
import { isMcpOn } from './agentSettings';
import { startMcpServer, type McpServer } from './mcpServer';

/** The headers that a client has to send. */
export function authorization({ token }: McpServer): { readonly Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

/** Owns the server of this window, which runs while the settings have it on; changes only through `running`. */
export class McpHost implements Disposable {
  private server: Promise<McpServer> | undefined;

  constructor(
    private readonly tools: AgentTools,
    private readonly version: string,
    /** Is told why a request was not answered. */
    private readonly failed: (error: unknown) => void,
  ) {}

  /** What VS Code may connect to. */
  async definitions(): Promise<vscode.McpHttpServerDefinition[]> {
    const server = await this.running();
    if (!server) {
      return [];
    }
    const uri = vscode.Uri.parse(server.url);
    const headers = { ...authorization(server) };
    return [new vscode.McpHttpServerDefinition('NATS KV', uri, headers, this.version)];
  }

  /** The server, started where it is on; undefined where it is not, and ended. */
  async running(): Promise<McpServer | undefined> {
    if (!isMcpOn()) {
      this.dispose();
      return undefined;
    }
    this.server ??= startMcpServer(this.tools, this.version, this.failed).catch(
      (error: unknown) => {
        // The next one who asks tries again.
        this.server = undefined;
        throw error;
      },
    );
    return this.server;
  }

  dispose(): void {
    this.server?.then((server) => server.close()).then(undefined, ignore);
    this.server = undefined;
  }
}
