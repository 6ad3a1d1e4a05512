import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering, type Answers } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, open, type, uriOf } from './keyTabs';
import { skipBecause } from './skipBecause';

const offer = /^Save (\d) keys of together as one change\?$/;

describe('Save All on several keys of a real server', () => {
  let bench: HostBench;
  let takesBatches = false;

  before(async () => {
    bench = await HostBench.start('together');
    try {
      await bench.update('together', { allow_atomic: true });
    } catch {
      // A server before 2.12 knows no such field, or refuses it.
    }
    takesBatches = (await bench.info('together'))['allow_atomic'] === true;
  });

  afterEach(closeAll);

  after(() => bench.stop());

  const at = (key: string): vscode.Uri => uriOf(key, '', 'together');

  /** Stores keys and types into their editors: `[key, before, after]`. */
  async function edit(...keys: readonly (readonly [string, string, string])[]): Promise<void> {
    for (const [key, before, after] of keys) {
      await bench.put(key, before);
      await open(at(key));
      await eventually(async () => {
        assert.ok(await type(at(key), after));
        assert.ok(documentOf(at(key)).isDirty);
      });
    }
  }

  async function saveAll(answers: Answers): Promise<readonly string[]> {
    const { messages } = await answering(answers, () =>
      vscode.commands.executeCommand('workbench.action.files.saveAll'),
    );
    return messages;
  }

  const dirty = (...keys: readonly string[]): boolean[] =>
    keys.map((key) => documentOf(at(key)).isDirty);

  async function revisions(...keys: readonly string[]): Promise<number[]> {
    const entries = await Promise.all(keys.map((key) => bench.read(key)));
    return entries.map(({ revision }) => revision).toSorted((a, b) => a - b);
  }

  async function values(...keys: readonly string[]): Promise<string[]> {
    const entries = await Promise.all(keys.map((key) => bench.read(key)));
    return entries.map(({ value }) => value);
  }

  it('offers one change, and stores it as one', async function () {
    if (!takesBatches) {
      skipBecause('the server takes no batches', this);
    }
    await edit(
      ['one.a', '{"status":"new"}', '{\n  "status": "paid"\n}'],
      ['one.b', 'two', 'TWO'],
      ['one.c', 'three', 'THREE'],
    );
    const messages = await saveAll({ buttons: ['Save as One'] });
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', offer);
    await eventually(() =>
      assert.deepEqual(dirty('one.a', 'one.b', 'one.c'), [false, false, false]),
    );
    assert.deepEqual(await values('one.a', 'one.b', 'one.c'), [
      '{"status":"paid"}',
      'TWO',
      'THREE',
    ]);
    const [first = 0, ...rest] = await revisions('one.a', 'one.b', 'one.c');
    assert.deepEqual(rest, [first + 1, first + 2]);
    const headers = await Promise.all(['one.a', 'one.b', 'one.c'].map((key) => bench.headers(key)));
    assert.equal(new Set(headers.map((each) => each['Nats-Batch-Id'])).size, 1);

    // The next save is one of that key alone, over what was stored.
    await eventually(async () => assert.ok(await type(at('one.b'), 'once more')));
    assert.ok(await documentOf(at('one.b')).save());
    assert.equal((await bench.read('one.b')).value, 'once more');
  });

  it('saves each by itself for whoever says no', async () => {
    await edit(['no.a', '1', '2'], ['no.b', '1', '2']);
    const messages = await saveAll({ buttons: ['Save Each'] });
    assert.equal(messages.length, takesBatches ? 1 : 0);
    await eventually(() => assert.deepEqual(dirty('no.a', 'no.b'), [false, false]));
    assert.deepEqual(await values('no.a', 'no.b'), ['2', '2']);
    assert.equal((await bench.headers('no.a'))['Nats-Batch-Id'], undefined);
  });

  it('writes nothing where one of the keys has changed, until that is resolved', async function () {
    if (!takesBatches) {
      skipBecause('the server takes no batches', this);
    }
    await edit(['way.a', 'one', 'ONE'], ['way.b', 'two', 'mine, and longer']);
    await bench.put('way.b', 'theirs');
    await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        at('way.b'),
      );
      assert.ok(lenses.some(({ command }) => /changed on bench/.test(command?.title ?? '')));
    });
    assert.match((await saveAll({ buttons: ['Save as One'] }))[0] ?? '', offer);
    assert.deepEqual(dirty('way.a', 'way.b'), [true, true]);
    assert.deepEqual(await values('way.a', 'way.b'), ['one', 'theirs']);

    await vscode.window.showTextDocument(documentOf(at('way.b')));
    await vscode.commands.executeCommand('natsKv.editor.overwrite');
    await eventually(() => assert.deepEqual(dirty('way.a', 'way.b'), [true, false]));
    assert.deepEqual(await values('way.a', 'way.b'), ['one', 'mine, and longer']);
  });

  it('saves what a command picks, and switches atomic writes on where they are off', async function () {
    if (!takesBatches) {
      skipBecause('the server takes no batches', this);
    }
    await bench.update('together', { allow_atomic: false });
    await edit(['pick.a', '1', '2'], ['pick.b', '1', '2']);
    const shown = await answering({ buttons: ['Switch On Atomic Writes…', 'Switch On'] }, () =>
      vscode.commands.executeCommand('natsKv.editor.saveTogether'),
    );
    assert.deepEqual(shown.errors, []);
    assert.deepEqual(shown.messages, [
      'together does not take several keys in one write yet.',
      'Switch on atomic writes for together on bench?',
    ]);
    await eventually(() => assert.deepEqual(dirty('pick.a', 'pick.b'), [false, false]));
    const [a = 0, b] = await revisions('pick.a', 'pick.b');
    assert.equal(b, a + 1);
    assert.equal((await bench.info('together'))['allow_atomic'], true);
  });
});
