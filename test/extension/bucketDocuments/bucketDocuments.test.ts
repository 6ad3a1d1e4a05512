import { expect, it } from 'vitest';
import { BucketDocuments } from '../../../src/extension/bucketDocuments/bucketDocuments';
import { UnsavedBases } from '../../../src/extension/bucketDocuments/unsavedBases';
import { Connections } from '../../../src/kv/session/connections';
import { FakeKvConnection } from '../../kv/fakeKvConnection';

const address = { connectionId: 'local', bucket: 'B' };

/** The document of a bucket, with a text that changes its description, beside another client that has set an age. */
async function edited() {
  const server = new FakeKvConnection();
  server.foreignCreateBucket({ name: 'B', stream: { duplicate_window: 120_000_000_000 } });
  const connections = new Connections(() => Promise.resolve(server));
  connections.configure([{ id: 'local', name: 'local', url: '' }]);
  const kept = { keys: () => [], get: <T>(_: string, other?: T) => other as T };
  const state = { ...kept, update: () => Promise.resolve() };
  const documents = new BucketDocuments(
    connections,
    new UnsavedBases(state, (error) => expect.fail(String(error))),
  );
  const text = (await documents.read(address, false)) ?? '';
  documents.editorHas(address, text, false);
  const own = text.replace(/"description": "[^"]*"/, '"description": "mine"');
  expect(own).not.toBe(text);
  documents.editorHas(address, own, true);
  server.foreignUpdateBucket('B', { stream: { max_age: 3_600_000_000_000 } });
  return { documents, own };
}

it('saves a text by what it was made of, when a merge comes into the editor while it is handed over', async () => {
  const { documents, own } = await edited();
  const { text: merged } = await documents.merge(address, own);
  const preparing = documents.prepare(address, own);
  documents.editorHas(address, merged, true);
  const { open, base, changes } = await preparing;
  expect(changes.map(({ name }) => name)).toEqual(['description']);
  expect(open.sideOf(base)).toMatchObject({ kind: 'changed', fields: ['ttl'] });

  const later = await documents.prepare(address, merged);
  expect(later.changes.map(({ name }) => name)).toEqual(['description']);
  expect(later.open.sideOf(later.base)).toEqual({ kind: 'same' });
});
