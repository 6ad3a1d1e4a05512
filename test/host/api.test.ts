import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { NatsKvAccess, NatsKvDisposable } from '../../src/extension/api/natsKvApi';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll } from './keyTabs';

/** What test/exampleExtension exports. */
interface Example {
  readonly natsKv: NatsKvAccess;
  register(): Promise<NatsKvDisposable>;
}

const place = { connection: 'bench', bucket: 'B', key: 'pairs.1' };

describe('another extension', () => {
  let bench: HostBench;
  let example: Example;

  before(async () => {
    bench = await HostBench.start();
    const extension = vscode.extensions.getExtension<Example>('nats-kv.nats-kv-example');
    assert.ok(extension, 'the example is loaded');
    example = await extension.activate();
    await bench.put('pairs.1', 'Pa=1;b=2');
  });

  after(() => bench?.stop());

  it('reads, watches and opens keys once the user has allowed it', async () => {
    const { natsKv } = example;
    const shown = await answering({ buttons: ['Allow'] }, async () => {
      const entry = await natsKv.readKey(place);
      assert.equal(Buffer.from(entry?.value ?? []).toString(), 'Pa=1;b=2');
    });
    assert.deepEqual(shown.messages, ['Let the extension Settings in Pairs read keys of bench?']);

    const told: string[] = [];
    const watch = await natsKv.watchKeys(
      { ...place, filter: 'live.*' },
      { changed: ({ key, value }) => told.push(`${key} ${Buffer.from(value).toString()}`) },
    );
    await bench.put('live.1', 'on');
    await bench.put('other', 'no');
    await bench.bucket.delete('live.1');
    await eventually(() => assert.deepEqual(told, ['live.1 on', 'live.1 ']));
    watch.dispose();

    await natsKv.openKey(place);
    await eventually(() => {
      const uri = vscode.window.activeTextEditor?.document.uri.toString();
      assert.equal(uri, bench.uri('pairs.1').toString());
    });
  });

  it('decodes values, which open documents follow, and never an unsaved text', async () => {
    await bench.open('pairs.1');
    await bench.shows('pairs.1', 'Pa=1;b=2');
    let registered: NatsKvDisposable | undefined;
    await answering({ buttons: ['Allow'] }, async () => {
      registered = await example.register();
    });
    await bench.shows('pairs.1', 'a=1\nb=2');
    await eventually(() => assert.equal(bench.document('pairs.1').languageId, 'properties'));

    await bench.type('pairs.1', 'a=1\nb=3');
    assert.ok(await bench.document('pairs.1').save());
    assert.equal((await bench.read('pairs.1')).value, 'Pa=1;b=3');

    await bench.type('pairs.1', 'a=1\nb=4');
    registered?.dispose();
    assert.equal(bench.document('pairs.1').getText(), 'a=1\nb=4');
    assert.ok(await bench.document('pairs.1').save());
    assert.equal((await bench.read('pairs.1')).value, 'Pa=1;b=4');
    // The editor keeps the form of its text, also where it is opened again at once: what was read is shared
    // for a second. The next one is of what is stored.
    await eventually(async () => {
      await closeAll();
      await bench.open('pairs.1');
      const isAnew = () => assert.equal(bench.document('pairs.1').getText(), 'Pa=1;b=4');
      await eventually(isAnew, { timeoutMs: 2_000 });
    });
  });

  it('leaves what its codec cannot decode as it is, and read-only', async () => {
    const registered = await example.register();
    await bench.put('pairs.2', 'no pairs');
    await bench.open('pairs.2');
    await bench.shows('pairs.2', 'no pairs');
    await bench.put('pairs.2', 'Pa=1');
    await bench.shows('pairs.2', 'a=1');
    await bench.put('pairs.2', 'no pairs');
    await bench.shows('pairs.2', 'no pairs');
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(bench.document('pairs.2').getText(), 'no pairs');
    registered.dispose();
  });
});
