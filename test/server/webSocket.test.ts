import { connect as connectNet, type Socket } from 'node:net';
import type { WebSocket as NodeSocket } from 'ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../src/kv/model/credentials';
import { connectOver } from '../../src/kv/nats/link/clientConnection';
import { overTcp } from '../../src/kv/nats/link/transports';
import {
  type WebSocketOpener,
  WebSocketTransport,
} from '../../src/kv/nats/link/webSocketTransport';
import { bytes, listAll } from '../kv/contract/harness';
import { tlsConfig } from '../support/certificates';
import { fillBucket } from '../support/fillBucket';
import { listenWebSocket, startFraming, startIngress } from '../support/ingress';
import { makeKey, makeOperator } from '../support/natsJwts';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { listen } from '../support/recorder';
import { startWebSocketServer } from '../support/webSocketServer';
import { describeWithOpenssl } from '../support/where';
import { connect, probeServer, testConnection } from './dial';
import { makeAuthority } from './authorities';
import { rejection } from './rejection';
import { connectTo, linkIs, startSystem } from './system';

async function start(config = '', inside?: string) {
  const system = await startWebSocketServer({ config }, inside);
  onTestFinished(() => system.server.stop());
  return system;
}

const present = (...credentials: Credentials[]) => ({
  credentials: () => Promise.resolve(credentials),
});

describe('a login over WebSocket', () => {
  const { publicKey, seed } = makeKey();
  const operator = makeOperator();
  const user = operator.issueUser();

  it.each<[string, string, Credentials]>([
    [
      'a user and password',
      'authorization { user: me, password: word }',
      { kind: 'userPassword', user: 'me', password: 'word' },
    ],
    ['a token', 'authorization { token: word }', { kind: 'token', token: 'word' }],
    ['an nkey', `authorization { users: [ { nkey: ${publicKey} } ] }`, { kind: 'nkey', seed }],
    ['a .creds file', operator.config, { kind: 'creds', contents: user.creds() }],
  ])('is let in with %s, and not without', async (_, config, credentials) => {
    const { url } = await start(config);
    const connection = await connectTo(url, present(credentials));
    expect(await connection.listBuckets()).toEqual([]);
    const error = await rejection('authFailed', connect({ servers: [url] }));
    expect(error.message).toMatch(/rejected the credentials/);
  });
});

describeWithOpenssl('WebSocket with TLS', () => {
  it('connects with its CA, whatever the URL says of TLS', async () => {
    const ca = makeAuthority();
    const { url, port } = await start('', tlsConfig(ca.issue()));
    const tls = { caFile: ca.caFile };
    expect(url).toMatch(/^wss:/);
    for (const each of [url, `ws://localhost:${port}`, `wss://127.0.0.1:${port}/any/path`]) {
      expect(await (await connectTo(each, { tls })).listBuckets()).toEqual([]);
    }
  });

  it('tells what is wrong with the certificate of the server', async () => {
    const ca = makeAuthority();
    const { url } = await start('', tlsConfig(ca.issue({ names: 'DNS:elsewhere.example' })));
    const tls = { caFile: ca.caFile };
    const named = await rejection('disconnected', connect({ servers: [url], tls }));
    expect(named.message).toMatch(/is for elsewhere\.example, not for localhost$/);
    const unknown = await rejection('disconnected', connect({ servers: [url] }));
    expect(unknown.message).toMatch(/\(CN=test, issued by CN=Test Authority\) comes from an auth/);
  });

  it('shows the client certificate that the server asks for, and asks for it', async () => {
    const [own, ca] = [makeAuthority('Servers'), makeAuthority('Clients')];
    const inside = tlsConfig(own.issue(), `ca_file: "${ca.caFile}", verify: true`);
    const { url } = await start('', inside);
    const { caFile } = own;
    await connectTo(url, { tls: { caFile, ...ca.issue() } });
    const error = await rejection('disconnected', connect({ servers: [url], tls: { caFile } }));
    expect(error.message).toMatch(/asks for a client certificate; give a certificate file/);
  });

  it('logs in the user whom the certificate is for', async () => {
    const [own, ca] = [makeAuthority('Servers'), makeAuthority('Clients')];
    const inside = tlsConfig(own.issue(), `ca_file: "${ca.caFile}", verify_and_map: true`);
    const { url } = await start('authorization { users: [ { user: "me.example" } ] }', inside);
    const tls = { caFile: own.caFile, ...ca.issue({ names: 'DNS:me.example' }) };
    expect((await connectTo(url, { tls })).state.current.kind).toBe('connected');
  });

  it('tells which of ws and wss the server speaks', async () => {
    const ca = makeAuthority();
    const secure = await start('', tlsConfig(ca.issue()));
    const plain = await start();
    const tls = { caFile: ca.caFile };
    const toPlain = connect({ servers: [`wss://localhost:${plain.port}`], tls });
    expect((await rejection('disconnected', toPlain)).message).toMatch(
      /does not speak TLS; use ws/,
    );
    const toSecure = connect({ servers: [`ws://localhost:${secure.port}`] });
    expect((await rejection('disconnected', toSecure)).message).toMatch(/takes only TLS; use wss:/);
  });

  it('is told by the probe and by Test Connection', async () => {
    const ca = makeAuthority();
    const config = 'authorization { token: word }';
    const { url } = await start(config, tlsConfig(ca.issue()));
    expect(await probeServer(url)).toMatchObject({ authRequired: true, tlsRequired: true });
    const report = await testConnection({
      servers: [url],
      tls: { caFile: ca.caFile },
      ...present({ kind: 'token', token: 'word' }),
    });
    expect(report.ok).toBe(true);
    expect(report.steps.map(({ message }) => message)).toContain('the connection is encrypted');
  });
});

