import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataTransfer, DataTransferItem, Uri, type CancellationToken } from 'vscode';
import { KeyDragAndDrop } from '../../../../src/extension/commands/keys/keyDragAndDrop';
import type { Connections } from '../../../../src/kv/session/connections';
import {
  bucketNode,
  connectionNode,
  folderNode,
  type TreeNode,
} from '../../../../src/views/buckets/rows/nodes';
import { eventually } from '../../../support/poll';
import { FakePlans } from './fakePlans';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let other: KeyBench;
let controller: KeyDragAndDrop;
let plans: FakePlans;

const token = { isCancellationRequested: false } as CancellationToken;

beforeEach(async () => {
  other = await KeyBench.start('other');
  bench = await KeyBench.start('local');
  const all = [bench.session, other.session];
  const get = (id: string) => all.find((session) => session.id === id);
  plans = new FakePlans();
  controller = new KeyDragAndDrop({
    connections: { all, get } as unknown as Connections,
    filterOf: () => undefined,
    plans: plans.documents,
    mostDragged: 20,
    log: bench.log,
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
  other.session.dispose();
});

async function drag(rows: readonly TreeNode[], onto: TreeNode): Promise<void> {
  const transfer = new DataTransfer();
  controller.handleDrag(rows, transfer);
  // VS Code makes a text of each item on its way.
  for (const type of controller.dragMimeTypes) {
    await transfer.get(type)?.asString();
  }
  await controller.handleDrop(onto, transfer, token);
}

describe('dragging keys', () => {
  it('gives their URIs and, where text is wanted, their names', async () => {
    const transfer = new DataTransfer();
    controller.handleDrag([bench.key('b', 'a/b'), bench.key('b', 'c')], transfer);
    expect(await transfer.get('text/plain')?.asString()).toBe('a/b\nc');
    expect(await transfer.get('text/uri-list')?.asString()).toBe(
      'natskv://local/b/a%E2%88%95%E2%81%A0b\r\nnatskv://local/b/c',
    );
  });

  it('copies one to another bucket of another connection without a question', async () => {
    bench.put('b', 'orders.42', 'x');
    bench.answer();
    await drag([bench.key('b', 'orders.42')], bucketNode(other.session, 'one'));
    expect(await other.value('one', 'orders.42')).toBe('x');
    expect(await bench.value('b', 'orders.42')).toBe('x');
    expect(bench.asked).toEqual([]);
  });

  it('copies into a folder what is below their own folder, after a question', async () => {
    ['orders.eu.1', 'orders.eu.2'].forEach((key) => bench.put('b', key, key));
    bench.answer('Copy');
    const keys = ['orders.eu.1', 'orders.eu.2'].map((key) => bench.key('b', key));
    await drag(keys, folderNode(bench.session, 'b', 'old'));
    expect(bench.asked[0]).toMatch(/^Copy 2 keys to b on local\?/);
    expect(await bench.value('b', 'old.1')).toBe('orders.eu.1');
    expect(await bench.value('b', 'old.2')).toBe('orders.eu.2');
  });

  it('copies a folder with all that is listed below it, under its own name', async () => {
    ['orders.eu.1', 'orders.eu.a.2', 'orders.us.3'].forEach((key) => bench.put('b', key, key));
    bench.session.index('b')?.open();
    await eventually(() => expect(bench.session.index('b')?.state.current.kind).toBe('ready'));
    bench.answer('Copy');
    await drag(
      [folderNode(bench.session, 'b', 'orders.eu')],
      folderNode(bench.session, 'one', 'z'),
    );
    expect(await bench.value('one', 'z.eu.1')).toBe('orders.eu.1');
    expect(await bench.value('one', 'z.eu.a.2')).toBe('orders.eu.a.2');
    expect(await bench.value('one', 'z.us.3')).toBeUndefined();
  });

  it('shows first what is copied of a folder whose keys are too many to be named', async () => {
    const count = 21;
    for (let at = 0; at < count; at++) {
      bench.put('b', `orders.eu.${at}`, `${at}`);
    }
    bench.session.index('b')?.open();
    await eventually(() => expect(bench.session.index('b')?.state.current.kind).toBe('ready'));
    const eu = folderNode(bench.session, 'b', 'orders.eu');
    await drag([eu], folderNode(other.session, 'one', 'z'));
    const plan = plans.last;
    expect(plan.name).toBe('Copy orders.eu.> to one on other');
    expect(plan.text).toContain('New: 21; replaced: 0;');
    expect(await other.value('one', 'z.eu.7')).toBeUndefined();
    await plan.carryOut();
    expect((await other.connection.bucketStatus('one')).subjects).toBe(count);
    expect(await other.value('one', 'z.eu.7')).toBe('7');
    expect(await bench.value('b', 'orders.eu.7')).toBe('7');
  });

  it.each([
    ['Overwrite', { 'b.a': 'new' }],
    ['Keep Both', { 'b.a': 'old', 'b.a-copy': 'new' }],
    [undefined, { 'b.a': 'old', 'b.a-copy': undefined }],
  ])('asks when there is a value: %s', async (answer, expected) => {
    bench.put('b', 'a', 'new');
    other.put('b', 'a', 'old');
    bench.answer(answer);
    await drag([bench.key('b', 'a')], bucketNode(other.session, 'b'));
    expect(bench.asked[0]).toMatch(/^a exists already in b on other\./);
    for (const [place, value] of Object.entries(expected)) {
      expect(await other.value('b', place.slice(2)), place).toBe(value);
    }
    expect(bench.errors).toEqual([]);
  });

  it('does not overwrite what changes while it is asked', async () => {
    bench.put('b', 'a', 'new');
    other.put('b', 'a', 'old');
    bench.answer('Overwrite', undefined);
    const put = other.connection.put.bind(other.connection);
    other.connection.put = (...args) => {
      if (args[3].expected !== 0) {
        other.put('b', 'a', 'theirs');
      }
      return put(...args);
    };
    await drag([bench.key('b', 'a')], bucketNode(other.session, 'b'));
    expect(await other.value('b', 'a')).toBe('theirs');
    expect(bench.asked).toHaveLength(2);
  });

  it('asks before a value that expires becomes one that does not', async () => {
    const ttl = { kind: 'set', ttl: 60_000 } as const;
    await bench.connection.put('ttl', 'a', new Uint8Array([65]), { expected: 0, ttl });
    bench.answer(undefined);
    await drag([bench.key('ttl', 'a')], bucketNode(other.session, 'b'));
    expect(bench.asked[0]).toMatch(/^b on other cannot let the value of a expire\./);
    expect(await other.value('b', 'a')).toBeUndefined();
    bench.answer('Go On Without TTL');
    await drag([bench.key('ttl', 'a')], bucketNode(other.session, 'b'));
    expect(await other.value('b', 'a')).toBe('A');
  });

  it('does nothing onto its own place, nor onto a connection', async () => {
    const revision = bench.put('b', 'a', 'x');
    bench.answer();
    await drag([bench.key('b', 'a')], bucketNode(bench.session, 'b'));
    await drag([bench.key('b', 'a')], connectionNode(bench.session));
    expect((await bench.connection.get('b', 'a'))?.revision).toBe(revision);
    expect([bench.asked, bench.errors]).toEqual([[], []]);
  });

  it('tells which keys could not be copied', async () => {
    bench.answer('Copy');
    await drag([bench.key('b', 'gone'), bench.key('b', 'too')], bucketNode(other.session, 'b'));
    expect(bench.errors).toEqual([
      'Failed to copy 2 of 2 keys: gone: it is gone already; too: it is gone already.',
    ]);
  });

  it('takes keys that come as URIs, such as from the tab of an editor', async () => {
    bench.put('b', 'a', 'x');
    const transfer = new DataTransfer();
    transfer.set('text/uri-list', new DataTransferItem('# comment\r\nnatskv://local/b/a\r\n'));
    await controller.handleDrop(bucketNode(other.session, 'b'), transfer, token);
    expect(await other.value('b', 'a')).toBe('x');
  });

  it('is told of under the type that VS Code makes of the id of the view', () => {
    expect(controller.dropMimeTypes).toContain('application/vnd.code.tree.natskv.buckets');
    expect(Uri.parse('natskv://local/b/a').scheme).toBe('natskv');
  });
});
