import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, open, save, type, uriOf } from './keyTabs';

describe('a value with headers in an editor', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
  });

  after(() => bench.stop());

  afterEach(closeAll);

  /** Those that writers gave the value. */
  async function headers(): Promise<Record<string, string>> {
    const all = Object.entries(await bench.headers('page'));
    return Object.fromEntries(all.filter(([name]) => !name.startsWith('Nats-')));
  }

  it('keeps them on save, and changes, adds and removes them when asked', async () => {
    await bench.putWith('B', 'page', 'one', { 'Content-Type': 'text/plain' });
    const uri = uriOf('page');
    await open(uri);
    await eventually(() => assert.equal(documentOf(uri).getText(), 'one'));
    assert.ok(await type(uri, 'two'));
    assert.ok(await save(uri));
    assert.deepEqual(await headers(), { 'Content-Type': 'text/plain' });

    assert.ok(await type(uri, 'draft'));
    const edit = (label: string, ...texts: string[]) =>
      answering({ picks: [label, 'Save Headers'], texts }, () =>
        vscode.commands.executeCommand('natsKv.editor.editHeaders'),
      );
    assert.deepEqual((await edit('Content-Type', 'text/html')).errors, []);
    assert.deepEqual((await edit('Add Header…', 'X-Trace', '7')).errors, []);
    assert.deepEqual(await headers(), { 'Content-Type': 'text/html', 'X-Trace': '7' });
    assert.equal((await bench.read('page')).value, 'two');
    await edit('Content-Type', '');
    assert.deepEqual(await headers(), { 'X-Trace': '7' });

    // The unsaved text was made of the same value: it is no conflict.
    assert.equal(documentOf(uri).getText(), 'draft');
    assert.ok(await save(uri));
    assert.equal((await bench.read('page')).value, 'draft');
    assert.deepEqual(await headers(), { 'X-Trace': '7' });
  });
});
