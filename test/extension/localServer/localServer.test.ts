import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  LocalServer,
  type LocalServerOptions,
} from '../../../src/extension/localServer/localServer';
import type { StoreRecord } from '../../../src/extension/localServer/storeRecord';
import { eventually } from '../../support/poll';
import { FakeSystem, found } from './fakeServers';
import { tempFolder } from './tempFolder';

function setup(change: Partial<LocalServerOptions> = {}) {
  const system = new FakeSystem();
  const folder = tempFolder();
  const lines: string[] = [];
  const kinds: string[] = [];
  const open = (more: Partial<LocalServerOptions> = {}) => {
    const { launch } = system;
    const onLine = (line: string) => void lines.push(line);
    const server = new LocalServer({
      folder,
      onLine,
      launch,
      system,
      watchMs: 5,
      ...change,
      ...more,
    });
    onTestFinished(() => server.dispose());
    return server;
  };
  const server = open();
  server.state.onDidChange(({ kind }) => kinds.push(kind));
  const launched = (count = 1) => eventually(() => system.processes.length === count);
  const recordPath = join(folder, 'server.json');
  const record = () => JSON.parse(readFileSync(recordPath, 'utf8')) as StoreRecord;
  return { system, folder, lines, kinds, open, server, launched, record, recordPath };
}

type Setup = ReturnType<typeof setup>;

async function running(change: Partial<LocalServerOptions> = {}): Promise<Setup> {
  const all = setup(change);
  const started = all.server.start(found);
  await all.launched();
  all.system.last.becomeReady();
  await started;
  return all;
}

describe('starting the local server', () => {
  it('runs JetStream on loopback and the usual port, with the data in the folder', async () => {
    const { server, system, folder, kinds, record } = await running();
    const { args, name, pid } = system.last;
    const store = join(folder, 'data');
    expect(args).toEqual(['-a', '127.0.0.1', '-p', '4222', '-n', name, '-js', '-sd', store]);
    expect(kinds).toEqual(['starting', 'running']);
    expect(server.state.current).toEqual({
      kind: 'running',
      url: 'nats://127.0.0.1:4222',
      port: 4222,
      pid,
      version: '2.15.1',
      isShared: false,
    });
    expect(record()).toEqual({ owner: 100, name, pid, port: 4222, version: '2.15.1' });
    expect(existsSync(store)).toBe(true);
  });

  it('is ready no sooner than the server says so', async () => {
    const { server, launched, system } = setup();
    const started = server.start(found);
    await launched();
    system.last.print(
      '[1] 2026/01/02 03:04:05.000006 [INF] Listening for client connections on 127.0.0.1:4222',
    );
    expect(server.state.current.kind).toBe('starting');
    system.last.becomeReady();
    expect((await started).kind).toBe('running');
  });

  it.each([
    [4222, 'a taken port'],
    [0, 'port 0'],
  ])('takes a free port in the place of %s (%s)', async (port) => {
    const { server, launched, system } = setup();
    system.taken.add(4222);
    const started = server.start(found, port);
    await launched();
    expect(system.last.port).toBe('-1');
    system.last.becomeReady(7123);
    expect(await started).toMatchObject({ kind: 'running', url: 'nats://127.0.0.1:7123' });
  });

  it('takes a free port when somebody was faster on the wanted one', async () => {
    const { server, launched, system, lines } = setup();
    const started = server.start(found, 4333);
    await launched();
    system.last.print(
      '[1] 2026/01/02 03:04:05.000006 [FTL] Error listening on port: 127.0.0.1:4333, "listen tcp 127.0.0.1:4333: bind: address already in use"',
    );
    system.last.die('code 1');
    await launched(2);
    expect(system.last.port).toBe('-1');
    system.last.becomeReady();
    expect((await started).kind).toBe('running');
    expect(lines).toContain('Port 4333 is taken; a free one is used.');
  });

  it('fails with the last words of a server that dies', async () => {
    const { server, launched, system, recordPath } = setup();
    const started = server.start(found);
    await launched();
    system.last.print(
      '[1] 2026/01/02 03:04:05.000006 [INF] Starting nats-server',
      '[1] 2026/01/02 03:04:05.000006 [ERR] could not create storage directory',
      "[1] 2026/01/02 03:04:05.000006 [FTL] Can't start JetStream",
    );
    system.last.die('code 1');
    expect(await started).toEqual({
      kind: 'failed',
      reason:
        "nats-server ended with code 1: could not create storage directory; Can't start JetStream",
    });
    expect(existsSync(recordPath)).toBe(false);
    const again = server.start(found);
    await launched(2);
    system.last.becomeReady();
    expect((await again).kind).toBe('running');
  });

  it('gives up on a server that is never ready, and ends it', async () => {
    const { server, launched, system } = setup({ readyTimeoutMs: 20 });
    const started = server.start(found);
    await launched();
    expect(await started).toEqual({
      kind: 'failed',
      reason: 'nats-server was not ready in 0.02 s',
    });
    expect(system.last.signals).toEqual(['SIGTERM']);
  });

  it('launches one server when it is asked twice', async () => {
    const { server, system } = await running();
    expect((await server.start(found)).kind).toBe('running');
    await server.stop();
    const both = [server.start(found), server.start(found)];
    await eventually(() => system.processes.length === 2);
    system.last.becomeReady();
    expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(['running', 'running']);
    expect(system.processes).toHaveLength(2);
  });
});

