import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { downloadedPath } from '../../../src/extension/localServer/downloadRelease';
import {
  LocalServerStore,
  type LocalServerStoreOptions,
} from '../../../src/extension/localServer/localServerStore';
import { archiveFor, officialRelease } from '../../../src/extension/localServer/officialRelease';
import { eventually } from '../../support/poll';
import { FakeSystem } from './fakeServers';
import { FakeWindow } from './fakeWindow';
import { tempFolder } from './tempFolder';

const ui = vi.hoisted(() => ({ current: undefined as FakeWindow | undefined }));

vi.mock('vscode', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  ProgressLocation: { Notification: 15 },
  ConfigurationTarget: { Global: 1, Workspace: 2 },
  get window() {
    return ui.current?.module.window;
  },
  get commands() {
    return ui.current?.module.commands;
  },
  workspace: {
    get isTrusted() {
      return ui.current?.isTrusted;
    },
    getConfiguration: () => ui.current?.module.workspace.getConfiguration(),
  },
}));

const version = 'nats-server: v2.15.1\n';
const pathSetting = 'natsKv.localServer.path';
const portSetting = 'natsKv.localServer.port';

function setup(options: LocalServerStoreOptions = {}) {
  const window = (ui.current = new FakeWindow());
  const system = new FakeSystem();
  const storage = tempFolder();
  const configured = fakeExecutable();
  const fetched: string[] = [];
  const noNet = ((url: string) => {
    fetched.push(url);
    const cause = Object.assign(new Error('dns'), { code: 'ENOTFOUND' });
    return Promise.reject(new TypeError('fetch failed', { cause }));
  }) as typeof fetch;
  const store = new LocalServerStore(vscode.Uri.file(storage), {
    env: {},
    platform: 'linux',
    arch: 'x64',
    run: () => Promise.resolve(version),
    fetch: noNet,
    launch: system.launch,
    system,
    ...options,
  });
  onTestFinished(() => store.dispose());
  const changes: (string | undefined)[] = [];
  store.onDidChange(() => changes.push(store.config?.url));
  const start = async () => {
    const count = system.processes.length;
    const started = store.start();
    await eventually(() => system.processes.length > count);
    system.last.becomeReady();
    return started;
  };
  return { window, system, storage, configured, fetched, store, changes, start };
}

type Setup = ReturnType<typeof setup>;

function fakeExecutable(): string {
  const path = join(tempFolder(), 'nats-server');
  writeFileSync(path, '');
  return path;
}

/** With a nats-server that the user's settings name. */
function setupWithServer(): Setup {
  const all = setup();
  all.window.settings.set(pathSetting, { globalValue: all.configured });
  return all;
}

describe('the local server as a connection', () => {
  it('is there while the server runs', async () => {
    const { store, start, changes, window } = setupWithServer();
    expect(store.config).toBeUndefined();
    expect(await start()).toBe(true);
    expect(store.config).toEqual({
      id: 'local--server',
      name: 'Local Server',
      url: 'nats://127.0.0.1:4222',
      source: 'localServer',
    });
    await store.stop();
    expect(store.config).toBeUndefined();
    expect(changes).toEqual(['nats://127.0.0.1:4222', undefined]);
    const key = 'natsKv.localServer.running';
    expect(window.executed).toEqual([
      ['setContext', key, false],
      ['setContext', key, true],
      ['setContext', key, false],
    ]);
    expect(window.asked).toEqual([]);
  });

  it('stays after a crash, so that the tree can tell of it', async () => {
    const { store, start, system, changes, window } = setupWithServer();
    await start();
    system.last.die('SIGKILL');
    await eventually(() => store.state.kind === 'failed');
    expect(store.config?.url).toBe('nats://127.0.0.1:4222');
    expect(changes).toHaveLength(1);
    expect(window.log.at(-1)).toContain('nats-server ended with SIGKILL');
    expect(window.asked).toEqual([]);
  });

  it('has the log of the server in its channel', async () => {
    const { store, start, window, configured } = setupWithServer();
    await start();
    expect(window.log[0]).toBe(`${configured} (2.15.1)`);
    expect(window.log.at(-1)).toContain('Server is ready');
    store.showLog();
    expect(window.isLogShown).toBe(true);
  });
});

