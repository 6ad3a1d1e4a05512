import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../src/kv/model/credentials';
import { bytes } from '../kv/contract/harness';
import { tlsConfig } from '../support/certificates';
import { eventually } from '../support/poll';
import { type ProxyServerOptions, startConnect, startSocks } from '../support/proxyServers';
import { listen } from '../support/recorder';
import { describeWithOpenssl, itWhere } from '../support/where';
import { connect, probeServer, testConnection } from './dial';
import { makeAuthority } from './authorities';
import { rejection } from './rejection';
import { isServerAtLeast } from './serverVersion';
import { connectTo, linkIs, startServerFor, transports } from './system';

const kinds = [
  ['socks5', startSocks],
  ['socks5h', startSocks],
  ['http', startConnect],
] as const;

const itWithTlsFirst = itWhere(isServerAtLeast('2.10'), 'this server cannot speak TLS first');

const login: Credentials = { kind: 'proxy', user: 'me', password: 'p@ss:word' };
const present = (...credentials: Credentials[]) => ({
  credentials: () => Promise.resolve(credentials),
});

async function start(transport: 'tcp' | 'webSocket' = 'tcp', config = '') {
  const system = await startServerFor(transport, { config });
  onTestFinished(() => system.server.stop());
  return system;
}

describe.each(kinds)('a %s proxy', (scheme, startProxy) => {
  const through = async (options?: ProxyServerOptions) => {
    const server = await startProxy(options);
    return { server, proxy: `${scheme}://127.0.0.1:${server.port}` };
  };

  it.each(transports)('leads to a server over %s', async (transport) => {
    const { url } = await start(transport, 'authorization { token: word }');
    const { server, proxy } = await through();
    const connection = await connectTo(url, {
      proxy,
      ...present({ kind: 'token', token: 'word' }),
    });
    expect(await connection.listBuckets()).toEqual([]);
    expect(server.open).toBe(1);
  });

  it.each(transports)(
    'is gone on with over %s where it is cut and comes back',
    async (transport) => {
      const { url, server: nats } = await start(transport);
      const { server, proxy } = await through();
      const connection = await connectTo(url, { proxy, reconnectDelay: () => 0 });
      server.cut();
      await linkIs('connected', connection);
      server.stop();
      await linkIs('reconnecting', connection);
      await server.start();
      await linkIs('connected', connection);
      expect(await connection.listBuckets()).toEqual([]);
      expect(nats.port).toBeGreaterThan(0);
      await eventually(() => expect(server.open).toBe(1));
    },
  );

  it('takes the login that it wants, and no other', async () => {
    const { url } = await start();
    const { proxy } = await through({ login: 'me:p@ss:word' });
    await connectTo(url, { proxy, ...present(login) });
    const wrong = connect({ servers: [url], proxy, ...present({ ...login, password: 'wrong' }) });
    const { message } = await rejection('authFailed', wrong);
    expect(message).toMatch(/^the proxy 127\.0\.0\.1:\d+ refused its login$/);
    const none = await rejection('authFailed', connect({ servers: [url], proxy }));
    expect(none.message).toMatch(/wants a login; give it by "auth" with the method "proxy"$/);
  });

  it('that is not there is told, once for all servers', async () => {
    const dial = connect({ servers: ['nats://a:1,ws://b:2'], proxy: `${scheme}://127.0.0.1:1` });
    const { message } = await rejection('disconnected', dial);
    expect(message).toBe('the proxy 127.0.0.1:1 refused the connection; is it running there?');
  });

  it('that does not reach the server tells so, and the next server is dialled', async () => {
    const { url } = await start();
    const { proxy } = await through();
    const dial = connect({ servers: ['nats://127.0.0.1:1'], proxy });
    expect((await rejection('disconnected', dial)).message).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ cannot reach 127\.0\.0\.1:1 \((ECONNREFUSED|HTTP 502)\)$/,
    );
    await connectTo(`nats://127.0.0.1:1,${url}`, { proxy });
  });

  it('that answers as something else is told', async () => {
    const port = await listen((socket) => socket.write('SSH-2.0-x\r\n'));
    const dial = connect({
      servers: ['nats://127.0.0.1:4222'],
      proxy: `${scheme}://127.0.0.1:${port}`,
    });
    expect((await rejection('disconnected', dial)).message).toMatch(/does not speak (SOCKS5|HTTP)/);
    const hangsUp = await listen((socket) => socket.destroy());
    const gone = connect({
      servers: ['nats://127.0.0.1:1'],
      proxy: `${scheme}://127.0.0.1:${hangsUp}`,
    });
    expect((await rejection('disconnected', gone)).message).toMatch(
      /closed the connection without/,
    );
  });

  it('that breaks off in the middle of its answer is told at once', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const proxy = `${scheme}://127.0.0.1:${port}`;
    const dial = connect({ servers: ['nats://127.0.0.1:1'], proxy });
    expect((await rejection('disconnected', dial)).message).toMatch(
      /closed the connection without/,
    );
  });

  it('is let go of where the server behind it says nothing', async () => {
    const silent = await listen(() => undefined);
    const { server, proxy } = await through();
    const dial = connect({ servers: [`nats://127.0.0.1:${silent}`], proxy, timeoutMs: 1_000 });
    const { message } = await rejection('timeout', dial);
    expect(message).toContain(`127.0.0.1:${silent} did not answer within 1000 ms`);
    await eventually(() => expect(server.open).toBe(0));
  });

  it('that says nothing is told when the time is over', async () => {
    const port = await listen(() => undefined);
    const proxy = `${scheme}://127.0.0.1:${port}`;
    const dial = connect({ servers: ['nats://127.0.0.1:1'], proxy, timeoutMs: 1_000 });
    expect((await rejection('timeout', dial)).message).toBe(
      `the proxy 127.0.0.1:${port} gave no way within 1000 ms`,
    );
  });

  it('leads the probe and Test Connection', async () => {
    const { url } = await start();
    const { server, proxy } = await through({ login: 'me:p@ss:word' });
    const { user, password } = login;
    const demands = await probeServer(url, undefined, undefined, undefined, {
      proxy,
      login: { user, password },
    });
    expect(demands).toMatchObject({ authRequired: false });
    const report = await testConnection({ servers: [url], proxy, ...present(login) });
    expect(report.ok).toBe(true);
    expect(server.asked.length).toBeGreaterThan(1);
    const refused = await testConnection({ servers: [url], proxy });
    expect(refused.steps).toMatchObject([{ name: 'reach', ok: false }]);
  });
});

