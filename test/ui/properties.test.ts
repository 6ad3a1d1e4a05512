import axe, { type AxeResults } from 'axe-core';
import { connect, StringCodec, type JetStreamManager, type KV, type NatsConnection } from 'nats';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillBucket } from '../support/fillBucket';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { startProxy, type Proxy } from '../support/proxy';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import { themes, type Workbench } from './workbench';

const codec = StringCodec();
/** A window that is loaded again takes its time on a machine that is busy. */
const patient = { timeout: 60_000 };
const shop = 'SHOP_ORDERS';

let server: NatsServer;
/** Between the extension and the server, to keep the link away for longer than the server is. */
let proxy: Proxy;
let other: NatsConnection;
let manager: JetStreamManager;
let orders: KV;
let workbench: Workbench;
const violations: string[] = [];

beforeAll(async () => {
  server = await startNatsServer({
    config:
      'accounts { A { jetstream { max_file: 64M, max_streams: 20 }, users: [{user: a, password: a}] } }\nno_auth_user: a',
  });
  proxy = await startProxy(server.port);
  other = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const jetStream = other.jetstream();
  manager = await other.jetstreamManager();
  orders = await jetStream.views.kv(shop, { history: 5, ttl: 86_400_000, max_bytes: 1_000_000 });
  await fillOrders();
  await jetStream.views.kv('empty');
  await fillBucket(server.url, { name: 'large', keys: 12_000, revisions: 1 });
  await manager.streams.add({
    name: 'KV_copy',
    mirror: { name: `KV_${shop}` },
    max_msgs_per_subject: 5,
  });
  await manager.consumers.add(`KV_${shop}`, {
    durable_name: 'billing',
    description: 'the invoices of the shop',
    filter_subject: `$KV.${shop}.orders.>`,
    ack_policy: 'explicit' as never,
  });
  const connection = { name: 'local', url: proxy.url, environment: 'production' };
  workbench = await openWorkbench({ connections: [connection] });
  workbench.page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  proxy?.stop();
  await server?.stop();
});

pictureFailures(() => workbench);

async function fillOrders(): Promise<void> {
  const countries = ['eu', 'us', 'asia', 'africa'];
  for (let number = 1; number <= 240; number++) {
    const country = countries[number % 7 === 0 ? 3 : number % 3] ?? 'eu';
    const note = 'x'.repeat((number * 37) % 1900);
    await orders.put(`orders.${country}.${number}`, codec.encode(JSON.stringify({ number, note })));
  }
  for (let number = 1; number <= 60; number++) {
    await orders.put(`carts.${number}`, codec.encode('{"items":[]}'));
    await orders.put(`orders.eu.${number * 3}`, codec.encode('{"status":"paid"}'));
  }
  for (let number = 1; number <= 9; number++) {
    await orders.delete(`carts.${number}`);
  }
  await orders.put('flags', codec.encode('on'));
}

function page(): FrameLocator {
  return workbench.webview;
}

function section(id: string) {
  return page().locator(`section[data-id="${id}"]`);
}