describe('starting the local server from the palette', () => {
  it('tells of a server that dies, with its last words', async () => {
    const { store, system, window } = setupWithServer();
    window.answer = () => 'Show Log';
    const started = store.start();
    await eventually(() => system.processes.length === 1);
    system.last.print('[1] 2026/01/02 03:04:05.000006 [FTL] no space left on device');
    system.last.die('code 1');
    expect(await started).toBe(false);
    expect(window.asked.map(({ message }) => message)).toEqual([
      'Failed to start the local NATS server: nats-server ended with code 1: no space left on device.',
    ]);
    expect(window.isLogShown).toBe(true);
  });

  it('tells why a configured server cannot be used, and offers no other', async () => {
    const run = () => Promise.resolve('nats-server: v2.8.0');
    const { store, window, fetched, configured } = setup({ run });
    window.settings.set(pathSetting, { globalValue: configured });
    window.answer = () => 'Set Path…';
    expect(await store.start()).toBe(false);
    expect(window.asked).toMatchObject([
      {
        kind: 'error',
        message: `Failed to start the local NATS server: ${configured}, set as ${pathSetting}, cannot be used: it is version 2.8.0, and 2.9.0 is the oldest that will do.`,
      },
    ]);
    expect(window.updated).toEqual([]);
    expect(fetched).toEqual([]);
  });

  it('sets the path of the program that is chosen, and starts it', async () => {
    const { store, window, configured } = setup();
    window.answer = () => 'Set Path…';
    window.picked = configured;
    expect(await store.start()).toBe(false);
    expect(window.updated).toEqual([[pathSetting, configured, vscode.ConfigurationTarget.Global]]);
    expect(window.executed.at(-1)).toEqual(['natsKv.localServer.start']);
  });

  it('sets it where the path in force stands', async () => {
    const run = () => Promise.resolve('nats-server: v2.8.0');
    const { store, window, configured } = setup({ run });
    window.settings.set(pathSetting, { workspaceValue: configured });
    window.answer = () => 'Set Path…';
    window.picked = configured;
    expect(await store.start()).toBe(false);
    expect(window.updated).toEqual([
      [pathSetting, configured, vscode.ConfigurationTarget.Workspace],
    ]);
  });

  it('says which port it has where another program has the usual one', async () => {
    const { start, system, window } = setupWithServer();
    system.taken.add(4222);
    expect(await start()).toBe(true);
    expect(window.asked.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Port 4222 is taken by another program\. The local NATS server listens on nats:\/\/127\.0\.0\.1:\d+\.$/,
      ),
    ]);
  });

  it.each([
    [{ globalValue: 4333 }, '4333'],
    [{ globalValue: 4333, workspaceValue: 4444 }, '4444'],
    [{ globalValue: 'x' }, '4222'],
    [{ globalValue: 70_000 }, '4222'],
    [{ globalValue: 0 }, '-1'],
    [undefined, '4222'],
  ])('takes the port of the settings %j: %s', async (value, port) => {
    const { start, system, window } = setupWithServer();
    if (value) {
      window.settings.set(portSetting, value);
    }
    await start();
    expect(system.last.port).toBe(port);
  });

  it('runs nothing that an untrusted workspace names', async () => {
    const ran: string[] = [];
    const run = (path: string) => {
      ran.push(path);
      return Promise.resolve(version);
    };
    const { store, start, system, window, configured } = setup({ run });
    window.isTrusted = false;
    window.settings.set(pathSetting, {
      globalValue: configured,
      workspaceValue: '/evil/nats-server',
    });
    window.settings.set(portSetting, { workspaceValue: 1 });
    await start();
    expect(ran).toEqual([configured]);
    expect(system.last.port).toBe('4222');
    await store.stop();

    window.isTrusted = true;
    await start();
    expect(ran).toEqual([configured, '/evil/nats-server']);
  });
});

