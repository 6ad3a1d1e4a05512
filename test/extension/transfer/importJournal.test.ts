import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type BegunImport, ImportJournal } from '../../../src/extension/transfer/importJournal';
import { RunningImports } from '../../../src/extension/transfer/runningImports';
import { eventually } from '../../support/poll';

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

/** Nothing runs. */
const still = { begin: () => Promise.resolve(undefined), isRunning: () => Promise.resolve(false) };

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
  const journal = new ImportJournal(memory, still);
  await journal.note(begun);
  await journal.note({ ...begun, id: 'two' });
  await journal.note({ ...begun, position: 50 });
  const again = new ImportJournal(memory, still);
  expect(again.all.map(({ id, position }) => [id, position])).toEqual([
    ['one', 50],
    ['two', 10],
  ]);
  await again.forget('one');
  expect(new ImportJournal(memory, still).all.map(({ id }) => id)).toEqual(['two']);
});

it('tells of what was cut off once, and never of what its window has told already', async () => {
  const memory = fakeMemory();
  const journal = new ImportJournal(memory, still);
  await journal.note(begun);
  await journal.note({ ...begun, id: 'cancelled', isTold: true });
  const again = new ImportJournal(memory, still);
  expect((await again.takeUntold()).map(({ id }) => id)).toEqual(['one']);
  expect(await again.takeUntold()).toEqual([]);
  expect(again.all).toHaveLength(2);
});

it('neither offers nor tells of what a window is carrying out, until that died', async () => {
  const memory = fakeMemory();
  const folder = await mkdtemp(join(tmpdir(), 'imports-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const time = { now: 1_000_000 };
  const windowOf = () =>
    new ImportJournal(memory, new RunningImports(join(folder, 'marks'), () => time.now));
  const [mine, theirs] = [windowOf(), windowOf()];
  const mark = await mine.begin('one');
  onTestFinished(() => mark?.release());
  await mine.note(begun);
  await mine.note({ ...begun, id: 'two' });
  const idsOf = (all: readonly BegunImport[]): string[] => all.map(({ id }) => id);
  const { cut, running } = await theirs.sorted();
  expect([idsOf(cut), idsOf(running)]).toEqual([['two'], ['one']]);
  expect(await theirs.begin('one')).toBeUndefined();
  expect(idsOf(await theirs.takeUntold())).toEqual(['two']);
  // No sign of life any more.
  time.now += 60_000;
  expect(idsOf((await theirs.sorted()).cut)).toEqual(['two', 'one']);
  expect(idsOf(await theirs.takeUntold())).toEqual(['one']);
  const taken = await theirs.begin('one');
  expect(taken).toBeDefined();
  expect(await mine.begin('one')).toBeUndefined();
  await taken?.release();
  expect(idsOf((await mine.sorted()).running)).toEqual([]);
});

it('gives signs of life while it runs, and none after it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = await mkdtemp(join(tmpdir(), 'imports-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const time = { now: 1_000_000 };
  const imports = new RunningImports(folder, () => time.now);
  const mark = await imports.begin('one');
  time.now += 60_000;
  expect(await imports.isRunning('one')).toBe(false);
  vi.advanceTimersByTime(5_000);
  await eventually(async () => expect(await imports.isRunning('one')).toBe(true));
  await mark?.release();
  expect(vi.getTimerCount()).toBe(0);
  expect(await imports.isRunning('one')).toBe(false);
});
