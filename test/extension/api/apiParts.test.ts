import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { changeAccess } from '../../../src/extension/api/accessCommand';
import { ApiParts } from '../../../src/extension/api/apiParts';
import type { NatsKvEntry, NatsKvFailure } from '../../../src/extension/api/natsKvApi';
import type { CodecParts } from '../../../src/extension/codecs/codecParts';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import { Connections } from '../../../src/kv/session/connections';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import { eventually } from '../../support/poll';

const local = { id: 'local', name: 'Local', url: 'nats://127.0.0.1:4222' };
const place = { connection: 'local', bucket: 'B', key: 'one' };
const codec = {
  label: 'Marked',
  matches: () => true,
  decode: () => ({ text: '' }),
  encode: () => new Uint8Array(),
};

let server: FakeKvConnection;
let connections: Connections;
let dialled: number;
let memory: Map<string, unknown>;
let registered: Set<unknown>;
let logged: string[];
let parts: ApiParts;
/** What the user was asked, with the answers to come. */
let asked: string[];
let answers: (string | undefined)[];

beforeEach(() => {
  server = new FakeKvConnection();
  server.foreignCreateBucket({ name: 'B', history: 5 });
  dialled = 0;
  connections = new Connections(() => {
    dialled++;
    return Promise.resolve(server);
  });
  connections.configure([local]);
  memory = new Map();
  registered = new Set();
  logged = [];
  asked = [];
  answers = [];
  parts = newWindow();
  vi.spyOn(vscode.window, 'showWarningMessage').mockImplementation(((text: string) => {
    asked.push(text);
    return Promise.resolve(answers.shift());
  }) as never);
  vi.spyOn(vscode.extensions, 'getExtension').mockImplementation(((id: string) =>
    id === 'gone.away' ? undefined : { id, packageJSON: { displayName: `The ${id}` } }) as never);
});

afterEach(() => {
  parts.dispose();
  connections.dispose();
  vi.restoreAllMocks();
});

/** The API of another window of the same user. */
function newWindow(): ApiParts {
  const register = (find: unknown) => {
    registered.add(find);
    return { dispose: () => registered.delete(find) };
  };
  return new ApiParts({
    connections,
    codecs: { parts: () => Promise.resolve({ register } as unknown as CodecParts) },
    memory: {
      get: (key: string, otherwise: unknown) => memory.get(key) ?? otherwise,
      update: (key: string, value: unknown) => Promise.resolve(memory.set(key, value)),
    } as unknown as vscode.Memento,
    log: { warn: (text: string) => logged.push(text) },
  });
}

