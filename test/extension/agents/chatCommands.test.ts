import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { chatCommands } from '../../../src/extension/agents/chatCommands';
import { commandIds } from '../../../src/extension/contributions';
import { keyNode } from '../../../src/views/buckets/rows/nodes';
import { AgentBench } from '../../kv/agents/agentBench';

const settings = vi.hoisted(() => ({ current: {} }));
vi.mock('../../../src/extension/agents/agentSettings', () => ({
  agentSettings: () => settings.current,
}));

let bench: AgentBench;

beforeEach(async () => {
  bench = await AgentBench.start();
  settings.current = bench.settings;
});

afterEach(() => {
  bench.stop();
  vi.restoreAllMocks();
});

/** What the chat is opened with for keys of the tree. */
async function chatOf(...keys: readonly string[]): Promise<readonly unknown[]> {
  const run = vi.spyOn(vscode.commands, 'executeCommand').mockResolvedValue(undefined);
  const [session] = bench.sessions;
  const nodes = keys.map((key) => session && keyNode(session, 'B', key)).filter((node) => !!node);
  const commands = chatCommands({
    choice: { keys: () => Promise.resolve(nodes) },
    found: { children: () => [], valuesOf: () => [] },
  });
  await commands[commandIds.keyAddToChat]();
  return run.mock.calls.filter(([id]) => id === 'workbench.action.chat.open');
}

describe('Add Key to Chat', () => {
  it('names keys in quotes, and no value', async () => {
    bench.server.foreignPut('B', 'a', 'the value');
    expect(await chatOf('a', 'b"c')).toEqual([
      [
        'workbench.action.chat.open',
        {
          query: '#natsKvReadMany connection "local", bucket "B", keys "a", "b\\"c"\n',
          isPartialQuery: true,
        },
      ],
    ]);
  });

  it('names no key that assistants may not see', async () => {
    expect(await chatOf('session.token.hunter2')).toEqual([]);
    settings.current = { ...bench.settings, connections: ['!local'] };
    expect(await chatOf('a')).toEqual([]);
  });
});