/** What axe finds wrong with the page as it is shown. */
async function seriousFaults(): Promise<string[]> {
  const body = page().locator('body');
  await body.evaluate(`${axe.source}; undefined`);
  const found: unknown = await body.evaluate(
    'axe.run(document).then(({ violations }) => violations)',
  );
  return (found as AxeResults['violations'])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** One long story: each step goes on where the one before ended. */
describe('the properties of a bucket', () => {
  it('tell in short what is in it, and list few keys by themselves', async () => {
    await workbench.row(shop).waitFor();
    await workbench.chooseFromMenu(shop, 'Show Bucket Properties');
    await page().getByRole('heading', { level: 1, name: shop }).waitFor();
    await section('tiles').getByText('Live keys').waitFor();
    await section('tiles').getByText('9 deleted, purged or expired').waitFor();
    await section('consumers').getByText('the invoices of the shop').waitFor();
    await section('prefixes').locator('canvas').waitFor();
    await section('rates').locator('canvas').waitFor();
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await page().locator('h1').click();
      await workbench.shot(`140-properties-${name}`);
      await section('sizes').scrollIntoViewIfNeeded();
      await section('consumers').scrollIntoViewIfNeeded();
      await workbench.shot(`141-properties-below-${name}`);
      expect(await seriousFaults()).toEqual([]);
      await section('tiles').scrollIntoViewIfNeeded();
    }
  });

  it('lead down into a prefix and back, by keyboard', async () => {
    const orders = section('prefixes').getByRole('button', { name: 'orders', exact: true });
    await orders.press('Enter');
    await section('prefixes').getByRole('button', { name: 'eu', exact: true }).waitFor();
    await section('prefixes').scrollIntoViewIfNeeded();
    await workbench.shot('142-properties-prefix');
    const top = section('prefixes').getByRole('navigation').getByRole('button', { name: shop });
    await top.press('Enter');
    await section('prefixes').getByRole('button', { name: 'carts', exact: true }).waitFor();
  });

  it('tell a plot as a table too', async () => {
    const sizes = section('sizes');
    await sizes.getByText('Show as a table').click();
    await sizes.getByRole('rowheader', { name: '< 64 B' }).waitFor();
    await workbench.shot('143-properties-table');
  });

  it('say since when they are stale while the link is lost, and go on', async () => {
    proxy.refuse();
    proxy.cut();
    await page().locator('.state.warning', { hasText: 'stale since' }).waitFor();
    await workbench.shot('144-properties-stale');
    await proxy.accept();
    await page().locator('.state.ok').waitFor();
  });

  it('follow the end of the bucket and one that is made in its place', async () => {
    await manager.streams.delete(`KV_${shop}`);
    await page().locator('.state.error', { hasText: 'gone' }).waitFor();
    await workbench.shot('145-properties-gone');
    orders = await other.jetstream().views.kv(shop);
    await orders.put('a', codec.encode('b'));
    await page().locator('.state.ok', { hasText: 'made anew' }).waitFor();
    await section('tiles').getByText('0 deleted, purged or expired').waitFor();
    await workbench.shot('146-properties-anew');
  });

  it('come back after the window was loaded again', async () => {
    await workbench.reload();
    await page().getByRole('heading', { level: 1, name: shop }).waitFor(patient);
    await section('tiles').getByText('Live keys').waitFor();
    await workbench.shot('147-properties-reloaded');
  });

  it('say what it costs to list a large bucket before they do it', async () => {
    await workbench.chooseFromMenu('large', 'Show Bucket Properties');
    await section('tiles').getByText('Keys at most').waitFor();
    const cost = 'the server sends 12,000 messages without their values (about 2.1 MiB)';
    await section('prefixes').getByText(cost).waitFor();
    await section('prefixes').scrollIntoViewIfNeeded();
    await workbench.shot('148-properties-large');
    await section('prefixes').getByRole('button', { name: 'List the Keys' }).click();
    await section('prefixes').locator('canvas').waitFor();
    await section('tiles').getByText('Live keys').waitFor();
    await section('prefixes').scrollIntoViewIfNeeded();
    await workbench.shot('148-properties-large-listed');
  });

  it('tell of an empty bucket and of a mirror', async () => {
    await workbench.chooseFromMenu('empty', 'Show Bucket Properties');
    await page().getByRole('heading', { level: 1, name: 'empty' }).waitFor();
    await section('prefixes').getByText('There are no keys.').waitFor();
    await workbench.shot('148-properties-empty');
    await workbench.chooseFromMenu('copy', 'Show Bucket Properties');
    await section('origins').getByText(`Mirror of ${shop}`).waitFor();
    await section('origins').scrollIntoViewIfNeeded();
    await workbench.shot('149-properties-mirror');
    expect(violations).toEqual([]);
  });
});
