import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ProgramTunnel,
  type ProgramTunnelOptions,
} from '../../src/extension/tunnels/programTunnel';
import type { TunnelConfig } from '../../src/kv/model/connectionConfig';
import { bytes } from '../kv/contract/harness';
import { tlsConfig } from '../support/certificates';
import { eventually } from '../support/poll';
import { hasSshd, type ScriptOptions, startSshd, tunnelScript } from '../support/tunnelPrograms';
import { describeWhere, describeWithOpenssl } from '../support/where';
import { connect, probeServer, testConnection } from './dial';
import { makeAuthority } from './authorities';
import { rejection } from './rejection';
import { connectTo, linkIs, startServerFor, transports } from './system';

const bySsh: TunnelConfig = { kind: 'ssh', destination: 'me@bastion' };
const byKubectl: TunnelConfig = { kind: 'kubectl', resource: 'svc/nats', namespace: 'messaging' };
const kinds = [
  ['ssh', bySsh],
  ['kubectl', byKubectl],
] as const;

async function start(transport: 'tcp' | 'webSocket' = 'tcp', config = '') {
  const system = await startServerFor(transport, { config });
  onTestFinished(() => system.server.stop());
  return system;
}

function tunnelBy(program: string, config: TunnelConfig, more: Partial<ProgramTunnelOptions> = {}) {
  const tunnel = new ProgramTunnel({ program, config, ...more });
  onTestFinished(() => tunnel.dispose());
  return tunnel;
}

/** A tunnel by a script, with a name for the server that nobody here knows. */
function through(
  config: TunnelConfig,
  options: ScriptOptions,
  more?: Partial<ProgramTunnelOptions>,
) {
  const program = tunnelScript(options);
  return { program, tunnel: tunnelBy(program.path, config, more) };
}

/** The URL by which only those who are inside know the server. */
const inside = (url: string): string => url.replace('127.0.0.1', 'nats.inside.test');

describe.each(kinds)('a tunnel by %s', (kind, config) => {
  it.each(transports)('leads to a server over %s, and ends', async (transport) => {
    const { url, port } = await start(transport);
    const { program, tunnel } = through(config, { target: port });
    const connection = await connectTo(inside(url), { tunnel });
    expect(await connection.listBuckets()).toEqual([]);
    expect(program.running()).toHaveLength(1);
    await connection.close();
    tunnel.dispose();
    await eventually(() => expect(program.running()).toEqual([]));
  });

  it('is made anew where it was cut, and tells why it ended', async () => {
    const { url, port } = await start();
    const lost: string[] = [];
    const { program, tunnel } = through(
      config,
      { target: port, complains: 'no way' },
      { onLost: (message) => lost.push(message) },
    );
    const connection = await connectTo(inside(url), { tunnel, reconnectDelay: () => 0 });
    const [first = 0] = program.running();
    process.kill(first);
    await eventually(() => expect(lost).toEqual([`the tunnel by ${kind} ended (SIGTERM)`]));
    await eventually(() => expect(program.runs()).toHaveLength(2));
    await linkIs('connected', connection);
    expect(await connection.listBuckets()).toEqual([]);
    expect(program.running()).toHaveLength(1);
  });

  it('that ends at once is told with its last words, by Test Connection and the probe too', async () => {
    const prints = 'debug1: noise\nme@bastion: Permission denied (publickey).';
    const { tunnel } = through(config, { does: 'end', prints });
    const servers = ['nats://nats.inside.test:4222'];
    const said = `the tunnel by ${kind} ended (code 255): me@bastion: Permission denied (publickey)`;
    const { message } = await rejection('disconnected', connect({ servers, tunnel }));
    expect(message).toContain(said);
    const report = await testConnection({ servers, tunnel });
    expect(report.steps).toMatchObject([{ name: 'reach', ok: false }]);
    expect(report.steps[0]?.message).toContain(said);
    const [url = ''] = servers;
    const probe = probeServer(url, undefined, undefined, undefined, { tunnel });
    expect((await rejection('disconnected', probe)).message).toContain(said);
  });

  it('that leads nowhere is told, and the next dial makes another', async () => {
    const { program, tunnel } = through(config, { does: 'refuse', complains: 'connect failed' });
    const dial = () => connect({ servers: ['nats://nats.inside.test:4222'], tunnel });
    const { message } = await rejection('disconnected', dial());
    expect(message).toBe(
      `the tunnel by ${kind} gives no way to nats.inside.test:4222: connect failed`,
    );
    await eventually(() => expect(program.running()).toEqual([]));
    await rejection('disconnected', dial());
    expect(program.runs()).toHaveLength(2);
  });

  it('that never listens is told when the time is over, and is ended', async () => {
    const { program, tunnel } = through(
      config,
      { does: 'hang', prints: 'waiting for a browser' },
      { patienceMs: 500 },
    );
    const dial = connect({ servers: ['nats://nats.inside.test:4222'], tunnel });
    const { message } = await rejection('timeout', dial);
    expect(message).toContain(`the tunnel by ${kind} was not there within 0.5 s`);
    await eventually(() => expect(program.running()).toEqual([]));
  });

  it('is not waited for by a dial that is given up', async () => {
    const { program, tunnel } = through(config, { does: 'hang' });
    const abort = new AbortController();
    const dial = connect({ servers: ['nats://nats.inside.test:4222'], tunnel }, abort.signal);
    await eventually(() => expect(program.running()).toHaveLength(1));
    abort.abort();
    await rejection('cancelled', dial);
    await eventually(() => expect(program.running()).toEqual([]));
  });

  it('leads the probe and Test Connection', async () => {
    const { url, port } = await start();
    const { tunnel } = through(config, { target: port });
    const probe = probeServer(inside(url), undefined, undefined, undefined, { tunnel });
    expect(await probe).toMatchObject({ authRequired: false });
    expect((await testConnection({ servers: [inside(url)], tunnel })).ok).toBe(true);
  });
});

