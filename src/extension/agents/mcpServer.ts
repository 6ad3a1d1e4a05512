import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { refusalOf } from '../../kv/agents/agentRefusal';
import type { AgentTools } from '../../kv/agents/agentTools';
import { toolDefinitions } from '../../kv/agents/toolDefinitions';

/** A server of this window, with the token that its clients have to show. */
export interface McpServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/** Requests are no larger than an input of the largest proposal, in bytes. */
const mostBytes = 4 * 1024 * 1024;
const mostConnections = 32;

/**
 * Serves the tools by the Model Context Protocol over HTTP, on this computer alone and to those alone who have the
 * token, which ends with the server. Each request stands for itself: there is no session to be taken over.
 * Pages of a browser are refused by their `Origin`, and names that were made to lead here by their `Host`.
 */
export async function startMcpServer(
  tools: AgentTools,
  version: string,
  failed: (error: unknown) => void,
): Promise<McpServer> {
  const token = randomBytes(32).toString('base64url');
  let hosts: readonly string[] = [];
  const http = createServer((request, response) => {
    const refusal = refusalStatus(request, token, hosts);
    if (refusal === undefined) {
      answer(tools, version, request, response).catch((error: unknown) => {
        failed(error);
        end(response, 500);
      });
    } else {
      end(response, refusal);
    }
  });
  http.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    token,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** The status of a request that is refused; undefined for one that is answered. */
function refusalStatus(
  { headers, method, url }: IncomingMessage,
  token: string,
  hosts: readonly string[],
): number | undefined {
  if (!hosts.includes(headers.host ?? '') || headers.origin !== undefined) {
    return 403;
  }
  if (!isSame(headers.authorization ?? '', `Bearer ${token}`)) {
    return 401;
  }
  if (url !== '/mcp') {
    return 404;
  }
  return method === 'POST' ? undefined : 405;
}

/** Compares in a time that says nothing of where two texts differ. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) {
    response.writeHead(status);
  }
  response.end();
}

async function answer(
  tools: AgentTools,
  version: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    end(response, 413);
    return;
  }
  const gone = new AbortController();
  const server = serverOf(tools, version, gone.signal);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  response.once('close', () => {
    gone.abort();
    server.close().catch(() => undefined);
  });
  await server.connect(transport);
  const { json: parsedBody } = body;
  const answered = await transport.handleRequest(asRequest(request), { parsedBody });
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(await answered.text());
}

/** What the SDK reads of a request beside its body. */
function asRequest({ headers }: IncomingMessage): Request {
  const told = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    told.set(name, String(value));
  }
  return new Request('http://127.0.0.1/mcp', { method: 'POST', headers: told });
}

/** Undefined for one that is too large; without JSON where it is none. */
async function bodyOf(request: IncomingMessage): Promise<{ readonly json: unknown } | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      return undefined;
    }
    chunks.push(chunk);
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { json: null };
  }
}

function serverOf(tools: AgentTools, version: string, gone: AbortSignal): Server {
  const server = new Server({ name: 'nats-kv', version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: toolDefinitions
      .filter(({ writes }) => !writes || tools.mayWrite)
      .map(({ name, description, inputSchema, writes }) => ({
        ...{ name, description },
        inputSchema: inputSchema,
        annotations: {
          readOnlyHint: name !== 'proposeValue' && !writes,
          destructiveHint: !!writes,
        },
      })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    try {
      const either = AbortSignal.any([signal, gone]);
      const text = await tools.call(params.name, params.arguments ?? {}, either);
      return { content: [{ type: 'text', text }] };
    } catch (error) {
      return { isError: true, content: [{ type: 'text', text: refusalOf(error).message }] };
    }
  });
  return server;
}