describe('without a nats-server', () => {
  it('asks before anything is fetched, and says what, from where and how it is checked', async () => {
    const { store, window, fetched, storage } = setup();
    expect(await store.start()).toBe(false);
    const [asked] = window.asked;
    const archive = archiveFor(officialRelease, 'linux', 'x64');
    expect(asked?.buttons).toEqual(['Download', 'Set Path…']);
    expect(asked?.detail?.split('\n')).toEqual([
      `Version: ${officialRelease.version}, about 7 MB`,
      `From: ${archive?.url}`,
      `Checked against SHA-256: ${archive?.sha256}`,
      `Kept in: ${join(storage, 'nats-server', officialRelease.version)}`,
    ]);
    expect(fetched).toEqual([]);
    expect(window.asked).toHaveLength(1);
  });

  it('tells what in PATH was not taken', async () => {
    const inPath = fakeExecutable();
    const env = { PATH: dirname(inPath) };
    const run = () => Promise.resolve('nats-server: v2.1.0');
    const { store, window } = setup({ env, run });
    await store.start();
    expect(window.asked[0]?.detail).toContain(`Not used: ${inPath}: it is version 2.1.0`);
  });

  it('says so when it is offline, and tries again only when told to', async () => {
    const { store, window, fetched } = setup();
    const answers = ['Download', 'Try Again', 'Set Path…'];
    window.answer = () => answers.shift();
    expect(await store.start()).toBe(false);
    const failure = `Failed to download nats-server ${officialRelease.version}: github.com cannot be reached (ENOTFOUND).`;
    expect(window.asked.map(({ message }) => message.slice(0, failure.length))).toEqual([
      'No nats-server was found. Download the official release?',
      failure,
      failure,
    ]);
    expect(fetched).toHaveLength(2);
  });

  it('tells of a file with another checksum', async () => {
    const { store, window } = setup({ fetch: () => Promise.resolve(new Response('not it')) });
    window.answer = ({ kind }) => (kind === 'information' ? 'Download' : undefined);
    expect(await store.start()).toBe(false);
    expect(window.asked[1]?.message).toMatch(/is not the release that is known.* It was deleted\./);
    expect(window.progress).toEqual(['0.0 MB']);
  });

  it('is silent when the download is cancelled', async () => {
    const { store, window, fetched } = setup();
    window.answer = () => 'Download';
    window.cancels = true;
    expect(await store.start()).toBe(false);
    expect(window.asked).toHaveLength(1);
    expect(fetched).toEqual([]);
  });

  it('uses what was downloaded before, without a question', async () => {
    const { start, window, storage } = setup();
    const archive = archiveFor(officialRelease, 'linux', 'x64');
    const path = archive && downloadedPath(join(storage, 'nats-server'), archive);
    mkdirSync(join(path ?? '', '..'), { recursive: true });
    writeFileSync(path ?? '', '');
    chmodSync(path ?? '', 0o755);
    expect(await start()).toBe(true);
    expect(window.asked).toEqual([]);
    expect(window.log[0]).toBe(`${path} (2.15.1)`);
  });

  it('offers no download where no checksum is known, and says what to do', async () => {
    const { store, window, fetched } = setup({ platform: 'freebsd' });
    expect(await store.start()).toBe(false);
    expect(window.asked).toMatchObject([{ kind: 'error', buttons: ['Set Path…'] }]);
    expect(window.asked[0]?.message).toMatch(
      /no checked download for freebsd x64\. Install nats-server 2\.9\.0 or newer/,
    );
    expect(fetched).toEqual([]);
  });
});

describe('stopping and deleting', () => {
  it('asks before it stops the server of another window', async () => {
    const { start, system, window } = setupWithServer();
    await start();
    const { launch } = system;
    const storage = vscode.Uri.file(dirOf(system.last.args));
    const other = new LocalServerStore(storage, {
      env: {},
      run: () => Promise.resolve(version),
      launch,
      system: system.asOther(200),
    });
    onTestFinished(() => other.dispose());
    await other.start();
    await other.stop();
    expect(window.asked).toMatchObject([{ buttons: ['Stop'] }]);
    expect(system.last.signals).toEqual([]);
    window.answer = () => 'Stop';
    await other.stop();
    expect(system.last.signals).toEqual(['SIGTERM']);
  });

  it('deletes the data only after a confirmation, and stops the server for that', async () => {
    const { store, start, system, window } = setupWithServer();
    await start();
    await store.deleteData();
    expect(window.asked).toMatchObject([
      { message: 'Delete all data of the local NATS server?', buttons: ['Delete'] },
    ]);
    expect(store.state.kind).toBe('running');
    window.answer = () => 'Delete';
    await store.deleteData();
    expect(store.state.kind).toBe('stopped');
    expect(system.last.signals).toEqual(['SIGTERM']);
    expect(window.asked).toHaveLength(2);
  });

  it('tells why the data cannot be deleted', async () => {
    const { store, start, system, window } = setupWithServer();
    await start();
    const storage = vscode.Uri.file(dirOf(system.last.args));
    const other = new LocalServerStore(storage, { system: system.asOther(200) });
    onTestFinished(() => other.dispose());
    window.answer = ({ kind }) => (kind === 'warning' ? 'Delete' : undefined);
    await other.deleteData();
    expect(window.asked.at(-1)?.message).toBe(
      'Failed to delete the data of the local NATS server: the server runs for another window.',
    );
    expect(store.state.kind).toBe('running');
  });
});

/** The storage folder of the extension, from the arguments of a server in it. */
function dirOf(args: readonly string[]): string {
  return join(args[args.indexOf('-sd') + 1] ?? '', '..', '..');
}