/** The code that a call fails with. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (failure: NatsKvFailure) => failure.code,
  );
}

function production(fields: Partial<ConnectionConfig> = {}): void {
  connections.configure([{ ...local, environment: 'production', ...fields }]);
}

describe('the permission of the user', () => {
  it('is asked for once for each extension and connection, and remembered', async () => {
    server.foreignPut('B', 'one', '1');
    answers = ['Allow', 'Allow'];
    const access = parts.access('acme.one');
    const both = await Promise.all([access.readKey(place), access.readKey(place)]);
    expect(both.map((entry) => entry?.revision)).toEqual([1, 1]);
    await newWindow()
      .access('acme.one')
      .readKey({ ...place, connection: 'Local' });
    expect(asked).toEqual(['Let the extension The acme.one read keys of Local?']);
    await parts.access('acme.two').readKey(place);
    expect(asked).toHaveLength(2);
  });

  it('is for a connection that leads where it led', async () => {
    answers = ['Allow', undefined];
    await parts.access('acme.one').readKey(place);
    connections.configure([{ ...local, url: 'nats://10.0.0.1:4222' }]);
    expect(await codeOf(parts.access('acme.one').readKey(place))).toBe('denied');
    expect(asked).toHaveLength(2);
  });

  it.each<Partial<ConnectionConfig>>([
    { tunnel: { kind: 'kubectl', resource: 'svc/nats', context: 'prod' } as never },
    { domain: 'hub' },
    { apiPrefix: 'other.API' },
  ])('is not for the same URL with %j, which leads elsewhere', async (fields) => {
    answers = ['Allow', undefined];
    await parts.access('acme.one').readKey(place);
    connections.configure([{ ...local, ...fields }]);
    expect(await codeOf(parts.access('acme.one').readKey(place))).toBe('denied');
    expect(asked).toHaveLength(2);
  });

  it('is asked for before anything is dialled, and a refusal stays until the window closes', async () => {
    const access = parts.access('acme.one');
    expect(await codeOf(access.readKey(place))).toBe('denied');
    expect(await codeOf(access.openKey(place))).toBe('denied');
    expect(await codeOf(access.watchKeys(place, { changed: () => undefined }))).toBe('denied');
    expect([asked.length, dialled]).toEqual([1, 0]);
    await codeOf(newWindow().access('acme.one').readKey(place));
    expect(asked).toHaveLength(2);
  });

  it('is asked for on production again in each window, whatever was allowed before', async () => {
    answers = ['Allow', 'Allow', 'Allow'];
    await parts.access('acme.one').readKey(place);
    production();
    await parts.access('acme.one').readKey(place);
    await parts.access('acme.one').readKey(place);
    await newWindow().access('acme.one').readKey(place);
    expect(asked).toEqual([
      'Let the extension The acme.one read keys of Local?',
      'PRODUCTION: Let the extension The acme.one read keys of Local?',
      'PRODUCTION: Let the extension The acme.one read keys of Local?',
    ]);
  });

  it('can be taken back, which ends watches and codecs', async () => {
    answers = ['Allow', 'Allow'];
    const ended: string[] = [];
    const access = parts.access('acme.one');
    await access.watchKeys(place, {
      changed: () => undefined,
      ended: ({ code }) => ended.push(code),
    });
    await access.registerValueCodec(codec);
    expect(registered.size).toBe(1);
    vi.spyOn(vscode.window, 'showQuickPick').mockResolvedValue([] as never);
    await changeAccess(parts.permissions, connections);
    expect([ended, registered.size]).toEqual([['denied'], 0]);
    expect(await codeOf(access.readKey(place))).toBe('denied');
    expect(parts.permissions.all).toEqual([]);
  });

  it('can be taken back in another window too, whose codecs are for nothing then', async () => {
    answers = ['Allow'];
    const other = newWindow();
    await other.access('acme.one').registerValueCodec(codec);
    const [find] = [...registered] as ((place: unknown) => unknown)[];
    const at = { bucket: 'B', key: 'one', headers: [] };
    expect(find?.(at)).toBeDefined();
    vi.spyOn(vscode.window, 'showQuickPick').mockResolvedValue([] as never);
    await changeAccess(parts.permissions, connections);
    expect(find?.(at)).toBeUndefined();
    other.dispose();
  });

  it('stays where nothing was unpicked', async () => {
    answers = ['Allow'];
    await parts.access('acme.one').readKey(place);
    vi.spyOn(vscode.window, 'showQuickPick').mockResolvedValue(undefined);
    await changeAccess(parts.permissions, connections);
    expect(parts.permissions.all).toEqual([
      { extensionId: 'acme.one', connection: [local.id, local.url, expect.any(String)] },
    ]);
  });

  it('is asked for codecs on its own, and lets none in without', async () => {
    answers = [undefined];
    const access = parts.access('acme.one');
    expect(await codeOf(access.registerValueCodec(codec))).toBe('denied');
    expect(registered.size).toBe(0);
    expect(asked).toEqual(['Let the extension The acme.one decode values?']);
  });
});

describe('the calls of other extensions', () => {
  beforeEach(() => {
    answers = Array.from({ length: 5 }, () => 'Allow');
  });

  it('are refused of who is not installed, and of what cannot be asked', async () => {
    expect(await codeOf(parts.access('gone.away').readKey(place))).toBe('invalid');
    expect(await codeOf(parts.access(undefined).readKey(place))).toBe('invalid');
    const access = parts.access('acme.one');
    expect(await codeOf(access.readKey(undefined as never))).toBe('invalid');
    expect(await codeOf(access.readKey({ ...place, bucket: 'a.b' }))).toBe('invalid');
    expect(await codeOf(access.openKey({ ...place, key: '>' }))).toBe('invalid');
    expect(await codeOf(access.watchKeys({ ...place, filter: 'a..b' }, {} as never))).toBe(
      'invalid',
    );
    expect(await codeOf(access.watchKeys(place, {} as never))).toBe('invalid');
    expect(await codeOf(access.registerValueCodec({} as never))).toBe('invalid');
    expect(await codeOf(access.readKey({ ...place, connection: 'no' }))).toBe('notFound');
    expect(asked).toEqual([]);
    expect(await codeOf(access.readKey({ ...place, bucket: 'none' }))).toBe('notFound');
  });

  it('read a copy of what is stored, markers too', async () => {
    const access = parts.access('acme.one');
    expect(await access.readKey(place)).toBeUndefined();
    server.foreignPut('B', 'one', 'text');
    const entry = (await access.readKey(place)) as NatsKvEntry;
    expect(entry).toMatchObject({
      bucket: 'B',
      key: 'one',
      revision: 1,
      operation: 'put',
      headers: [],
    });
    entry.value.fill(0);
    expect(Buffer.from((await access.readKey(place))?.value ?? []).toString()).toBe('text');
    server.foreignMark('B', 'one', 'DEL');
    expect((await access.readKey(place))?.operation).toBe('delete');
  });

  it('open a key in its editor', async () => {
    const run = vi.spyOn(vscode.commands, 'executeCommand').mockResolvedValue(undefined);
    await parts.access('acme.one').openKey(place);
    const [[command, uri] = []] = run.mock.calls as unknown as [string, vscode.Uri][];
    expect([command, String(uri)]).toEqual(['vscode.open', 'natskv://local/B/one']);
  });

  it('watch what matches from now on, whatever the watcher throws', async () => {
    server.foreignPut('B', 'orders.0', 'before');
    const told: (readonly [string, string])[] = [];
    const watch = await parts.access('acme.one').watchKeys(
      { ...place, filter: 'orders.>' },
      {
        changed: ({ key, value, operation }) => {
          told.push([`${operation} ${key}`, Buffer.from(value).toString()]);
          throw new Error('the watcher fails');
        },
      },
    );
    server.foreignPut('B', 'orders.1', 'a');
    server.foreignPut('B', 'other', 'b');
    server.foreignMark('B', 'orders.1', 'DEL');
    await eventually(() => expect(told).toHaveLength(2));
    expect(told).toEqual([
      ['put orders.1', 'a'],
      ['delete orders.1', ''],
    ]);
    await eventually(() => expect(logged).toHaveLength(2));
    expect(logged[0]).toBe('The extension acme.one failed to take a change: the watcher fails.');
    expect(connections.get('local')?.isWatched).toBe(true);
    watch.dispose();
    expect(connections.get('local')?.isWatched).toBe(false);
    server.foreignPut('B', 'orders.2', 'c');
    await Promise.resolve();
    expect(told).toHaveLength(2);
  });

  it.each([
    ['its bucket is deleted', () => server.foreignDeleteBucket('B'), 'notFound'],
    ['the user disconnects', () => connections.get('local')?.disconnect(), 'disconnected'],
    ['the connection is removed', () => connections.configure([]), 'disconnected'],
  ])('are told once that a watch has ended when %s', async (_, happen, code) => {
    const ended: string[] = [];
    await parts.access('acme.one').watchKeys(place, {
      changed: () => undefined,
      ended: (failure) => ended.push(failure.code),
    });
    expect(Reflect.get(parts, 'lasting')).toHaveProperty('size', 1);
    await Promise.resolve(happen());
    await eventually(() => expect(ended).toEqual([code]));
    // Nothing is kept of it, though nobody disposes it.
    expect(Reflect.get(parts, 'lasting')).toHaveProperty('size', 0);
  });

  it('register a codec until it is disposed', async () => {
    const codecs = parts.access('acme.one');
    const registration = await codecs.registerValueCodec(codec);
    expect(registered.size).toBe(1);
    registration.dispose();
    registration.dispose();
    expect(registered.size).toBe(0);
  });
});
