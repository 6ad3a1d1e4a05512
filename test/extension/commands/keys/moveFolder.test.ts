import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { type Uri, window } from 'vscode';
import type { KeyChoice } from '../../../../src/extension/commands/keys/keyChoice';
import {
  keyCommands,
  type KeyCommandParts,
} from '../../../../src/extension/commands/keys/keyCommands';
import * as quickSteps from '../../../../src/extension/commands/quickSteps';
import { keyUri } from '../../../../src/extension/documents/address/keyUri';
import type { KeyAddress } from '../../../../src/kv/model/keyAddress';
import { DeletedEntries } from '../../../../src/kv/operations/deletedEntries';
import { folderNode, type FolderNode } from '../../../../src/views/buckets/rows/nodes';
import { FakePlans } from './fakePlans';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let plans: FakePlans;
let followed: string[];

class TabInputText {
  constructor(readonly uri: Uri) {}
}

/** The tabs of keys that are open. */
function showTabs(...keys: readonly string[]): void {
  const tabs = keys.map((key) => {
    const uri = keyUri({ connectionId: bench.session.id, bucket: 'b', key });
    return { input: new TabInputText(uri) };
  });
  Object.assign(vscode, { TabInputText, TabInputCustom: TabInputText });
  Object.assign(window, { tabGroups: { all: [{ tabs }] } });
}

beforeEach(async () => {
  bench = await KeyBench.start();
  plans = new FakePlans();
  followed = [];
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

/** Calls a command on a folder, types the new name of it and chooses what becomes of what is there. */
async function call(verb: 'rename' | 'duplicate', folder: FolderNode, typed: string, mode: string) {
  const prompts: string[] = [];
  vi.spyOn(quickSteps, 'askText').mockImplementation(({ title }, { prompt, value, problem }) => {
    prompts.push(`${title}: ${prompt}: ${value ?? ''}: ${problem?.(typed) ?? 'fine'}`);
    return Promise.resolve({ value: typed });
  });
  vi.spyOn(quickSteps, 'askChoice').mockImplementation((_, __, choices) => {
    const chosen = choices.find(({ label }) => label === mode);
    return Promise.resolve(chosen ? { value: chosen.value } : 'cancel');
  });
  const commands = keyCommands({
    log: bench.log,
    plans: plans.documents,
    mostListed: { copy: 20, move: 30 },
    moved: (from: KeyAddress, to: KeyAddress) => {
      followed.push(`${from.key} -> ${to.key}`);
      return Promise.resolve();
    },
    filterOf: () => undefined,
    deleted: new DeletedEntries(),
    choice: { rows: () => Promise.resolve([folder]) } as unknown as KeyChoice,
  } as unknown as KeyCommandParts);
  await commands[`natsKv.folder.${verb}`]?.(folder);
  return prompts;
}

it('renames a folder of more keys than are listed by a plan that is shown first', async () => {
  const count = 31;
  for (let at = 0; at < count; at++) {
    bench.put('b', `orders.eu.${at}`, `${at}`);
  }
  bench.put('b', 'orders.us.1', 'us');
  bench.put('b', 'archive.7', 'taken');
  const prompts = await call(
    'rename',
    folderNode(bench.session, 'b', 'orders.eu'),
    'archive',
    'Skip',
  );
  expect(prompts).toEqual([
    'Rename orders.eu.> to b on local: Start of the new keys, in the place of orders.eu.: orders.eu: fine',
  ]);
  const plan = plans.last;
  expect(plan.action).toBe('Move 30 Keys');
  expect(plan.text).toContain('# New: 30; replaced: 0; deleted: 0; the same: 0; left: 1;');
  expect(plan.text).toContain('Out of b · local: each key is deleted there');
  expect(await bench.value('b', 'orders.eu.8')).toBe('8');
  bench.answer('Verify');
  showTabs('orders.eu.8', 'orders.eu.7', 'orders.us.1');
  const report = await plan.carryOut();
  expect(typeof report === 'object' ? report.text : report).toContain('# 30 done, 0 skipped,');
  expect(await bench.value('b', 'orders.eu.8')).toBeUndefined();
  expect(await bench.value('b', 'archive.8')).toBe('8');
  expect([await bench.value('b', 'archive.7'), await bench.value('b', 'orders.eu.7')]).toEqual([
    'taken',
    '7',
  ]);
  expect(await bench.value('b', 'orders.us.1')).toBe('us');
  expect(followed).toEqual(['orders.eu.8 -> archive.8']);
  // What the message offers looks at what was moved.
  await vi.waitFor(() => expect(plans.last.name).toMatch(/^Verify: /), { timeout: 60_000 });
  expect(plans.last.text).toContain('# As they were written: 30, in b · local.');
  expect(plans.last.text).toContain('# Where they were moved from: 1\n-orders.eu.7');
});

it('copies a large folder the same way, and leaves it where it is', async () => {
  for (let at = 0; at < 21; at++) {
    bench.put('b', `orders.eu.${at}`, `${at}`);
  }
  await call(
    'duplicate',
    folderNode(bench.session, 'b', 'orders.eu'),
    'orders.eu.old',
    'Create Only',
  );
  expect(plans.last.action).toBe('Write 21 Keys');
  bench.answer('Verify');
  await plans.last.carryOut();
  expect((await bench.connection.bucketStatus('b')).subjects).toBe(42);
  expect(await bench.value('b', 'orders.eu.old.8')).toBe('8');
  await vi.waitFor(() => expect(plans.last.name).toMatch(/^Verify: /), { timeout: 60_000 });
  expect(plans.last.text).toContain('# Nothing differs.\n# Compared: 21; the same: 21.');
});
