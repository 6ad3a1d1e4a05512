import { expect, it } from 'vitest';
import { type BegunImport, ImportJournal } from '../../../src/extension/transfer/importJournal';

const begun: BegunImport = {
  id: 'one',
  connectionId: 'local',
  bucket: 'orders',
  uri: 'file:///orders.ndjson',
  form: 'ndjson',
  options: { mode: 'skip', mapping: {}, ttl: 'keep' },
  fingerprint: '12 34',
  entries: 100,
  position: 10,
  planned: 5,
  bucketCreated: 1,
  isTold: false,
};

function fakeMemory() {
  let value: unknown;
  return {
    get: <T>(): T | undefined => value as T | undefined,
    update: (_: string, next: unknown) => {
      value = structuredClone(next);
      return Promise.resolve();
    },
  };
}

it('keeps each import that was begun with how far it has come, over restarts', async () => {
  const memory = fakeMemory();
  const journal = new ImportJournal(memory);
  await journal.note(begun);
  await journal.note({ ...begun, id: 'two' });
  await journal.note({ ...begun, position: 50 });
  const again = new ImportJournal(memory);
  expect(again.all.map(({ id, position }) => [id, position])).toEqual([
    ['one', 50],
    ['two', 10],
  ]);
  await again.forget('one');
  expect(new ImportJournal(memory).all.map(({ id }) => id)).toEqual(['two']);
});

it('tells of what was cut off once, and never of what its window has told already', async () => {
  const memory = fakeMemory();
  const journal = new ImportJournal(memory);
  await journal.note(begun);
  await journal.note({ ...begun, id: 'cancelled', isTold: true });
  const again = new ImportJournal(memory);
  expect((await again.takeUntold()).map(({ id }) => id)).toEqual(['one']);
  expect(await again.takeUntold()).toEqual([]);
  expect(again.all).toHaveLength(2);
});
