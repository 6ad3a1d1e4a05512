import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive } from '../../scripts/lib/processTree.mjs';
import { findServer, type FoundServer } from '../../src/extension/localServer/findServer';
import { LocalServer, type LocalServerState } from '../../src/extension/localServer/localServer';
import { localSystem } from '../../src/extension/localServer/localSystem';
import { readRecord, writeRecord } from '../../src/extension/localServer/storeRecord';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { itWhere } from '../support/where';
import { connect } from './dial';

type Running = Extract<LocalServerState, { kind: 'running' }>;

async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'local-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const search = await findServer({ configured: process.env['NATS_SERVER_BIN'] });
  if (search.kind !== 'found') {
    throw new Error(`No nats-server: ${JSON.stringify(search)}`);
  }
  return { folder, bin: search.server };
}

function openWindow(folder: string, ownPid = process.pid) {
  const lines: string[] = [];
  const server = new LocalServer({
    folder,
    onLine: (line) => lines.push(line),
    system: { ...localSystem, ownPid },
    watchMs: 50,
  });
  onTestFinished(() => server.stop().then(() => server.dispose()));
  return { server, lines };
}

async function start(server: LocalServer, bin: FoundServer, port = 0): Promise<Running> {
  const state = await server.start(bin, port);
  if (state.kind !== 'running') {
    throw new Error(JSON.stringify(state));
  }
  return state;
}

async function connectTo({ url }: Running) {
  const connection = await connect({ servers: [url] });
  onTestFinished(() => connection.close());
  return connection;
}

const text = (value: string) => new TextEncoder().encode(value);

