import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Uri } from 'vscode';
import { Utils } from 'vscode-uri';
import { PairWork, presentBucket } from '../../../src/extension/sync/pairWork';
import type { PlacedPair } from '../../../src/extension/sync/syncSettings';
import { planSync, type SyncDirection, type SyncPlan } from '../../../src/kv/sync/planSync';
import { runSync } from '../../../src/kv/sync/runSync';
import { parsePair } from '../../../src/kv/sync/syncPair';
import { FakeKvConnection } from '../../kv/fakeKvConnection';

const { signal } = new AbortController();
let connection: FakeKvConnection;
let root: string;
let placed: PlacedPair;

/** A window of VS Code on the folder. All of them have one storage, as windows with one workspace do. */
class Window {
  private readonly work = new PairWork(Uri.file(join(root, 'storage')));

  async states(): Promise<Record<string, string>> {
    const { rows } = await this.work.compare(placed, { signal });
    return Object.fromEntries([...rows.values()].map(({ key, state }) => [key, state]));
  }

  async plan(direction: SyncDirection): Promise<SyncPlan> {
    const comparison = await this.work.compare(placed, { signal });
    return planSync(comparison, direction, { conflicts: 'leave' });
  }

  /** How many keys of a plan were carried out. */
  async run(plan: SyncPlan): Promise<number> {
    const run = { ...(await presentBucket(placed, signal)), signal, isUnsaved: () => false };
    return (await this.work.inTurn(placed, () => runSync(plan, run))).done.count;
  }
}

const at = (name: string) => join(root, 'w/config', name);
const put = (key: string, value: string) => connection.foreignPut('b', key, value);

beforeEach(async () => {
  Object.assign(Uri, { joinPath: Utils.joinPath });
  root = await mkdtemp(join(tmpdir(), 'windows-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(at(''), { recursive: true });
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b', history: 5 });
  const pair = parsePair({ connection: 'c', bucket: 'b', folder: 'config' });
  const uri = Uri.file(join(root, 'w'));
  placed = {
    pair,
    root: { uri },
    folder: Uri.file(at('')),
    session: { id: 'c', connect: () => Promise.resolve(connection) },
  } as unknown as PlacedPair;
});

/** Two windows that know a folder and its bucket to be the same. */
async function twoWindows(): Promise<readonly [Window, Window]> {
  put('a', 'one');
  put('b', 'one');
  const [first, second] = [new Window(), new Window()];
  await first.run(await first.plan('pull'));
  expect(await second.states()).toEqual({});
  return [first, second];
}

describe('two windows on one synchronised folder', () => {
  it('know of what the other one has pulled: a file that was changed back is a change', async () => {
    const [first, second] = await twoWindows();
    put('a', 'two');
    await first.run(await first.plan('pull'));
    await writeFile(at('a.txt'), 'one');

    expect(await second.states()).toEqual({ a: 'here' });
    expect(await second.run(await second.plan('pull'))).toBe(0);
    expect(await readFile(at('a.txt'), 'utf8')).toBe('one');
  });

  it('keep what each of them has noted, whoever stores it last', async () => {
    const [first, second] = await twoWindows();
    put('b', 'two');
    const plan = await second.plan('pull');
    put('a', 'two');
    const both = await first.plan('pull');
    expect([await second.run(plan), await first.run(both)]).toEqual([1, 1]);
    await writeFile(at('a.txt'), 'one');
    await writeFile(at('b.txt'), 'one');

    expect(await new Window().states()).toEqual({ a: 'here', b: 'here' });
  });

  it('write a key once when both carry the same plan out', async () => {
    const [first, second] = await twoWindows();
    await writeFile(at('a.txt'), 'ours');
    const plans = [await first.plan('push'), await second.plan('push')] as const;

    const done = await Promise.all([first.run(plans[0]), second.run(plans[1])]);

    expect(done[0] + done[1]).toBe(1);
    expect((await connection.get('b', 'a'))?.revision).toBe(3);
    expect([await first.states(), await second.states()]).toEqual([{}, {}]);
  });

  it('write nothing over that the other one has pushed since', async () => {
    const [first, second] = await twoWindows();
    await writeFile(at('a.txt'), 'ours');
    const plan = await second.plan('push');
    await first.run(await first.plan('push'));
    put('a', 'theirs');

    expect(await second.run(plan)).toBe(0);
    expect(Buffer.from((await connection.get('b', 'a'))?.value ?? []).toString()).toBe('theirs');
    expect([await first.states(), await second.states()]).toEqual([{ a: 'there' }, { a: 'there' }]);
  });
});