it('a tunnel by ssh is made for each server of a list that is dialled', async () => {
  const { port } = await start();
  const { program, tunnel } = through(bySsh, { complains: 'connect failed' });
  const servers = `nats://nats.inside.test:1,nats://nats.inside.test:${port}`;
  const connection = await connectTo(servers, { tunnel });
  expect(await connection.listBuckets()).toEqual([]);
  expect(program.runs().map((args) => args.find((arg) => arg.includes('inside')))).toEqual([
    expect.stringMatching(/^127\.0\.0\.1:\d+:nats\.inside\.test:1$/),
    expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+:nats\\.inside\\.test:${port}$`)),
  ]);
});

it('a tunnel that cannot be started is told', async () => {
  const tunnel = tunnelBy('/nowhere/ssh', bySsh);
  const dial = connect({ servers: ['nats://nats.inside.test:4222'], tunnel });
  expect((await rejection('disconnected', dial)).message).toMatch(/the tunnel by ssh ended \(/);
});

describeWithOpenssl('TLS through a tunnel', () => {
  it('verifies the server by its own name', async () => {
    const ca = makeAuthority();
    const { port } = await start('tcp', tlsConfig(ca.issue({ names: 'DNS:nats.inside.test' })));
    const tls = { caFile: ca.caFile };
    const { tunnel } = through(bySsh, { target: port });
    const connection = await connectTo(`tls://nats.inside.test:${port}`, { tunnel, tls });
    await connection.createBucket({ name: 'b' });
    await connection.put('b', 'k', bytes('v'), { expected: 0 });
    const dial = connect({ servers: [`tls://other.inside.test:${port}`], tunnel, tls });
    expect((await rejection('disconnected', dial)).message).toMatch(
      /is for .*, not for other\.inside\.test$/,
    );
  });
});

describeWhere(hasSshd, 'sshd is not here')('a real sshd', () => {
  const config: TunnelConfig = { kind: 'ssh', destination: 'bastion' };

  it('leads to a server, and tells what is wrong behind it', async () => {
    const { url, port } = await start();
    const { ssh } = await startSshd();
    const tunnel = tunnelBy(ssh, config);
    const connection = await connectTo(url, { tunnel });
    expect(await connection.listBuckets()).toEqual([]);
    const nobody = connect({ servers: ['nats://127.0.0.1:1'], tunnel });
    expect((await rejection('disconnected', nobody)).message).toMatch(
      /^the tunnel by ssh gives no way to 127\.0\.0\.1:1: .*Connection refused/,
    );
    expect(await connection.listBuckets()).toEqual([]);
    await connection.close();
    const remote = tunnelBy(ssh, { ...config, remote: `127.0.0.1:${port}` });
    await connectTo('nats://nats.inside.test:4222', { tunnel: remote });
  });

  it('that does not let in, or is not there, is told', async () => {
    const { ssh, stop } = await startSshd();
    const stranger = tunnelBy(ssh, { kind: 'ssh', destination: 'nobody-of-that-name@bastion' });
    const refused = connect({ servers: ['nats://127.0.0.1:1'], tunnel: stranger });
    expect((await rejection('disconnected', refused)).message).toMatch(/Permission denied.*agent$/);
    await stop();
    const gone = connect({ servers: ['nats://127.0.0.1:1'], tunnel: tunnelBy(ssh, config) });
    expect((await rejection('disconnected', gone)).message).toMatch(
      /^the tunnel by ssh ended \(code 255\): .*Connection refused/,
    );
  });
});
