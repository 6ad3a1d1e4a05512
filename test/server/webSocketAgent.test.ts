import http from 'node:http';
import https from 'node:https';
import { expect, it, onTestFinished, vi } from 'vitest';
import { tlsConfig } from '../support/certificates';
import { startIngress } from '../support/ingress';
import { startWebSocketServer } from '../support/webSocketServer';
import { describeWithOpenssl } from '../support/where';
import { makeAuthority } from './authorities';
import { connectTo } from './system';

/** Does with requests what VS Code's extension host does: all but those over a Unix socket get its agent. */
function putAgentsIn(): void {
  for (const module of [http, https]) {
    const request = module.request as (options: https.RequestOptions) => http.ClientRequest;
    const patched: typeof request = (options) =>
      request(options.socketPath ? options : { ...options, agent: module.globalAgent });
    const spy = vi.spyOn(module, 'request').mockImplementation(patched as typeof module.request);
    onTestFinished(() => spy.mockRestore());
  }
}

async function start(inside?: string) {
  const system = await startWebSocketServer({}, inside);
  onTestFinished(() => system.server.stop());
  return system;
}

describeWithOpenssl('WebSocket beside the agent of the extension host', () => {
  it('goes over the socket that was opened for it, with its TLS', async () => {
    putAgentsIn();
    const ca = makeAuthority();
    const { url } = await start(tlsConfig(ca.issue()));
    const connection = await connectTo(url, { tls: { caFile: ca.caFile } });
    expect(await connection.listBuckets()).toEqual([]);
  });

  it('names the host and the path that it is for', async () => {
    putAgentsIn();
    const { port } = await start();
    const asked: unknown[] = [];
    const ingress = await startIngress(port, ({ headers, url }) => {
      asked.push([headers.host, url]);
      return undefined;
    });
    await connectTo(`ws://localhost:${ingress}/a/path`);
    expect(asked).toEqual([[`localhost:${ingress}`, '/a/path']]);
  });
});
