import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import {
  KeyDocuments,
  type DocumentChange,
} from '../../../../src/extension/documents/model/keyDocuments';
import type { SaveQuestions } from '../../../../src/extension/documents/model/openKey';
import { codecOfText } from '../../../../src/kv/values/codecOfText';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { FakeEditors, FakeMemory, idOf } from './fakeEditors';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const yes = answering(true);
const no = answering(false);
const id = idOf('k');

let connection: FakeKvConnection;
let session: ConnectionSession;
let editors: FakeEditors;
let isConfigured: boolean;
let memory: FakeMemory;
let documents: KeyDocuments;
let changes: DocumentChange[];
let format: boolean;

function answering(answer: boolean): SaveQuestions {
  return {
    ask: () => Promise.resolve(answer),
    schemaProblem: () => Promise.resolve(undefined),
  };
}

beforeEach(async () => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  connection.foreignPut('B', 'k', '1');
  session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  // As when the tree shows the bucket: it is known, and its watch runs already.
  await session.loadBuckets();
  await session.watch('B')?.hold().from;
  isConfigured = true;
  editors = new FakeEditors();
  memory = new FakeMemory();
  format = true;
  documents = new KeyDocuments({
    findSession: (name) => (isConfigured && name === 'local' ? session : undefined),
    editors,
    memory,
    settings: () => ({ format, keepFinalNewline: true }),
  });
  changes = [];
  documents.onDidChange((change) => changes.push(change));
  connection.calls.length = 0;
});

afterEach(() => {
  documents.dispose();
  session.dispose();
  vi.useRealTimers();
});