describe('what stands before a server', () => {
  it('is given its header and path, and tells what is missing', async () => {
    const { port } = await start();
    const ingress = await startIngress(port, ({ headers, url }) =>
      url !== '/nats' ? 404 : headers.authorization === 'Bearer word' ? undefined : 401,
    );
    const url = `ws://127.0.0.1:${ingress}/nats`;
    const header = { kind: 'header', name: 'Authorization', value: 'Bearer word' } as const;
    expect(await (await connectTo(url, present(header))).listBuckets()).toEqual([]);
    const error = await rejection('authFailed', connect({ servers: [url] }));
    expect(error.message).toMatch(/HTTP status 401\): .* wants a header with a token/);
    const elsewhere = connect({ servers: [`ws://127.0.0.1:${ingress}`], ...present(header) });
    const { message } = await rejection('disconnected', elsewhere);
    expect(message).toMatch(/has nothing at this path \(HTTP status 404\)/);
    expect(message).not.toContain('word');
  });

  it.each([
    [302, /leads elsewhere \(HTTP status 302\)/],
    [403, /HTTP status 403/],
    [502, /cannot serve at the moment \(HTTP status 502\): is the NATS server behind it running/],
    [200, /made no WebSocket of it \(HTTP status 200\)/],
  ])('answers with status %d', async (status, expected) => {
    const ingress = await startIngress(1, () => status, 'Location: https://elsewhere/\r\n');
    const dial = connect({ servers: [`ws://127.0.0.1:${ingress}`] });
    await expect(dial).rejects.toThrow(expected);
  });

  it('is told apart from a NATS port and from what is neither', async () => {
    const server = await startNatsServer();
    onTestFinished(() => server.stop());
    const nats = connect({ servers: [`ws://127.0.0.1:${server.port}`] });
    expect((await rejection('disconnected', nats)).message).toMatch(
      /is a NATS port and no WebSocket port; use nats:\/\/ in place of ws:\/\/$/,
    );
    const other = await listen((socket) => socket.end('SSH-2.0-x\r\n'));
    const ssh = connect({ servers: [`ws://127.0.0.1:${other}`] });
    expect((await rejection('disconnected', ssh)).message).toMatch(/does not speak WebSocket/);
    const gone = connect({ servers: ['ws://127.0.0.1:1'] });
    expect((await rejection('disconnected', gone)).message).toMatch(/^127\.0\.0\.1:1 refused/);
  });
});

describe('several servers', () => {
  it('are dialled in turn, each over its own transport', async () => {
    const { port, server, url } = await start();
    await connectTo(`ws://127.0.0.1:1,nats://127.0.0.1:2,${url}`);
    const connection = await connectTo(`ws://127.0.0.1:${port},${server.url}`);
    expect(await connection.listBuckets()).toEqual([]);
  });

  it('are learned of as WebSocket ports where one is', async () => {
    const { port } = await start();
    const info = { server_id: 'x', version: '2.11.0', max_payload: 1024, headers: true };
    const sockets: NodeSocket[] = [];
    const first = await listenWebSocket((socket) => {
      if (sockets.push(socket) > 1) {
        socket.terminate();
        return;
      }
      const urls = { ...info, connect_urls: [`127.0.0.1:${port}`] };
      socket.send(Buffer.from(`INFO ${JSON.stringify(urls)}\r\n`));
      socket.on('message', () => socket.send(Buffer.from('PONG\r\n')));
    });
    const connection = await connectTo(`ws://127.0.0.1:${first}/path`);
    sockets[0]?.terminate();
    await eventually(() => {
      const { current } = connection.state;
      expect(current).toMatchObject({
        kind: 'connected',
        server: { address: `127.0.0.1:${port}` },
      });
    });
  });
});

