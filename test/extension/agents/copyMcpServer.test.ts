import { afterEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { copyMcpServer } from '../../../src/extension/agents/copyMcpServer';
import { plainWindow } from '../../../src/views/shown/plainWindow';

afterEach(() => vi.restoreAllMocks());

/** What is copied and what is told. */
async function copied(server: { readonly url: string; readonly token: string } | undefined) {
  const write = vi.spyOn(vscode.env.clipboard, 'writeText').mockResolvedValue(undefined);
  const tell = vi.spyOn(plainWindow, 'showInformationMessage').mockResolvedValue(undefined);
  const close = (): Promise<void> => Promise.resolve();
  const running = server && { ...server, close };
  await copyMcpServer(() => Promise.resolve({ running: () => Promise.resolve(running) }));
  return { texts: write.mock.calls.flat(), told: String(tell.mock.calls[0]?.[0]) };
}

describe('Copy MCP Server Address and Token', () => {
  it('copies an entry for the list of servers of a client, and says so', async () => {
    const url = 'http://127.0.0.1:4711/mcp';
    const { texts, told } = await copied({ url, token: 'hunter2' });
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
      { 'nats-kv': { type: 'http', url, headers: { Authorization: 'Bearer hunter2' } } },
    ]);
    expect(told).toContain('token copied');
    expect(told).not.toContain('hunter2');
  });

  it('copies nothing while the server is off', async () => {
    const { texts, told } = await copied(undefined);
    expect(texts).toEqual([]);
    expect(told).toContain('natsKv.agents.mcp');
  });
});
