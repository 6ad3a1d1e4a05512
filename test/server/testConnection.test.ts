import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectOptions } from '../../src/kv/nats/link/connectOptions';
import { tlsConfig } from '../support/certificates';
import { type ConnectionReport } from '../../src/kv/nats/testConnection';
import { testConnection } from './dial';
import { makeAuthority } from './authorities';
import { type NatsServerOptions, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { startProxy } from '../support/proxy';
import { listen } from '../support/recorder';
import { rejection } from './rejection';
import { connectForeign } from './foreignNats';
import { describeWithOpenssl } from '../support/where';

const userPassword = (user: string) => () =>
  Promise.resolve([{ kind: 'userPassword', user, password: 'word' }] as const);

/** Each step as `name`, or `!name: why` where it failed. */
function stepsOf({ steps }: ConnectionReport): string[] {
  return steps.map(({ name, ok, message }) => (ok ? name : `!${name}: ${message}`));
}

async function start(options: NatsServerOptions = {}) {
  const server = await startNatsServer(options);
  onTestFinished(() => server.stop());
  return server;
}

const test = (url: string, options: Partial<ConnectOptions> = {}) =>
  testConnection({ servers: [url], timeoutMs: 30_000, ...options });

describe('testConnection', () => {
  it('tells what works and what was learned of the server, and closes all', async () => {
    const server = await start({ config: 'server_name: shop-1' });
    const foreign = await connectForeign(server.url);
    onTestFinished(() => foreign.close());
    await foreign.createBucket({ name: 'one' });
    await foreign.createBucket({ name: 'two' });
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.stop());
    const report = await test(proxy.url);
    expect(report).toMatchObject({
      ok: true,
      server: { name: 'shop-1', version: expect.stringMatching(/^2\./) as string },
      account: { streams: { used: 2 } },
      buckets: 2,
    });
    expect(report.rttMs).toBeGreaterThan(0);
    expect(report.steps.map(({ message }) => message)).toEqual([
      `127.0.0.1:${proxy.port} answers`,
      'TLS is not in use',
      'the server lets this user in',
      'JetStream is on for this account',
      'there are 2 buckets',
      'what the server delivers arrives',
      'answers to flow control reach the server',
      'writes reach the server',
    ]);
    await eventually(() => proxy.connections === 0);
  });

  it('dials once only', async () => {
    let dials = 0;
    const port = await listen((socket) => {
      dials++;
      socket.write('INFO {"version":"2.10.0","auth_required":true}\r\n');
      socket.once('data', () => socket.end("-ERR 'Authorization Violation'\r\n"));
    });
    expect((await test(`nats://127.0.0.1:${port}`)).ok).toBe(false);
    expect(dials).toBe(1);
  });

  it('tells that nobody is there', async () => {
    const server = await start();
    await server.stop();
    const report = await test(server.url);
    expect(report.ok).toBe(false);
    expect(stepsOf(report)).toEqual([
      `!reach: 127.0.0.1:${server.port} refused the connection; is a NATS server running there?`,
    ]);
  });

  it('tells that a host does not exist', async () => {
    expect(stepsOf(await test('nats://no.invalid'))[0]).toMatch(
      /^!reach: no\.invalid:4222 cannot be (found|looked up): .*; check/,
    );
  });

  it('tells that nothing answers in time', async () => {
    const port = await listen(() => undefined);
    const report = await test(`nats://127.0.0.1:${port}`, { timeoutMs: 1_000 });
    expect(stepsOf(report)[0]).toMatch(/^!reach: .* did not answer within 1000 ms; it accepts/);
  });

  it('tells what is wrong with a URL or a domain', async () => {
    expect(stepsOf(await test('http://a'))[0]).toMatch(/^!reach: "http:\/\/" is not a NATS URL/);
    const report = await test('nats://a', { domain: 'a.b' });
    expect(stepsOf(report)[0]).toMatch(/^!jetStream: "a\.b" cannot be the name/);
  });

  it('tells that the server lets nobody in without credentials, or with wrong ones', async () => {
    const server = await start({ config: 'authorization { user: me, password: word }' });
    const [reach, login] = stepsOf(await test(server.url));
    expect(reach).toBe('reach');
    expect(login).toMatch(/^!login: .* rejected the credentials: it wants some and none are given/);
    const wrong = stepsOf(await test(server.url, { credentials: userPassword('you') }));
    expect(wrong[1]).toMatch(/^!login: .* rejected the credentials \(user and password\)$/);
    const right = await test(server.url, { credentials: userPassword('me') });
    expect(right.ok).toBe(true);
  });

  it('tells that credentials cannot be read', async () => {
    const credentials = () => Promise.resolve([{ kind: 'creds', contents: 'x' }] as const);
    const steps = stepsOf(await test('nats://127.0.0.1:1', { credentials }));
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatch(/^!login: the credentials cannot be read: there is no user JWT/);
  });

  it('tells that JetStream is off', async () => {
    const server = await start({ jetstream: false });
    const report = await test(server.url);
    expect(report).toMatchObject({ ok: false, server: { version: expect.any(String) as string } });
    expect(stepsOf(report)).toEqual([
      'reach',
      'tls',
      'login',
      '!jetStream: JetStream is off for this account; turn it on in the configuration of the server or account',
    ]);
  });

  it('tells that a JetStream domain does not answer', async () => {
    const server = await start({ config: 'jetstream { domain: hub }' });
    expect((await test(server.url, { domain: 'hub' })).ok).toBe(true);
    expect(stepsOf(await test(server.url, { domain: 'leaf' })).at(-1)).toBe(
      '!jetStream: JetStream does not answer at "leaf"; check the domain or the API prefix',
    );
  });

  it('warns, naming the subject, where the buckets may not be listed', async () => {
    const server = await start({ config: mayNotList });
    const report = await test(server.url, { credentials: userPassword('me') });
    expect(report.ok).toBe(true);
    expect(report.buckets).toBeUndefined();
    expect(stepsOf(report)).toEqual([
      'reach',
      'tls',
      'login',
      'jetStream',
      '!buckets: the buckets cannot be listed: this user may not publish to "$JS.API.STREAM.LIST"; buckets can still be opened by name',
    ]);
    const nothing = await test(server.url, { credentials: userPassword('nobody') });
    expect(nothing.ok).toBe(true);
    expect(stepsOf(nothing)[3]).toBe('!jetStream: this user may not publish to "$JS.API.INFO"');
  });

  it('stops with cancelled, and closes all', async () => {
    const port = await listen(() => undefined);
    const abort = new AbortController();
    const testing = testConnection({ servers: [`127.0.0.1:${port}`] }, abort.signal);
    abort.abort();
    await rejection('cancelled', testing);
  });

  it('stops with cancelled in the middle of what it tries', async () => {
    const server = await start();
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.stop());
    const abort = new AbortController();
    const testing = testConnection({ servers: [proxy.url] }, abort.signal);
    const cancelled = rejection('cancelled', testing);
    await eventually(() => proxy.published.length > 0, { intervalMs: 0 });
    proxy.stall();
    abort.abort();
    await cancelled;
    proxy.reset();
    await eventually(() => proxy.connections === 0);
  });
});

