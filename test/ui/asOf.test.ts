import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let orders: KV;
let workbench: Workbench;
let then = 0;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  orders = await other.jetstream().views.kv('ORDERS', { history: 3 });
  const put = (key: string, status: string): Promise<number> =>
    orders.put(key, codec.encode(JSON.stringify({ key, status })));
  for (let number = 1; number <= 12; number++) {
    then = await put(`orders.${['eu', 'us'][number % 2]}.${number}`, 'new');
  }
  await put('orders.eu.2', 'paid');
  await put('orders.eu.4', 'paid');
  await orders.delete('orders.eu.6');
  for (const status of ['new', 'paid', 'sent', 'done']) {
    await put('orders.eu.8', status);
  }
  await put('orders.eu.14', 'new');
  const connection = { name: 'live', url: server.url, environment: 'production' };
  workbench = await openWorkbench({
    connections: [connection],
  });
  await workbench.openContainer('NATS KV');
  await workbench.row('ORDERS').waitFor();
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

describe('Browse as of…', () => {
  it('shows the keys of then, and a dry run of the way back', async () => {
    await workbench.chooseFromMenu('ORDERS', 'Browse as of…');
    await workbench.quickInput.getByText('PRODUCTION: Browse ORDERS as of…').waitFor();
    await workbench.quickInput.locator('input').fill('r999');
    await workbench.quickInput.locator('input').press('Enter');
    await workbench.quickInput.getByText(/The last revision is r/).waitFor();
    await workbench.shot('140-asOf-question');
    await workbench.quickInput.locator('input').fill(`r${then}`);
    await workbench.quickInput.locator('input').press('Enter');
    const view = workbench.page.locator('.pane', { hasText: 'As Of' }).last();
    await view.getByText(/12 keys with a value|11 keys with a value/).waitFor();
    const row = (name: RegExp): Locator => view.getByRole('treeitem', { name });
    await workbench.openRow(row(/^orders, folder/), row(/^eu, folder/));
    await workbench.openRow(row(/^eu, folder/), row(/^2, .*changed since/));
    await row(/^2, .*changed since/).click();
    await workbench.page.getByText('"new"').first().waitFor();
    await workbench.shotInThemes('141-asOf-view');
    await workbench.runCommand('NATS KV: Restore What Is Shown to This Moment…');
    await workbench.page.getByRole('button', { name: 'Restore 3 Keys' }).waitFor();
    await workbench.shotInThemes('142-asOf-plan');
  });
});
