import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillDemo } from '../../scripts/demo/fillDemo.mjs';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let server: NatsServer;
let client: NatsConnection;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  client = await connect({ servers: server.url });
  await fillDemo(client);
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
  await workbench.collapseView('History');
});

afterAll(async () => {
  await workbench?.close();
  await client?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

describe('the demo buckets', () => {
  it('are listed by name with what nats kv ls shows', async () => {
    await workbench.row('sessions').waitFor();

    await eventually(async () =>
      expect((await workbench.rows()).slice(1)).toEqual([
        'SHOP_ORDERS',
        'app-config',
        'blobs',
        'catalog',
        'feature-flags',
        'sessions',
      ]),
    );
    await workbench.row('catalog').filter({ hasText: '3,000 keys' }).waitFor();
    await workbench.shot('30-demo-buckets');
  });

  it('show the keys as folders by token, deleted ones left out', async () => {
    await workbench.expand('feature-flags', 'checkout');
    await workbench.expand('checkout', 'one-page');
    await workbench.expand('SHOP_ORDERS', 'orders');
    await workbench.expand('orders');

    // 60 in each of three regions; two in us are deleted, and eu, us and ap are keys themselves.
    await eventually(async () =>
      expect(await workbench.row('SHOP_ORDERS').innerText()).toMatch(/182 keys/),
    );
    await workbench.click('one-page');
    await workbench.page.locator('.part.statusbar', { hasText: 'JSON' }).waitFor();
    await workbench.page.mouse.move(900, 600);
    await workbench.shot('31-demo-tree');
  });

  it('opens a binary value without decoding it', async () => {
    await workbench.expand('blobs', 'raw/all-bytes');
    await workbench.click('raw/all-bytes');

    await eventually(async () =>
      expect(await workbench.editorText()).toMatch(/^00000000 +00 01 02 03/),
    );
    await workbench.shot('32-binary');
  });
});