/** What was asked of the server; measuring the round trip asks nothing. */
function requests(): string[] {
  return connection.calls.filter((call) => call !== 'rtt');
}

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
    expect(requests()).toEqual(['get']);

    expect(await save('2')).toEqual({ kind: 'saved', revision: 2, isUnseen: false });
    await documents.current(id);

    expect(requests()).toEqual(['get', 'put']);
  });

  it('tells a change made elsewhere and reads it once', async () => {
    await open();

    connection.foreignPut('B', 'k', '2');

    await eventually(() => expect(changes).toEqual([{ ...id, kind: 'changed' }]));
    expect(requests()).toEqual(['get', 'get']);
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

  it.each(['before', 'after'] as const)(
    'finds out what became of a delete whose link broke %s it was stored',
    async (when) => {
      await documents.read(id, false);
      connection.loseNextWrite(when);
      expect(await documents.delete(id)).toBe('deleted');
      expect((await connection.get('B', 'k'))?.operation).toBe('DEL');
    },
  );

  it('asks before it creates a key again that was deleted elsewhere', async () => {
    await open();
    connection.foreignMark('B', 'k', 'DEL');
    await eventually(() => expect(changes).toEqual([{ ...id, kind: 'deleted' }]));

    expect(await save('mine', no)).toEqual({ kind: 'declined', why: 'recreate' });
    expect(await save('mine', yes)).toEqual({ kind: 'saved', revision: 3, isUnseen: false });
  });

  it('fails a save while the link is down and lets it through afterwards', async () => {
    await open();
    connection.goOffline();
    await expect(save('2')).rejects.toMatchObject({ kind: 'disconnected' });

    connection.goOnline();

    expect(await save('2')).toEqual({ kind: 'saved', revision: 2, isUnseen: false });
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
    expect(memory.stamps.get(id.uri)).toMatchObject({ revision: 1 });

    await save('draft');

    expect(memory.stamps.size).toBe(0);
  });

  it('lets another writer replace only what it has read', async () => {
    await documents.read(id, false);
    connection.foreignPut('B', 'k', '2');
    await eventually(() => expect(documents.find(id.uri)?.document?.latest.revision).toBe(2));

    expect(await documents.write(id, bytes('hex'), yes)).toEqual({ kind: 'conflict' });
  });

  it('takes no text of a save for the write of another, where the save began before it was started', async () => {
    const restored = idOf('k');
    editors.open(restored, 'typed since', true);
    await eventually(() => expect(documents.find(restored.uri)?.document).toBeDefined());

    expect(await documents.write(restored, bytes('saved'), yes)).toEqual({ kind: 'conflict' });
    expect(connection.foreignGet('B', 'k')).toBe('1');
  });

  it('reads a key anew when nobody has it open and time has passed', async () => {
    vi.useFakeTimers();
    await documents.current(id);
    await vi.advanceTimersByTimeAsync(1_001);

    await documents.current(id);

    expect(requests()).toEqual(['get', 'get']);
  });

  describe('an editor that comes while its key is read anew', () => {
    /** What was typed into it is `mine`, made of `1`. */
    async function openMeanwhile(change: () => void): Promise<void> {
      vi.useFakeTimers();
      await documents.current(id);
      await documents.read(id, false);
      await vi.advanceTimersByTimeAsync(1_001);
      change();
      const letGo = connection.holdReads();
      const again = documents.current(id);
      editors.open(id, '1');
      editors.set(id, 'mine', true);
      letGo();
      await again;
      await vi.advanceTimersByTimeAsync(0);
    }

    it('knows what its text was made of', async () => {
      await openMeanwhile(() => undefined);

      expect(documents.conflict(id.uri)).toBeUndefined();
      expect(await save('mine')).toMatchObject({ kind: 'saved', revision: 2 });
    });

    it('does not take its text for what was put meanwhile', async () => {
      await openMeanwhile(() => connection.foreignPut('B', 'k', '2'));

      expect(documents.conflict(id.uri)?.revision).toBe(2);
    });
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

  it('saves a restored text as its own version was shown, whatever has come since', async () => {
    connection.foreignCreateBucket({ name: 'H', history: 5 });
    const restored = idOf('k', { bucket: 'H' });
    const revision = connection.foreignPut('H', 'k', '{"a":1}');
    connection.foreignPut('H', 'k', 'plain');
    const stored = await connection.getRevision('H', 'k', revision);
    memory.set(restored.uri, stored);
    editors.open(restored, '{\n  "a": 2\n}', true);
    await eventually(() =>
      expect(documents.find(restored.uri)?.document?.base?.revision).toBe(revision),
    );
    expect(documents.conflict(restored.uri)?.revision).toBe(revision + 1);

    const content = bytes('{\n  "a": 2\n}');
    editors.willSave(restored);
    expect(await documents.write(restored, content, yes)).toEqual({ kind: 'conflict' });
    // Refused and told by the guard, then overwritten.
    editors.willSave(restored);
    documents.find(restored.uri)?.document?.stat(editors.find(restored.uri));
    editors.willSave(restored);
    expect((await documents.write(restored, content, yes)).kind).toBe('saved');

    const entry = await connection.get('H', 'k');
    expect(Buffer.from(entry?.value ?? []).toString()).toBe('{"a":2}');
  });

  it('remembers what a codec showed of the value, and knows a restored text by it', async () => {
    const codec = codecOfText({
      label: 'Backwards',
      decode: (stored) => ({ kind: 'text', text: Buffer.from(stored).reverse().toString() }),
      encode: (text) => ({ kind: 'bytes', bytes: Buffer.from(text).reverse() }),
    });
    connection.foreignPut('B', 'k', 'abc');
    const asked: string[][] = [];
    const start = (of: typeof codec | undefined) =>
      new KeyDocuments({
        findSession: () => session,
        ...{ editors, memory, settings: () => ({ format, keepFinalNewline: true }) },
        codecs: {
          of: () => of,
          ready: (place) => Promise.resolve(void asked.push([place?.key ?? ''])),
        },
      });
    documents.dispose();
    documents = start(codec);
    await documents.current(id);
    await documents.read(id, false);
    editors.open(id, 'cba');
    editors.set(id, 'cbaX', true);
    expect(memory.get(id.uri)).toMatchObject({ revision: 2, shown: expect.any(String) as string });

    documents.dispose();
    documents = start(undefined);
    await documents.current(id);
    expect(documents.conflict(id.uri)?.revision).toBe(2);
    expect(await documents.write(id, bytes('cbaX'), yes)).toEqual({ kind: 'conflict' });
    documents.dispose();
    documents = start(codec);
    asked.length = 0;
    await documents.current(id);
    expect(asked).toEqual([['k'], ['k']]);
    expect(documents.conflict(id.uri)).toBeUndefined();
  });

  it('takes up an editor that was restored before its connection was known', async () => {
    isConfigured = false;
    memory.set(id.uri, await connection.get('B', 'k'));
    connection.foreignPut('B', 'k', '2');
    editors.open(id, 'unsaved', true);
    expect(documents.find(id.uri)).toBeUndefined();

    isConfigured = true;
    documents.connectionsChanged();
    await eventually(() => expect(documents.conflict(id.uri)?.revision).toBe(2));
  });

  it('tells a change again that VS Code could not read before the link was lost', async () => {
    await open();
    connection.foreignPut('B', 'k', '2');
    await eventually(() => expect(changes).toEqual([{ ...id, kind: 'changed' }]));
    // Its editor shows what it did: the read has failed.
    connection.goOffline();
    changes.length = 0;
    connection.goOnline();

    await eventually(() => expect(changes).toContainEqual({ ...id, kind: 'changed' }));
    editors.set(id, '2', false);
    changes.length = 0;
    connection.goOffline();
    connection.goOnline();
    await eventually(() =>
      expect(documents.find(id.uri)?.key.followed.freshness.current.kind).toBe('live'),
    );
    expect(changes).toEqual([]);
  });

  it('has VS Code look again at a text of another time that could not be read at first', async () => {
    connection.foreignPut('B', 'k', '2');
    connection.failNext('get', new KvError('timeout', 'nobody answers'));
    editors.open(id, '1');
    await eventually(() =>
      expect(documents.find(id.uri)?.key.followed.freshness.current).toMatchObject({
        kind: 'stale',
        reason: 'nobody answers',
      }),
    );
    expect(changes).toEqual([]);

    connection.goOffline();
    connection.goOnline();
    await eventually(() => expect(changes).toContainEqual({ ...id, kind: 'changed' }));
    // Until it has: what is typed is not made of what nobody has seen.
    editors.set(id, 'typed', true);
    expect(documents.conflict(id.uri)?.revision).toBe(2);
  });

  it('asks once what it has to know of a bucket that nobody has listed', async () => {
    connection.foreignCreateBucket({ name: 'C', ttl: 60_000 });
    connection.foreignPut('C', 'k', '1');
    connection.foreignPut('C', 'l', '1');
    session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
      Promise.resolve(connection),
    );

    await documents.read(idOf('k', { bucket: 'C' }), false);
    await eventually(() => expect(requests()).toContain('bucketStatus'));
    connection.calls.length = 0;
    await documents.read(idOf('l', { bucket: 'C' }), false);
    expect(requests()).toEqual(['get']);

    const expiresAt = documents.find(idOf('l', { bucket: 'C' }).uri)?.key.followed.expiresAt ?? 0;
    expect(expiresAt).toBeGreaterThan(Date.now() + 50_000);
  });

  describe('with a key that is shown in two ways', () => {
    const raw = idOf('k', {}, 'raw');

    beforeEach(async () => {
      connection.foreignPut('B', 'k', '{"a":1}');
      await openAs(id);
      await openAs(raw);
      changes.length = 0;
    });

    async function openAs(which: typeof id): Promise<void> {
      const version = await documents.read(which, false);
      editors.open(which, Buffer.from(version?.opened().shown ?? []).toString());
    }

    it('reads it once', () => {
      expect(editors.find(id.uri)?.text).toBe('{\n  "a": 1\n}');
      expect(editors.find(raw.uri)?.text).toBe('{"a":1}');
      expect(requests()).toEqual(['get']);
    });

    it('tells the one what the other has saved, and reads nothing for it', async () => {
      expect(await save('{"a": 2}')).toEqual({ kind: 'saved', revision: 3, isUnseen: false });

      expect(changes).toEqual([{ ...raw, kind: 'changed' }]);
      const version = await documents.read(raw, false);
      expect(Buffer.from(version?.opened().shown ?? []).toString()).toBe('{"a":2}');
      expect(requests()).toEqual(['get', 'put']);
    });

    it('refuses to save the one over what the other has saved', async () => {
      editors.set(raw, '{"a":5}', true);
      await save('{"a": 2}');

      editors.willSave(raw);
      expect(await documents.write(raw, bytes('{"a":5}'), yes)).toEqual({ kind: 'conflict' });

      expect((await connection.get('B', 'k'))?.revision).toBe(3);
    });

    it('shows both anew when the settings change, and asks nobody for it', async () => {
      format = false;
      documents.settingsChanged();

      const version = await documents.read(id, false);
      expect(Buffer.from(version?.opened().shown ?? []).toString()).toBe('{"a":1}');
      expect(changes).toHaveLength(2);
      expect(requests()).toEqual(['get']);
    });
  });

  describe('with a TTL', () => {
    beforeEach(() => {
      connection.foreignCreateBucket({ name: 'T', markerTtl: 1_000 });
    });

    const timed = idOf('k', { bucket: 'T' });

    async function putWithTtl(ttl: number): Promise<void> {
      await connection.put('T', 'k', bytes('1'), { expected: 0, ttl: { kind: 'set', ttl } });
      connection.calls.length = 0;
    }

    it('keeps it on save', async () => {
      await putWithTtl(60_000);
      const version = await documents.read(timed, false);
      editors.open(timed, '1');
      expect(version?.ttl).toBe(60_000);

      editors.set(timed, '2', true);
      editors.willSave(timed);
      await documents.write(timed, bytes('2'), yes);

      expect((await connection.get('T', 'k'))?.ttl).toBe(60_000);
      expect(documents.find(timed.uri)?.document?.latest.ttl).toBe(60_000);
    });

    it('changes it without making a conflict of an unsaved text', async () => {
      await putWithTtl(60_000);
      await documents.read(timed, false);
      editors.open(timed, '1');
      editors.set(timed, 'draft', true);

      expect(await documents.storeAnew(timed, { ttl: { kind: 'drop' } })).toBe('saved');

      expect((await connection.get('T', 'k'))?.ttl).toBeUndefined();
      expect(documents.conflict(timed.uri)).toBeUndefined();
      editors.willSave(timed);
      expect((await documents.write(timed, bytes('draft'), yes)).kind).toBe('saved');
    });

    it('changes it of no other value than the one that was seen', async () => {
      await putWithTtl(60_000);
      await documents.read(timed, false);
      editors.open(timed, '1');
      const stamp = () => documents.find(timed.uri)?.document?.latest.stamp;
      const seen = stamp();
      connection.foreignPut('T', 'k', 'theirs');
      await eventually(() => expect(stamp()).not.toEqual(seen));

      expect(await documents.storeAnew(timed, { ttl: { kind: 'drop' }, seen })).toBe('conflict');
      expect(connection.calls).not.toContain('put');
      expect(await documents.storeAnew(timed, { ttl: { kind: 'drop' }, seen: stamp() })).toBe(
        'saved',
      );
    });

    it('makes no conflict by several changes in a row, and reads none of them again', async () => {
      await putWithTtl(60_000);
      await documents.read(timed, false);
      editors.open(timed, '1');
      editors.set(timed, 'draft', true);
      connection.calls.length = 0;

      vi.useFakeTimers({ now: Date.now() });
      for (const ttl of [50_000, 40_000, 30_000]) {
        expect(await documents.storeAnew(timed, { ttl: { kind: 'set', ttl } })).toBe('saved');
        // A read that something has asked for would be made by then.
        await vi.advanceTimersByTimeAsync(1_000);
      }

      expect(requests()).toEqual(Array(3).fill(['put', 'getRevision']).flat());
      expect(documents.conflict(timed.uri)).toBeUndefined();
    });

    it('tells that it was stored where only reading it back fails', async () => {
      await putWithTtl(60_000);
      await documents.read(timed, false);
      editors.open(timed, '1');
      editors.set(timed, 'draft', true);
      vi.spyOn(connection, 'getRevision').mockRejectedValueOnce(
        new KvError('timeout', 'no answer'),
      );

      expect(await documents.storeAnew(timed, { ttl: { kind: 'drop' } })).toBe('saved');

      expect(documents.find(timed.uri)?.document?.latest.ttl).toBeUndefined();
      expect(documents.conflict(timed.uri)).toBeUndefined();
      editors.willSave(timed);
      expect((await documents.write(timed, bytes('draft'), yes)).kind).toBe('saved');
    });

    it('looks when the value should have expired, and tells that it has', async () => {
      await putWithTtl(1_000);
      vi.useFakeTimers({ now: Date.now() });
      await documents.read(timed, false);
      editors.open(timed, '1');
      changes.length = 0;
      vi.spyOn(connection, 'get').mockResolvedValue(undefined);

      await vi.advanceTimersByTimeAsync(1_500);

      expect(changes).toEqual([{ ...timed, kind: 'deleted' }]);
      expect(documents.find(timed.uri)?.document?.latest.operation).toBe('EXPIRED');
    });
  });
});
