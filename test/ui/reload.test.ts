import { connect, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let server: NatsServer;
let other: NatsConnection;
let bucket: KV;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  bucket = await other.jetstream().views.kv('B');
  await bucket.put('clean', '1');
  await bucket.put('draft', '1');
  await bucket.put('clash', '1');
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
  await workbench.expand('B', 'draft');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

function editorShows(content: string, window = workbench): Promise<void> {
  return eventually(async () => expect(await window.editorText()).toBe(content));
}

describe('a window that is reloaded', () => {
  it('comes back with its editors, unsaved text included', async () => {
    await workbench.row('clean').dblclick();
    await editorShows('1');
    for (const key of ['draft', 'clash']) {
      await workbench.row(key).dblclick();
      await workbench.tab(key).waitFor();
      await editorShows('1');
      await workbench.replaceText(`${key} text`);
    }
    await workbench.backedUp('draft text');
    await workbench.backedUp('clash text');
    await bucket.put('clean', '2');
    await bucket.put('clash', '3');

    await workbench.reload();

    // Which of them is in front is what VS Code last wrote down, not always the last one used.
    await workbench.tab('clash').click();
    await editorShows('clash text');
    await workbench.tab('clean').click();
    await editorShows('2');
    await workbench.shot('40-reloaded');
  });

  it('saves the restored text whose revision is still the last', async () => {
    await workbench.tab('draft').click();
    await editorShows('draft text');
    await workbench.save();

    await eventually(async () => expect((await bucket.get('draft'))?.string()).toBe('draft text'));
  });

  it('refuses to save restored text over a change made meanwhile', async () => {
    await workbench.tab('clash').click();
    await editorShows('clash text');
    await workbench.save();

    await workbench.notification('content of the file is newer').waitFor();
    expect((await bucket.get('clash'))?.string()).toBe('3');
    await workbench.shot('41-restored-conflict');
  });
});

describe('two windows of one VS Code', () => {
  let second: Workbench;

  beforeAll(async () => {
    // Windows of the web that have no folder share what VS Code puts aside.
    await workbench.runCommand('File: Revert File');
    await workbench.runCommand('View: Close All Editors');
    second = await workbench.openAnother();
    await second.openContainer('NATS KV');
    await second.expand('B');
  });

  afterAll(() => second?.close());

  it('write nothing over one another: what the one has saved, the other is told of and keeps its text', async () => {
    onTestFailed(() => second.shot('failed-second-window'));
    await bucket.put('both', 'a');
    for (const window of [second, workbench]) {
      await window.row('both').dblclick();
      await editorShows('a', window);
    }
    await second.replaceText('of the second');
    await workbench.page.bringToFront();
    await workbench.replaceText('of the first');
    await workbench.save();
    const stored = async () => (await bucket.get('both'))?.string();
    await eventually(async () => expect(await stored()).toBe('of the first'));

    await second.page.bringToFront();
    await second.page.locator('.codelens-decoration').getByText('Compare').first().waitFor();
    await editorShows('of the second', second);
    await second.save();
    await second.notification("Failed to save 'both'").waitFor();
    await second.shot('42-second-window');
    expect(await stored()).toBe('of the first');
  });
});