describe('frames', () => {
  it.each<[string, (all: Buffer) => Buffer[]]>([
    ['of a few bytes', (all) => pieces(all, (at) => 1 + (at % 7))],
    ['of nothing between others', (all) => [Buffer.alloc(0), all, Buffer.alloc(0)]],
    ['as they come', (all) => [all]],
  ])('%s hold the same messages', async (_, cut) => {
    const { server, foreign } = await startSystem();
    await foreign.createBucket({ name: 'b' });
    const framing = await startFraming(server.port, cut);
    const connection = await connectTo(`ws://127.0.0.1:${framing}`);
    for (const size of [0, 1, 5000]) {
      await connection.put('b', `of.${size}`, new Uint8Array(size).fill(7), { expected: 0 });
    }
    expect(await listAll(connection, 'b')).toHaveLength(3);
    expect((await connection.get('b', 'of.5000'))?.value).toEqual(new Uint8Array(5000).fill(7));
  });

  it('that are broken end the link, which comes back', async () => {
    const { server, foreign } = await startSystem();
    await foreign.createBucket({ name: 'b' });
    const sockets: NodeSocket[] = [];
    const framing = await listenWebSocket((socket) => {
      sockets.push(socket);
      relay(socket, server.port);
    });
    const connection = await connectTo(`ws://127.0.0.1:${framing}`, { reconnectDelay: () => 0 });
    // A frame with reserved bits.
    sockets.forEach((socket) => rawSocketOf(socket).write(Buffer.from([0xf2, 0x01, 0x00])));
    await eventually(() => expect(sockets).toHaveLength(2));
    await linkIs('connected', connection);
    await connection.put('b', 'one', bytes('x'), { expected: 0 });
  });

  it('of many megabytes are read in turns', async () => {
    const { server, foreign } = await startSystem();
    await foreign.createBucket({ name: 'b' });
    await fillBucket(server.url, { name: 'big', keys: 30_000, revisions: 1 });
    const waiting: Buffer[] = [];
    const framing = await listenWebSocket((socket) => relay(socket, server.port, waiting));
    const connection = await connectTo(`ws://127.0.0.1:${framing}`);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    onTestFinished(() => clearInterval(ticking));
    expect(await listAll(connection, 'big')).toHaveLength(30_000);
    expect(turns).toBeGreaterThan(3);
  });
});

describe("the platform's WebSocket", () => {
  it('serves the same transport', async () => {
    const { url } = await start();
    const open = async (listener: Parameters<WebSocketOpener>[0]) => {
      const socket = new WebSocket(url);
      socket.binaryType = 'arraybuffer';
      socket.addEventListener('message', ({ data }) =>
        listener.onFrame(new Uint8Array(data as ArrayBuffer)),
      );
      socket.addEventListener('close', () => listener.onEnd(undefined));
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      const send = (frame: Uint8Array) => socket.send(frame);
      return { isEncrypted: false, send, close: () => socket.close() };
    };
    const make = () => new WebSocketTransport(open, () => Promise.resolve(), overTcp());
    const client = await connectOver(make, overTcp, { servers: [url], reconnect: false });
    onTestFinished(() => client.close());
    await client.flush();
    expect(client.info?.server_id).toBeTruthy();
  });
});

function pieces(all: Buffer, sizeAt: (at: number) => number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < all.length;) {
    const end = at + sizeAt(at);
    parts.push(all.subarray(at, end));
    at = end;
  }
  return parts;
}

/** Passes everything on; what comes within a moment in one frame where `waiting` is given. */
function relay(socket: NodeSocket, natsPort: number, waiting?: Buffer[]): void {
  const target = connectNet(natsPort, '127.0.0.1');
  target.on('data', (bytes: Buffer) => {
    if (!waiting) {
      socket.send(bytes);
    } else if (waiting.push(bytes) === 1) {
      setTimeout(() => socket.send(Buffer.concat(waiting.splice(0))), 30);
    }
  });
  target.on('error', () => socket.terminate()).on('close', () => socket.close());
  socket.on('message', (data) => target.write(data as Buffer));
  socket.on('close', () => target.destroy());
}

function rawSocketOf(socket: NodeSocket): Socket {
  return (socket as unknown as { readonly _socket: Socket })._socket;
}