describe('names', () => {
  it('are looked up here with socks5, and by the proxy with all others', async () => {
    const { port } = await start();
    const names = { 'nats.inside.test': '127.0.0.1' };
    const socks = await startSocks({ names });
    const http = await startConnect({ names });
    const servers = `nats://nats.inside.test:${port}`;
    await connectTo(servers, { proxy: `socks5h://127.0.0.1:${socks.port}` });
    await connectTo(servers, { proxy: `http://127.0.0.1:${http.port}` });
    expect([...socks.asked, ...http.asked]).toEqual([
      `nats.inside.test:${port}`,
      `nats.inside.test:${port}`,
    ]);
    await connectTo(`nats://localhost:${port}`, { proxy: `socks5://127.0.0.1:${socks.port}` });
    expect(socks.asked.at(-1)).toMatch(/^(127\.0\.0\.1|0000:.*:0001):\d+$/);
  });

  it('that are not known here are left to a socks5 proxy, as by the CLI', async () => {
    const { port } = await start();
    const socks = await startSocks({ names: { 'nats.inside.test': '127.0.0.1' } });
    const proxy = `socks5://127.0.0.1:${socks.port}`;
    await connectTo(`nats://nats.inside.test:${port}`, { proxy });
    expect(socks.asked).toEqual([`nats.inside.test:${port}`]);
    const unknown = connect({ servers: ['nats://nowhere.test:1'], proxy });
    expect((await rejection('disconnected', unknown)).message).toContain('nowhere.test');
  });
});

describe('proxies for many', () => {
  it('lead WebSocket or all, but not to this computer and what is exempt', async () => {
    const { port } = await start();
    const socks = await startSocks({ names: { 'nats.inside.test': '127.0.0.1' } });
    const shared = { url: `socks5h://127.0.0.1:${socks.port}`, from: 'all_proxy', except: [] };
    await connectTo(`nats://localhost:${port}`, { sharedProxies: [shared] });
    expect(socks.asked).toEqual([]);
    const servers = `nats://nats.inside.test:${port}`;
    await connectTo(servers, { sharedProxies: [shared] });
    expect(socks.asked).toHaveLength(1);
    const odd = { ...shared, url: 'socks4://p:1' };
    const refused = rejection('invalidUrl', connect({ servers: [servers], sharedProxies: [odd] }));
    expect((await refused).message).toMatch(/^all_proxy: /);
    const wanting = await startSocks({ login: 'me:word' });
    const named = { ...shared, url: `socks5h://127.0.0.1:${wanting.port}` };
    const unknown = connect({ servers: [servers], sharedProxies: [named] });
    expect((await rejection('authFailed', unknown)).message).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ \(all_proxy\) wants a login; write it in the URL there/,
    );
    for (const others of [
      { sharedProxies: [{ ...shared, except: ['.inside.test'] }] },
      { sharedProxies: [{ ...shared, webSocketOnly: true }] },
      { sharedProxies: [shared], proxy: 'direct' },
    ]) {
      const dial = connect({ servers: [servers], ...others });
      await expect(dial).rejects.toThrow(/cannot be (found|looked up)/);
    }
    expect(socks.asked).toHaveLength(1);
  });
});

describeWithOpenssl('TLS through a proxy', () => {
  const names = { 'nats.inside.test': '127.0.0.1' };

  it.each(kinds)('verifies the server by its own name over %s', async (scheme, startProxy) => {
    const ca = makeAuthority();
    const config = tlsConfig(ca.issue({ names: 'DNS:nats.inside.test,DNS:localhost' }));
    const { port } = await start('tcp', config);
    const server = await startProxy({ names });
    const proxy = `${scheme}://127.0.0.1:${server.port}`;
    const tls = { caFile: ca.caFile };
    const name = scheme === 'socks5' ? 'localhost' : 'nats.inside.test';
    const connection = await connectTo(`tls://${name}:${port}`, { proxy, tls });
    await connection.createBucket({ name: 'b' });
    await connection.put('b', 'k', bytes('v'), { expected: 0 });
    const dial = connect({ servers: [`tls://127.0.0.1:${port}`], proxy, tls });
    expect((await rejection('disconnected', dial)).message).toMatch(
      /is for .*, not for 127\.0\.0\.1$/,
    );
  });

  itWithTlsFirst('begins at once where the server wants that', async () => {
    const ca = makeAuthority();
    const { port } = await start('tcp', tlsConfig(ca.issue(), 'handshake_first: true'));
    const server = await startSocks();
    const proxy = `socks5://127.0.0.1:${server.port}`;
    const tls = { caFile: ca.caFile, handshakeFirst: true };
    await connectTo(`tls://localhost:${port}`, { proxy, tls });
    const without = connect({
      servers: [`tls://localhost:${port}`],
      proxy,
      tls: { caFile: ca.caFile },
    });
    expect((await rejection('disconnected', without)).message).toMatch(/expects TLS first/);
  });
});
