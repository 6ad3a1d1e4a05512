import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionSession } from '../../src/kv/connectionSession';
import { KeyDocuments, type DocumentChange } from '../../src/extension/documents/keyDocuments';
import { FakeKvConnection } from '../kv/fakeKvConnection';
import { eventually } from '../support/poll';
import { FakeEditors, FakeMemory, idOf } from './fakeEditors';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const yes = (): Promise<boolean> => Promise.resolve(true);
const no = (): Promise<boolean> => Promise.resolve(false);
const id = idOf('k');

let connection: FakeKvConnection;
let session: ConnectionSession;
let editors: FakeEditors;
let memory: FakeMemory;
let documents: KeyDocuments;
let changes: DocumentChange[];

beforeEach(async () => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  connection.foreignPut('B', 'k', '1');
  session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  // As when the tree shows the bucket: its watch runs already.
  await session.connect();
  await session.watch('B')?.hold().from;
  editors = new FakeEditors();
  memory = new FakeMemory();
  documents = new KeyDocuments((name) => (name === 'local' ? session : undefined), editors, memory);
  changes = [];
  documents.onDidChange((change) => changes.push(change));
  connection.calls.length = 0;
});

afterEach(() => {
  documents.dispose();
  session.dispose();
  vi.useRealTimers();
});

/** What VS Code does to open a key. */
async function open(): Promise<void> {
  await documents.current(id);
  const version = await documents.read(id, false);
  editors.open(id, new TextDecoder().decode(version?.value));
}

/** What VS Code does to save the editor's text, its own guard aside. */
async function save(text: string, ask = yes) {
  editors.set(id, text, true);
  editors.willSave(id);
  const result = await documents.write(id, bytes(text), ask);
  if (result.kind === 'saved') {
    editors.set(id, text, false);
  }
  return result;
}

describe('KeyDocuments', () => {
  it('opens a key with one request and saves it with one', async () => {
    await open();
    expect(connection.calls).toEqual(['get']);

    expect(await save('2')).toEqual({ kind: 'saved', revision: 2 });
    await documents.current(id);

    expect(connection.calls).toEqual(['get', 'put']);
  });

  it('tells a change made elsewhere and reads it once', async () => {
    await open();

    connection.foreignPut('B', 'k', '2');

    await eventually(() => expect(changes).toEqual([{ ...id, kind: 'changed' }]));
    expect(connection.calls).toEqual(['get', 'get']);
    const version = await documents.read(id, false);
    expect(version?.revision).toBe(2);
  });

  it('does not tell its own save as a change', async () => {
    await open();
    await save('2');
    connection.foreignPut('B', 'other', 'x');
    await eventually(() => expect(session.watch('B')?.state.current.kind).toBe('live'));

    expect(changes).toEqual([]);
  });

  it('refuses a save over a change made elsewhere and writes nothing', async () => {
    await open();
    connection.foreignPut('B', 'k', '2');

    expect(await save('mine')).toEqual({ kind: 'conflict' });

    expect(documents.conflict(id.uri)?.revision).toBe(2);
    expect((await connection.get('B', 'k'))?.revision).toBe(2);
  });

  it('asks before it creates a key again that was deleted elsewhere', async () => {
    await open();
    connection.foreignMark('B', 'k', 'DEL');
    await eventually(() => expect(changes).toEqual([{ ...id, kind: 'deleted' }]));

    expect(await save('mine', no)).toEqual({ kind: 'declined' });
    expect(await save('mine', yes)).toEqual({ kind: 'saved', revision: 3 });
  });

  it('fails a save while the link is down and lets it through afterwards', async () => {
    await open();
    connection.goOffline();
    await expect(save('2')).rejects.toMatchObject({ kind: 'disconnected' });

    connection.goOnline();

    expect(await save('2')).toEqual({ kind: 'saved', revision: 2 });
  });

  it.each(['before', 'after'] as const)(
    'says that the outcome is not known when the answer is lost %s the write',
    async (moment) => {
      await open();
      connection.loseNextWrite(moment);
      await expect(save('2')).rejects.toThrow('it is not known whether');

      // The second try finds out: written already, or written now; never twice.
      await eventually(async () => expect((await save('2')).kind).not.toBe('conflict'));

      expect((await connection.get('B', 'k'))?.revision).toBe(2);
    },
  );

  it('catches up with what happened while the link was down', async () => {
    await open();
    connection.goOffline();
    connection.foreignPut('B', 'k', '2');
    connection.goOnline();

    await eventually(() => expect(changes).toEqual([{ ...id, kind: 'changed' }]));
  });

  it('remembers which revision an unsaved text came from until it is saved', async () => {
    await open();
    editors.set(id, 'draft', true);
    expect(memory.revisions.get(id.uri)).toBe(1);

    await save('draft');

    expect(memory.revisions.size).toBe(0);
  });

  it('lets another writer replace only what it has read', async () => {
    await documents.read(id, false);
    connection.foreignPut('B', 'k', '2');
    await eventually(() => expect(documents.peek(id.uri)?.latest.revision).toBe(2));

    expect(await documents.write(id, bytes('hex'), yes)).toEqual({ kind: 'conflict' });
  });

  it('reads a key anew when nobody has it open and time has passed', async () => {
    vi.useFakeTimers();
    await documents.current(id);
    await vi.advanceTimersByTimeAsync(1_001);

    await documents.current(id);

    expect(connection.calls).toEqual(['get', 'get']);
  });

  it('lets go of the watch some time after the editor was closed', async () => {
    vi.useFakeTimers();
    connection.foreignCreateBucket({ name: 'C' });
    connection.foreignPut('C', 'k', '1');
    const other = idOf('k', { bucket: 'C' });
    await documents.read(other, false);
    editors.open(other, '1');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(connection.openWatches).toBe(2);

    editors.close(other);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(connection.openWatches).toBe(1);
  });

  it('says which connection is missing', async () => {
    const lost = idOf('k', { connectionId: 'gone' });

    await expect(documents.current(lost)).rejects.toThrow('there is no connection "gone"');
  });
});
