import { connect, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

function editorShows(content: string): Promise<void> {
  return eventually(async () => expect(await workbench.editorText()).toBe(content));
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