describeWithOpenssl('testConnection over TLS', () => {
  it('tells that it is encrypted', async () => {
    const ca = makeAuthority();
    const server = await start({ config: tlsConfig(ca.issue()) });
    const url = `tls://localhost:${server.port}`;
    const report = await test(url, { tls: { caFile: ca.caFile } });
    expect(report.ok).toBe(true);
    expect(report.steps[1]).toEqual({
      name: 'tls',
      ok: true,
      message: 'the connection is encrypted',
    });
  });

  it('tells which certificate cannot be trusted', async () => {
    const server = await start({ config: tlsConfig(makeAuthority().issue()) });
    const [reach, tls, ...more] = stepsOf(await test(`tls://localhost:${server.port}`));
    expect(reach).toBe('reach');
    expect(tls).toMatch(/^!tls: .*issued by CN=Test Authority\) comes from an authority/);
    expect(more).toEqual([]);
  });

  it('tells which file cannot be read', async () => {
    const report = await test('tls://127.0.0.1:1', { tls: { caFile: '/nowhere/ca.pem' } });
    expect(stepsOf(report)).toEqual([
      '!tls: the CA file /nowhere/ca.pem cannot be read: there is no such file',
    ]);
  });
});

const mayNotList = `
authorization {
  users: [
    {
      user: me, password: word
      permissions: { publish: { allow: ">", deny: "$JS.API.STREAM.LIST" } }
    }
    { user: nobody, password: word, permissions: { publish: "nothing" } }
  ]
}`;