describe('stopping the local server', () => {
  it('asks it to end, waits for that and forgets it', async () => {
    const { server, system, recordPath, kinds } = await running();
    await server.stop();
    expect(system.last.signals).toEqual(['SIGTERM']);
    expect(existsSync(recordPath)).toBe(false);
    expect(kinds).toEqual(['starting', 'running', 'stopped']);
  });

  it('kills one that does not end', async () => {
    const { server, system, kinds } = await running({ stopTimeoutMs: 20 });
    system.last.ignoresSigterm = true;
    await server.stop();
    expect(system.last.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(kinds).toEqual(['starting', 'running', 'stopped']);
  });

  it('calls off a start', async () => {
    const { server, launched, system, kinds, recordPath } = setup();
    const started = server.start(found);
    await launched();
    await server.stop();
    expect(await started).toEqual({ kind: 'stopped' });
    expect(system.last.signals).toEqual(['SIGTERM']);
    expect(kinds).toEqual(['starting', 'stopped']);
    expect(existsSync(recordPath)).toBe(false);
  });

  it('ends the server when it is disposed, and keeps the record until the process has gone', async () => {
    const { server, system, recordPath } = await running();
    system.last.ignoresSigterm = true;
    server.dispose();
    expect(system.last.signals).toEqual(['SIGTERM']);
    expect(existsSync(recordPath)).toBe(true);
    system.last.die('code 0');
    await eventually(() => !existsSync(recordPath));
  });

  it('keeps the data', async () => {
    const { server, folder } = await running();
    writeFileSync(join(folder, 'data', 'kept'), 'x');
    await server.stop();
    expect(existsSync(join(folder, 'data', 'kept'))).toBe(true);
  });
});

describe('a local server that ends by itself', () => {
  it('is failed, with the reason and the place where it was', async () => {
    const { server, system } = await running();
    system.last.print('panic: out of memory');
    system.last.die('SIGKILL');
    await eventually(() => server.state.current.kind === 'failed');
    expect(server.state.current).toMatchObject({
      reason: expect.stringMatching(
        /^nats-server ended with SIGKILL: .*panic: out of memory$/,
      ) as string,
      url: 'nats://127.0.0.1:4222',
    });
  });

  it('is stopped when somebody asked it to', async () => {
    const { server, system } = await running();
    system.last.kill('SIGTERM');
    await eventually(() => server.state.current.kind === 'stopped');
  });
});

describe('a second window', () => {
  const otherPid = 200;

  it('uses the server of the first', async () => {
    const { open, system, server, lines } = await running();
    const second = open({ system: system.asOther(otherPid) });
    expect(await second.start(found)).toEqual({ ...server.state.current, isShared: true });
    expect(system.processes).toHaveLength(1);
    expect(lines.at(-1)).toBe('The server of another window is used: both have the same data.');
  });

  it('waits for a server that the first is starting', async () => {
    const { open, system, server, launched } = setup();
    const first = server.start(found);
    await launched();
    system.commandLines.set(system.last.pid, `nats-server ${system.last.args.join(' ')}`);
    system.meanwhile = () => system.waited > 500 && system.last.becomeReady();
    const second = open({ system: system.asOther(otherPid) });
    expect(await second.start(found)).toMatchObject({ kind: 'running', isShared: true });
    await first;
    expect(system.processes).toHaveLength(1);
  });

  it('is stopped when the server of the first ends', async () => {
    const { open, system, server } = await running();
    const second = open({ system: system.asOther(otherPid) });
    await second.start(found);
    await server.stop();
    await eventually(() => second.state.current.kind === 'stopped');
  });

  it('leaves the server alone when it closes, and ends it when it is told to', async () => {
    const { open, system, server } = await running();
    const [second, third] = [
      open({ system: system.asOther(otherPid) }),
      open({ system: system.asOther(300) }),
    ];
    await Promise.all([second.start(found), third.start(found)]);
    second.dispose();
    expect(system.last.signals).toEqual([]);
    await third.stop();
    expect(system.last.signals).toEqual(['SIGTERM']);
    await eventually(() => server.state.current.kind === 'stopped');
  });
});

describe('a window whose server has ended', () => {
  it('leaves the record alone when another has taken the store since', async () => {
    const { server, system, record, recordPath } = await running();
    const other: StoreRecord = { owner: 200, name: 'of another window' };
    writeFileSync(recordPath, JSON.stringify(other));
    system.last.die('SIGKILL');
    await server.stop();
    expect(record()).toEqual(other);
  });

  it('says no more of it once it is closed', async () => {
    const { open, system, server, lines } = await running();
    const closed = open({ system: system.asOther(200) });
    const watching = open({ system: system.asOther(300) });
    await closed.start(found);
    await watching.start(found);
    closed.dispose();
    await server.stop();
    await eventually(() => watching.state.current.kind === 'stopped');
    expect(lines.filter((line) => line.includes('has ended'))).toHaveLength(1);
  });
});

describe('deleting the data', () => {
  it('leaves nothing, and the next start begins anew', async () => {
    const { server, folder, recordPath } = await running();
    await server.stop();
    writeFileSync(join(folder, 'data', 'old'), 'x');
    await server.deleteData();
    expect(existsSync(join(folder, 'data'))).toBe(false);
    expect(existsSync(recordPath)).toBe(false);
  });

  it('is refused while a server has it open, in this window or another', async () => {
    const { server, open, system, folder } = await running();
    const other = open({ system: system.asOther(200) });
    await expect(server.deleteData()).rejects.toThrow('the server is running');
    await expect(other.deleteData()).rejects.toThrow('the server runs for another window');
    expect(existsSync(join(folder, 'data'))).toBe(true);
  });

  it('is no problem when there is none', async () => {
    const { server, folder } = setup();
    mkdirSync(folder, { recursive: true });
    await server.deleteData();
  });
});
