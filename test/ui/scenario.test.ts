import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const text = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let bucket: KV;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

async function valueOnServer(key: string): Promise<string> {
  const entry = await bucket.get(key);
  return entry ? text.decode(entry.value) : '';
}

function editorShows(content: string): Promise<void> {
  return eventually(async () => expect(await workbench.editorText()).toBe(content));
}

function isDirty(key: string): Promise<boolean> {
  return workbench
    .tab(key)
    .getAttribute('class')
    .then((names) => /\bdirty\b/.test(names ?? ''));
}

/** One long story: each step goes on where the one before ended. */
describe('a day with SHOP_ORDERS', () => {
  it('says that there are no buckets yet and offers to create one', async () => {
    await workbench.openContainer('NATS KV');
    await workbench.row('No buckets yet on local.').waitFor();
    await workbench.shot('01-no-buckets');
  });

  it('creates a bucket that the tree shows with 0 keys, last update never', async () => {
    await workbench.click('Create Bucket…');
    await workbench.answer('Name:', 'SHOP_ORDERS');
    await workbench.quickInput.getByText('10 revisions of each key').waitFor();
    await workbench.shot('02-create-bucket');
    await workbench.pick('Key TTLs');
    await workbench.quickInput.getByText('How long do markers stay').waitFor();
    await workbench.shot('02-create-bucket-key-ttls');
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.getByText('10 revisions of each key').waitFor();
    await workbench.pick('History');
    await workbench.answer('History:', '5');
    await workbench.quickInput.getByText('5 revisions of each key').waitFor();
    await workbench.page.keyboard.press('Enter');

    const row = workbench.row('SHOP_ORDERS');
    await row.filter({ hasText: '0 keys' }).waitFor();
    const hover = await (await workbench.tooltip(row, 'Last update')).innerText();
    expect(hover.replace(/\s+/g, ' ')).toMatch(/Last update never/);
    await workbench.shot('03-bucket-tooltip');
    bucket = await other.jetstream().views.kv('SHOP_ORDERS', { bindOnly: true });
  });

  it('shows a key that another client puts without a refresh', async () => {
    await workbench.page.mouse.move(900, 500);
    await workbench.expand('SHOP_ORDERS', 'No keys in SHOP_ORDERS.');
    await workbench.shot('04-no-keys');

    await bucket.put('order-1', text.encode('{"Id":1}'));

    await workbench.row('order-1').waitFor();
    await workbench.shot('05-key-appears');
  });

  it('opens the value as JSON on a click', async () => {
    await workbench.click('order-1');
    await editorShows('{\n  "Id": 1\n}');
    await workbench.page.locator('.part.statusbar', { hasText: 'JSON' }).waitFor();
    await workbench.shot('06-open');
  });

  it('saves by compare-and-swap', async () => {
    await workbench.replaceText('{"Id":2}');
    await workbench.save();

    await eventually(async () => expect(await valueOnServer('order-1')).toBe('{"Id":2}'));
    expect((await bucket.get('order-1'))?.revision).toBe(2);
    await eventually(async () => expect(await isDirty('order-1')).toBe(false));
    await workbench.shot('07-saved');
  });

  it('follows another client while the editor is clean', async () => {
    await bucket.put('order-1', text.encode('{"Id":3}'));

    await editorShows('{\n  "Id": 3\n}');
    expect(await isDirty('order-1')).toBe(false);
  });

  it('keeps the text and refuses the save after a change made elsewhere', async () => {
    await workbench.replaceText('{"Id":5}');
    await bucket.put('order-1', text.encode('{"Id":4}'));
    await workbench.save();

    await workbench.notification('content of the file is newer').waitFor();
    expect(await workbench.editorText()).toBe('{"Id":5}');
    expect(await isDirty('order-1')).toBe(true);
    expect(await valueOnServer('order-1')).toBe('{"Id":4}');
    await workbench.shot('08-conflict');
  });

  it('compares both sides and then overwrites', async () => {
    await workbench
      .notification('content of the file is newer')
      .getByText('Compare', { exact: true })
      .click();
    const diff = workbench.page.locator('.monaco-diff-editor');
    await diff.locator('.original', { hasText: '"Id": 4' }).waitFor();
    await diff.locator('.modified', { hasText: '{"Id":5}' }).waitFor();
    await workbench.shot('09-compare');

    await workbench.page.locator('.editor-actions [aria-label^="Use your changes"]').click();

    await eventually(async () => expect(await valueOnServer('order-1')).toBe('{"Id":5}'));
    await eventually(async () => expect(await isDirty('order-1')).toBe(false));
    await workbench.shot('10-overwritten');
  });

  it('takes the server value on revert', async () => {
    await workbench.replaceText('{"Id":7}');
    await bucket.put('order-1', text.encode('{"Id":6}'));
    await workbench.save();
    await workbench.notification('content of the file is newer').waitFor();

    await workbench.runCommand('File: Revert File');

    await editorShows('{\n  "Id": 6\n}');
    await eventually(async () => expect(await isDirty('order-1')).toBe(false));
    expect(await valueOnServer('order-1')).toBe('{"Id":6}');
  });

  it('tells that the server is down and keeps the text of a failed save', async () => {
    await server.kill9();
    await eventually(async () =>
      expect(await workbench.row('local').innerText()).toMatch(/reconnecting/),
    );
    await workbench.shot('11-server-down');

    await workbench.replaceText('{"Id":8}');
    await workbench.save();

    await workbench.notification("Failed to save 'order-1'").waitFor();
    expect(await workbench.editorText()).toBe('{"Id":8}');
    expect(await isDirty('order-1')).toBe(true);
    await workbench.shot('12-save-while-down');
  });

  it('comes back by itself and shows the next change made elsewhere', async () => {
    await server.restart();
    await eventually(async () =>
      expect(await workbench.row('local').innerText()).not.toMatch(/reconnecting/),
    );
    await eventually(async () => void (await bucket.put('order-2', text.encode('new'))));
    await workbench.row('order-2').waitFor();

    await workbench.save();
    await eventually(async () => expect(await valueOnServer('order-1')).toBe('{"Id":8}'));
    await eventually(async () => expect(await isDirty('order-1')).toBe(false));
    await workbench.shot('13-back');
  });
});
