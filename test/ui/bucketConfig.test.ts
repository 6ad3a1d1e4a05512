import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let server: NatsServer;
let other: NatsConnection;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  const bucket = await other.jetstream().views.kv('ORDERS', { history: 10, description: 'orders' });
  for (let number = 0; number < 40; number++) {
    await bucket.put(`orders.${number % 5}`, Buffer.from(`{"number":${number}}`));
  }
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

function lens(text: string) {
  return workbench.page.locator('.codelens-decoration', { hasText: text });
}

describe('the configuration of a bucket', () => {
  it('is edited as a document, whose save shows first what it does', async () => {
    await workbench.expand('local', 'ORDERS');
    await workbench.chooseFromMenu('ORDERS', 'Edit Bucket…');
    await lens('40 messages of 5 keys at most').waitFor();
    const { page } = workbench;
    const history = page.locator('.view-line span', { hasText: /^"history"$/ }).last();
    await workbench.tooltip(history, 'Revisions that are kept');
    await workbench.shot('bucket-hover');
    const text = {
      description: 'orders of the shop',
      history: 3,
      ttl: '7d',
      maxBytes: '1 GiB',
      replicas: 3,
      storage: 'memory',
      denyDelete: false,
    };
    await workbench.replaceText(JSON.stringify(text, undefined, 2));
    await page.locator('.squiggly-error').first().waitFor();
    await workbench.shotInThemes('bucket-refused');
    const { replicas, storage, ...rest } = text;
    expect([replicas, storage]).toEqual([3, 'memory']);
    await workbench.replaceText(JSON.stringify(rest, undefined, 2));
    await workbench.save();
    await lens('Change ORDERS').waitFor();
    await workbench.shotInThemes('bucket-plan');
    await lens('Change ORDERS').locator('a').first().click();
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Change' }).click();
    await eventually(async () => {
      const reply = await other.request('$JS.API.STREAM.INFO.KV_ORDERS');
      const { config } = reply.json<{ config: { max_msgs_per_subject: number } }>();
      expect(config.max_msgs_per_subject).toBe(3);
    });
    await workbench.shot('bucket-report');
  });

  it('is saved after the window was loaded again with an unsaved text', async () => {
    const { page } = workbench;
    await workbench.tab('ORDERS.bucket.json').click();
    const rest = {
      description: 'edited before the reload',
      history: 3,
      ttl: '7d',
      maxBytes: '1 GiB',
    };
    const text = JSON.stringify({ ...rest, denyDelete: false }, undefined, 2);
    await workbench.replaceText(text);
    await workbench.backedUp('edited before the reload');
    await workbench.reload();
    await workbench.tab('ORDERS.bucket.json').click();
    await workbench.scrollUpTo(lens('Show What Would Change'));
    await workbench.shot('bucket-reloaded');
    await workbench.save();
    await lens('Change ORDERS').waitFor();
    await lens('Change ORDERS').locator('a').first().click();
    await eventually(async () => {
      const reply = await other.request('$JS.API.STREAM.INFO.KV_ORDERS');
      const { config } = reply.json<{ config: { description: string } }>();
      expect(config.description).toBe('edited before the reload');
    });
    expect(await page.locator('.codelens-decoration', { hasText: 'not known' }).count()).toBe(0);
  });
});
