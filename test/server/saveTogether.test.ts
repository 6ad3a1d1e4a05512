import { afterEach, describe, expect, it } from 'vitest';
import { KeyDocuments } from '../../src/extension/documents/model/keyDocuments';
import type { PutTogether, SharedPut } from '../../src/extension/documents/model/putTogether';
import type { SaveQuestions } from '../../src/extension/documents/model/openKey';
import type { DocumentId } from '../../src/extension/documents/address/documentId';
import { DisposableStore } from '../../src/kv/base/event';
import { batchOf } from '../../src/kv/model/batch';
import type { WriteOutcome } from '../../src/kv/model/entry';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { writeBatch, type BatchResult } from '../../src/kv/operations/writeBatch';
import { ConnectionSession } from '../../src/kv/session/connectionSession';
import { bytes, text } from '../kv/contract/harness';
import { FakeEditors, FakeMemory, idOf } from '../extension/documents/model/fakeEditors';
import { eventually } from '../support/poll';
import { isServerAtLeast } from './serverVersion';
import { connectTo, startSystem } from './system';

const store = new DisposableStore();
afterEach(() => store.dispose());

const questions: SaveQuestions = {
  ask: () => Promise.resolve(true),
  schemaProblem: () => Promise.resolve(undefined),
};

/** Collects what editors save until there are so many, and writes that as one. */
function together(count: number): { put: PutTogether; ended: Promise<BatchResult> } {
  const puts: { readonly put: SharedPut; readonly resolve: (outcome: WriteOutcome) => void }[] = [];
  let end: (result: BatchResult) => void;
  const ended = new Promise<BatchResult>((resolve) => (end = resolve));
  const write = async (): Promise<void> => {
    const [first] = puts as [(typeof puts)[0]];
    const place = { connection: first.put.connection, bucket: 'b' };
    const { bucketCreated } = first.put;
    const changes = puts.map(({ put }) => put.change);
    const result = await writeBatch(place, changes, { bucketCreated });
    puts.forEach(({ resolve }, at) =>
      resolve(
        result.kind === 'saved'
          ? { kind: 'saved', revision: result.first + at }
          : { kind: 'unknown', reason: 'nothing was written' },
      ),
    );
    end(result);
  };
  const put: PutTogether = (each) =>
    new Promise((resolve, reject) => {
      puts.push({ put: each, resolve });
      if (puts.length === count) {
        write().catch(reject);
      }
    });
  return { put, ended };
}

async function setUp(keys: readonly string[]): Promise<{
  connection: KvConnection;
  documents: KeyDocuments;
  edit: (key: string, value: string) => Promise<DocumentId>;
}> {
  const { proxy } = await startSystem();
  const connection = await connectTo(proxy.url);
  await connection.createBucket({ name: 'b', history: 5 });
  if (isServerAtLeast('2.12')) {
    await connection.updateBucket('b', { stream: { allow_atomic: true } });
  }
  for (const key of keys) {
    await connection.put('b', key, bytes(`${key} before`), {
      expected: 0,
      headers: [['X-Of', key]],
    });
  }
  const session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  const editors = new FakeEditors();
  const documents = new KeyDocuments({
    findSession: () => session,
    editors,
    memory: new FakeMemory(),
    settings: () => ({ format: true, keepFinalNewline: true }),
  });
  store.add(session);
  store.add(documents);
  const edit = async (key: string, value: string): Promise<DocumentId> => {
    const id = idOf(key, { bucket: 'b' });
    const version = await documents.read(id, false);
    editors.open(id, text(version?.value) ?? '');
    editors.set(id, value, true);
    return id;
  };
  return { connection, documents, edit };
}

describe('what several editors save together', () => {
  it('is one atomic batch with what was stored with each value, or is not written at all', async () => {
    const keys = ['x', 'y', 'z'];
    const { connection, documents, edit } = await setUp(keys);
    const ids = await Promise.all(keys.map((key) => edit(key, `${key} after`)));
    const { put, ended } = together(keys.length);
    const saves = ids.map((id) =>
      documents.write(id, bytes(`${id.address.key} after`), questions, put).then(
        ({ kind }) => kind,
        (error: Error) => error.message,
      ),
    );
    const result = await ended;
    const ends = await Promise.all(saves);
    const entries = await connection.getMany('b', keys);
    if (!isServerAtLeast('2.12')) {
      // It would store each message by itself: nothing is sent to it.
      expect(result).toMatchObject({ kind: 'notWritten', error: { kind: 'unsupported' } });
      expect(entries.map((entry) => entry?.revision)).toEqual([1, 2, 3]);
      return;
    }
    expect(ends).toEqual(['saved', 'saved', 'saved']);
    expect(entries.map((entry) => text(entry?.value))).toEqual(keys.map((key) => `${key} after`));
    expect(entries.map((entry) => entry?.revision)).toEqual([4, 5, 6]);
    expect(new Set(entries.map((entry) => entry && batchOf(entry)?.id)).size).toBe(1);
    entries.forEach((entry, at) => expect(entry?.headers).toContainEqual(['X-Of', keys[at]]));
    await eventually(() =>
      expect(ids.map(({ uri }) => documents.find(uri)?.document?.base?.revision)).toEqual([
        4, 5, 6,
      ]),
    );
  });
});
