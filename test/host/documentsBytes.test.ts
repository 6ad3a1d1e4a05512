import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, open, save, type, uriOf } from './keyTabs';

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('bytes in an editor', () => {
  let bench: HostBench;
  const user = vscode.ConfigurationTarget.Global;

  before(async () => {
    bench = await HostBench.start();
  });

  after(() => bench.stop());

  afterEach(closeAll);

  it('edits compressed and encoded values in their encoding', async () => {
    await bench.put('zipped', gzipSync('{"a":1}'));
    await bench.put('base', Buffer.from('{"name":"x"}').toString('base64'));
    await bench.open('zipped');
    await bench.shows('zipped', '{\n  "a": 1\n}');
    await bench.type('zipped', '{"a":2}');
    assert.ok(await bench.document('zipped').save());
    await bench.open('base');
    await bench.type('base', '{"name":"y"}');
    assert.ok(await bench.document('base').save());

    const zipped = await bench.bucket.get('zipped');
    assert.equal(gunzipSync(zipped?.value ?? new Uint8Array()).toString(), '{"a":2}');
    const base = (await bench.read('base')).value;
    assert.equal(Buffer.from(base, 'base64').toString(), '{"name":"y"}');
  });

  it('decodes on demand what need not be encoded', async () => {
    await bench.put('word', Buffer.from('hello').toString('base64'));
    await bench.open('word');
    await bench.shows('word', 'aGVsbG8=');

    await vscode.commands.executeCommand('natsKv.editor.decode');

    const decoded = uriOf('word', 'decoded=1');
    await eventually(() => assert.equal(documentOf(decoded).getText(), 'hello'));
    assert.ok(await type(decoded, 'hallo'));
    assert.ok(await save(decoded));
    assert.equal((await bench.read('word')).value, Buffer.from('hallo').toString('base64'));
  });

  it('opens a binary value as a dump of its bytes, which follows and cannot be written', async () => {
    await bench.put('binary', new Uint8Array([0, 255, 1, 254]));

    await open(uriOf('binary'));

    const dump = uriOf('binary', 'hex=1');
    await eventually(() => assert.match(documentOf(dump).getText(), /^00000000 {2}00 ff 01 fe/));
    const { permissions } = await vscode.workspace.fs.stat(dump);
    assert.equal(permissions, vscode.FilePermission.Readonly);
    await bench.put('binary', new Uint8Array([0, 1]));
    await eventually(() => assert.match(documentOf(dump).getText(), /^00000000 {2}00 01/));
    await assert.rejects(async () => vscode.workspace.fs.writeFile(dump, new Uint8Array([57])));
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs.length, 1);
  });

  it('opens an image in the image preview', async () => {
    await bench.put('logo', pixel);

    await open(uriOf('logo'));

    await eventually(() => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputCustom);
      assert.equal(input.viewType, 'imagePreview.previewEditor');
    });
  });

  it('asks before it opens a large value', async () => {
    const settings = vscode.workspace.getConfiguration();
    await settings.update('natsKv.editor.maxSize', 0.001, user);
    try {
      await bench.put('large', 'x'.repeat(2_000));
      const refused = await answering({ buttons: [undefined] }, () =>
        vscode.workspace.openTextDocument(uriOf('large')).then(undefined, () => undefined),
      );
      assert.match(refused.messages[0] ?? '', /^Open large, which is 2\.0 KiB/);
      await answering({ buttons: ['Open'] }, () => bench.open('large'));
      await bench.shows('large', 'x'.repeat(2_000));
    } finally {
      await settings.update('natsKv.editor.maxSize', undefined, user);
    }
  });
});
