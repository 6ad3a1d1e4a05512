import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMcpServer, type McpServer } from '../../../src/extension/agents/mcpServer';
import { AgentBench } from '../../kv/agents/agentBench';

/** No request of these tests fails on the side of the server. */
function unexpected(error: unknown): void {
  throw error;
}

let bench: AgentBench;
let server: McpServer;

beforeEach(async () => {
  bench = await AgentBench.start();
  bench.server.foreignPut('B', 'a', '{"n":1,"password":"hunter2"}');
  server = await startMcpServer(bench.tools, '1.0.0', unexpected);
});

afterEach(async () => {
  await server.close();
  bench.stop();
});

async function connect(token = server.token): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit });
  await client.connect(transport);
  return client;
}

async function call(client: Client, name: string, input: object) {
  const { content, isError } = await client.callTool({ name, arguments: { ...input } });
  const [{ text }] = content as [{ text: string }];
  return { text, isError: isError === true };
}

/** The status of a bare request. */
function post(headers: Readonly<Record<string, string>>, path = '/mcp', method = 'POST') {
  return new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port, host } = new URL(server.url);
    const all = {
      ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      ...{ host, authorization: `Bearer ${server.token}` },
      ...headers,
    };
    const sent = request({ hostname, port, path, method, headers: all }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' : undefined);
  });
}

describe('the server for the Model Context Protocol', () => {
  it('gives the tools to a client of the SDK', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('searchValues');
    expect(tools.map(({ name }) => name)).not.toContain('putKey');

    const { text, isError } = await call(client, 'readKey', { bucket: 'B', key: 'a' });
    expect(isError).toBe(false);
    expect(JSON.parse(text)).toMatchObject({ key: 'a', hasRedactedParts: true });
    expect(text).not.toContain('hunter2');

    expect(await call(client, 'readKey', { bucket: 'B' })).toEqual({
      text: 'the input: the field key is missing',
      isError: true,
    });
    expect(await call(client, 'nothing', {})).toMatchObject({ isError: true });
    await client.close();
  });

  it('tells of tools that write where the settings allow them', async () => {
    bench.settings = { ...bench.settings, allowWrites: ['local'] };
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('putKey');
    await client.close();
  });

  it('ends a call whose client is gone', async () => {
    const client = await connect();
    const calling = call(client, 'watchFor', { bucket: 'B', seconds: 60 });
    calling.catch(() => undefined);
    await expect.poll(() => bench.server.openWatches).toBe(1);
    await client.close();
    await expect.poll(() => bench.server.openWatches).toBe(0);
  });

  it('knows the token of this window alone', async () => {
    const other = await startMcpServer(bench.tools, '1.0.0', unexpected);
    expect(other.token).not.toBe(server.token);
    await expect(connect(other.token)).rejects.toThrow();
    expect(await post({ authorization: `Bearer ${other.token}` })).toBe(401);
    expect(await post({ authorization: '' })).toBe(401);
    expect(await post({ authorization: server.token })).toBe(401);
    await other.close();
    expect(bench.logged).toEqual([]);
  });

  it.each([
    ['a page of a browser', { origin: 'https://example.com' }, 403],
    ['a page of this computer', { origin: 'http://127.0.0.1' }, 403],
    ['a page without an origin of its own', { origin: 'null' }, 403],
    ['a name that leads here', { host: 'example.com' }, 403],
    ['what has no token, whatever else it says', { host: 'example.com', authorization: 'x' }, 403],
  ])('refuses %s', async (_, headers, status) => {
    expect(await post(headers)).toBe(status);
  });

  it('answers nothing but posts to its one path', async () => {
    expect(await post({}, '/')).toBe(404);
    expect(await post({}, '/mcp', 'GET')).toBe(405);
    expect(await post({}, '/mcp', 'DELETE')).toBe(405);
    expect(await post({})).toBe(200);
  });

  it('listens on this computer alone', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  });
});
