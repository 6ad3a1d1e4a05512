import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KvErrorKind } from '../../src/kv/model/errors';
import { makeOperator } from '../support/natsJwts';
import { type NatsServerOptions, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { listen } from '../support/recorder';
import { connect, probeServer } from './dial';
import { rejection } from './rejection';
import { connectTo } from './system';

async function start(config: string, options: NatsServerOptions = {}) {
  const server = await startNatsServer({ config, ...options });
  onTestFinished(() => server.stop());
  return server;
}

const failure = (port: number, kind: KvErrorKind = 'disconnected', timeoutMs = 30_000) =>
  rejection(kind, connect({ servers: [`127.0.0.1:${port}`], timeoutMs }));

describe('what answers instead of a NATS server', () => {
  it('is told to be no client port when it waits to be spoken to, as HTTP servers do', async () => {
    const server = createServer((_, response) => response.end('hello'));
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await failure(port, 'timeout', 1_000);
    expect(error.message).toBe(
      `127.0.0.1:${port} did not answer within 1000 ms; it accepts connections but does not introduce itself as a NATS server does; is it the client port?`,
    );
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /is not a NATS server: it speaks HTTP$/],
    ['SSH-2.0-OpenSSH_9\r\n', /is not a NATS server: it speaks SSH$/],
    ['220 mail.example ESMTP\r\n', /is not a NATS server: it speaks another protocol$/],
    ['INFO nonsense\r\n', /is not a NATS server: it speaks another protocol$/],
  ])('is told by what it says: %j', async (greeting, words) => {
    const port = await listen((socket) => socket.end(greeting));
    expect((await failure(port)).message).toMatch(words);
  });

  it('is told to have closed the connection without a word', async () => {
    const port = await listen((socket) => socket.end());
    expect((await failure(port)).message).toMatch(
      /closed the connection without a word; is it the client port of a NATS server\?$/,
    );
  });

  it.each([
    ['cluster { name: c, listen: "127.0.0.1:-1" }', /for route connections on \S+:(\d+)/],
    ['leafnodes { listen: "127.0.0.1:-1" }', /for leafnode connections on \S+:(\d+)/],
  ])('is told to be the port for other servers: %s', async (config, listening) => {
    const server = await start(config, { jetstream: false });
    const port = await eventually(() => {
      const found = listening.exec(server.log)?.[1];
      return found !== undefined && Number(found);
    });
    const error = await failure(port);
    expect(error.message).toMatch(
      /is no port for clients but for other servers; use the client port, 4222 by default$/,
    );
    const probing = probeServer(`127.0.0.1:${port}`);
    expect((await rejection('disconnected', probing)).message).toBe(error.message);
  });
});

describe('a server that lets nobody in', () => {
  it('tells that it has as many connections as it takes', async () => {
    const server = await start('max_connections: 1');
    await connectTo(server.url);
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await failure(server.port)).message).toBe(
        `127.0.0.1:${server.port} lets in no more connections; close some, or raise its max_connections`,
      );
    }
  });

  it('tells that the account has as many connections as it may', async () => {
    const operator = makeOperator({ connections: 1 });
    const server = await start(operator.config);
    const { creds } = operator.issueUser();
    const credentials = () => Promise.resolve([{ kind: 'creds', contents: creds() }] as const);
    await connectTo(server.url, { credentials });
    const second = connect({ servers: [server.url], credentials });
    // The reason gets lost when the connection breaks while the client is still writing.
    expect((await rejection('disconnected', second)).message).toMatch(
      /lets in no more connections of this account; close some|the account may have as many connec/,
    );
  });

  it('tells that the login came too late', async () => {
    // Holds back what the client sends, so that the server waits for it in vain.
    const server = await start('authorization { token: secret, timeout: 0.2 }');
    const port = await listen((client) => {
      connectTcp(server.port, '127.0.0.1')
        .on('error', () => undefined)
        .pipe(client);
    });
    expect((await failure(port, 'timeout')).message).toMatch(
      /gave up waiting for the login; try again, or raise the timeout of its authorization$/,
    );
  });
});
