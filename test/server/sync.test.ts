import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ends, SyncBench } from '../kv/sync/syncBench';
import { fillBucket, keyAt } from '../support/fillBucket';
import { startSystem } from './system';

const timeout = 300_000;
const keys = 5_000;

it('pulls and pushes between a bucket of a real server and a folder', { timeout }, async () => {
  const system = await startSystem();
  const { server, foreign } = system;
  await fillBucket(server.url, { name: 'b', keys, revisions: 1 });
  const bench = await SyncBench.start();
  bench.use(await system.connect());
  expect(ends(await bench.pull())).toEqual({ done: keys, skipped: [], refused: [] });
  expect(await bench.states()).toEqual({});

  const pathOf = (at: number): string => bench.at(`${keyAt(at).replaceAll('.', '/')}.txt`);
  for (let at = 0; at < 100; at++) {
    await writeFile(pathOf(at), `mine ${at}`);
    await foreign.put('b', keyAt(at + 50), `theirs ${at}`);
  }
  const states = Object.values(await bench.states());
  const counts = ['here', 'both', 'there'].map(
    (state) => states.filter((each) => each === state).length,
  );
  expect(counts).toEqual([50, 50, 50]);
  // A key that is written between the dry run and the run is nobody's to write over.
  const push = await bench.plan('push');
  await foreign.put('b', keyAt(0), 'meanwhile');
  expect(ends(await bench.run(push))).toEqual({
    done: 49,
    skipped: [[keyAt(0), 'changed']],
    refused: [],
  });
  expect(ends(await bench.pull()).done).toBe(50);
  expect(await readFile(pathOf(120), 'utf8')).toBe('theirs 70');
  expect(Object.values(await bench.states())).toEqual(Array.from({ length: 51 }, () => 'both'));
  await bench.push({ conflicts: 'take' });
  expect(await bench.states()).toEqual({});
});
