import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const extensionId = 'nats-kv.nats-kv-explorer';
const hostileKey = '[x](command:undo)';

let server: NatsServer;
let other: NatsConnection;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  await other.jetstream().views.kv('B');
  const subject = (key: string): string => `$KV.B.${key}`;
  await other.jetstream().publish(subject(hostileKey), 'one');
  await other.jetstream().publish(subject('raw/all-bytes'), 'two');
  await other.jetstream().publish(subject('a\u202eb'), 'three');
  workbench = await openWorkbench({
    connections: [
      { name: 'local', url: server.url },
      { name: 'shop', url: 'nats://me:hunter2@127.0.0.1:4222' },
    ],
  });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** Links that would run something when they are clicked; those of the welcome views are ours. */
async function commandLinks(): Promise<string[]> {
  const links = workbench.page.locator(
    ':is(.notifications-toasts, .monaco-dialog-box, .quick-input-widget, .tabs-container, .monaco-hover) a[href*="undo"], a[data-href*="undo"]',
  );
  return links.evaluateAll((all) => all.map((link) => String(link)));
}

/** A text as it looks: what is not seen does not matter. */
function seen(text: string): string {
  return text.replaceAll('\u2060', '').replaceAll('\u2215', '/');
}

async function tabTitle(): Promise<string> {
  const label = workbench.page.locator('.tabs-container .tab.active .label-name').first();
  return seen(await label.innerText());
}

describe('texts from outside', () => {
  it('show as the keys they are, in the tree and in the tab', async () => {
    await workbench.expand('B', 'raw/all-bytes');
    await workbench.row('raw/all-bytes').dblclick();
    await workbench.tab('raw').waitFor();
    await expect.poll(tabTitle).toBe('raw/all-bytes');

    await workbench.row('a\\u202eb').waitFor();
    await workbench.shot('92-keys-as-they-are');
  });

  it('are no links when a key named like one cannot be saved', async () => {
    await workbench.sideBar.locator('.monaco-list-row', { hasText: hostileKey }).dblclick();
    await workbench.tab('[x]').waitFor();
    await expect.poll(tabTitle).toBe(hostileKey);
    await workbench.replaceText('changed');
    await server.stop();
    await workbench.save();

    const failed = workbench.notification('Failed to save');
    await failed.first().waitFor();
    expect(seen(await failed.first().innerText())).toContain(hostileKey);
    await workbench.shot('93-save-failed');
    expect(await commandLinks()).toEqual([]);
  });

  it('are no links in what a deep link makes us say', async () => {
    const name = encodeURIComponent(encodeURIComponent('[Click here](command:undo)'));
    await workbench.runCommand('Developer: Open URL');
    await workbench.quickInput
      .locator('input')
      .fill(`vscode://${extensionId}/open?connection=${name}`);
    await workbench.page.keyboard.press('Enter');
    const allow = workbench.dialog.getByRole('button', { name: 'Open' });
    await allow.click();

    const told = workbench.notification('there is no connection');
    await told.first().waitFor();
    expect(seen(await told.first().innerText())).toContain('[Click here](command:undo)');
    await workbench.shot('94-deep-link');
    expect(await commandLinks()).toEqual([]);
  });
});

describe('an entry of the settings that cannot be used', () => {
  it('is a row with the reason, which leads to the entry', async () => {
    const row = workbench.sideBar.locator('.monaco-list-row', {
      hasText: 'must not contain a user',
    });
    await row.waitFor();
    expect(await row.innerText()).not.toContain('hunter2');
    await workbench.shot('90-entry-not-used');

    await row.click();

    await workbench.page.locator('.monaco-editor .selected-text').first().waitFor();
    await workbench.shot('91-entry-in-settings');
  });
});