describe('the local server', () => {
  it('keeps values from one start to the next', async () => {
    const { folder, bin } = await setup();
    const { server, lines } = openWindow(folder);
    const first = await start(server, bin);
    expect(first).toMatchObject({ version: bin.version, isShared: false });
    expect(lines.join('\n')).toContain('Server is ready');
    const before = await connectTo(first);
    await before.createBucket({ name: 'flags' });
    await before.put('flags', 'dark-mode', text('on'), { expected: 0 });
    await before.close();
    await server.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await readRecord(folder)).toBeUndefined();

    const second = await start(server, bin);
    expect(second.pid).not.toBe(first.pid);
    const after = await connectTo(second);
    const entry = await after.get('flags', 'dark-mode');
    expect(new TextDecoder().decode(entry?.value)).toBe('on');
    await after.close();
    await server.stop();
    await server.deleteData();

    const third = await connectTo(await start(server, bin));
    expect(await third.listBuckets()).toEqual([]);
  });

  it('takes a free port where the wanted one is taken', async () => {
    const { folder, bin } = await setup();
    const other = await startNatsServer({ jetstream: false });
    onTestFinished(() => other.stop());
    const { server } = openWindow(folder);
    const { port } = await start(server, bin, other.port);
    expect(port).not.toBe(other.port);
    await server.stop();
    await other.stop();
    expect((await start(server, bin, other.port)).port).toBe(other.port);
  });

  it('says in the words of the server why it does not start', async () => {
    const { bin } = await setup();
    const { server } = openWindow('/dev/null/nowhere');
    expect(await server.start(bin)).toMatchObject({ kind: 'failed' });
    const { folder } = await setup();
    const other = openWindow(folder).server;
    expect(await other.start({ ...bin, path: '/nowhere/nats-server' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^nats-server ended with .*not found/) as string,
    });
    expect(await readRecord(folder)).toBeUndefined();
  });

  it('is one for two windows that start it at once', async () => {
    const { folder, bin } = await setup();
    const [first, second] = [openWindow(folder), openWindow(folder, process.ppid)];
    const states = await Promise.all([start(first.server, bin), start(second.server, bin)]);
    expect(states[0].url).toBe(states[1].url);
    expect(states.map(({ isShared }) => isShared).toSorted()).toEqual([false, true]);
    const [one, other] = [await connectTo(states[0]), await connectTo(states[1])];
    await one.createBucket({ name: 'shared' });
    await one.put('shared', 'key', text('value'), { expected: 0 });
    expect((await other.get('shared', 'key'))?.revision).toBe(1);

    const [owner, guest] = states[0].isShared ? [second, first] : [first, second];
    await owner.server.stop();
    await eventually(() => guest.server.state.current.kind === 'stopped');
    expect((await start(guest.server, bin)).isShared).toBe(false);
  });

  it('stops for both when the second window is told to', async () => {
    const { folder, bin } = await setup();
    const [first, second] = [openWindow(folder), openWindow(folder, process.ppid)];
    const { pid } = await start(first.server, bin);
    expect((await start(second.server, bin)).pid).toBe(pid);
    await second.server.stop();
    await eventually(() => first.server.state.current.kind === 'stopped');
    expect(isAlive(pid)).toBe(false);
  });

  it('ends a server that an earlier session left over, and opens its store', async () => {
    const { folder, bin } = await setup();
    const left = await startLeftOver(folder, bin);
    const before = await connectTo(left.state);
    await before.createBucket({ name: 'kept' });
    await before.close();

    const { server } = openWindow(folder);
    const state = await start(server, bin);
    expect(state.isShared).toBe(false);
    expect(isAlive(left.state.pid)).toBe(false);
    const names = (await (await connectTo(state)).listBuckets()).map(({ name }) => name);
    expect(names).toEqual(['kept']);
  });

  it('ends one that was left over while it started, known by its command line', async () => {
    const { folder, bin } = await setup();
    const left = await startLeftOver(folder, bin);
    const { owner, name, pid } = left.record;
    await writeRecord(folder, { owner, name, pid });
    const { server } = openWindow(folder);
    await start(server, bin);
    expect(isAlive(left.state.pid)).toBe(false);
  });

  it('leaves a server alone that is not its own but has the process id and port of one', async () => {
    const { folder, bin } = await setup();
    const stranger = await startNatsServer();
    onTestFinished(() => stranger.stop());
    const { pid, port } = stranger;
    await writeRecord(folder, { owner: goneProcess, name: 'ours', pid, port });
    const { server } = openWindow(folder);
    expect((await start(server, bin)).isShared).toBe(false);
    expect(isAlive(pid)).toBe(true);
  });

  /** As after a crash of the host: the server runs, and the owner in its record is gone. */
  async function startLeftOver(folder: string, bin: FoundServer) {
    const window = openWindow(folder, goneProcess);
    const state = await start(window.server, bin);
    const record = await readRecord(folder);
    if (!record) {
      throw new Error('no record');
    }
    return { state, record };
  }
});

describe('the processes of this machine', () => {
  it('have a command line', async () => {
    expect(await localSystem.commandLineOf(process.pid)).toContain('node');
    expect(await localSystem.commandLineOf(goneProcess)).toBeUndefined();
  });

  itWhere(process.platform === 'linux', 'only Linux tells of processes in /proc')(
    'are gone when they have ended, even if nobody collects them',
    async () => {
      const parent = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 30']);
      onTestFinished(() => void parent.kill());
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      await eventually(() => !localSystem.isAlive(Number(line.toString())));
      expect(localSystem.isAlive(parent.pid ?? 0)).toBe(true);
    },
  );

  it('are told from NATS servers by what their ports say', async () => {
    const server = await startNatsServer({ config: 'server_name: here' });
    onTestFinished(() => server.stop());
    expect(await localSystem.serverNameAt(server.port)).toBe('here');
    expect(await localSystem.isListening(server.port)).toBe(true);
    await server.stop();
    expect(await localSystem.serverNameAt(server.port)).toBeUndefined();
    expect(await localSystem.isListening(server.port)).toBe(false);
  });
});

/** No process has it: Linux counts to 4,194,304 at most, and the others stay far below. */
const goneProcess = 2 ** 22 + 1;
