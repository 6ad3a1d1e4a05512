import { connect } from 'nats';
import { expect, it, onTestFinished } from 'vitest';
import { fillDemo } from '../../scripts/demo/fillDemo.mjs';
import { startNatsServer } from '../support/natsServer';

it('fills the demo buckets, with a past and deleted keys', async () => {
  const server = await startNatsServer();
  onTestFinished(() => server.stop());
  const client = await connect({ servers: server.url });
  onTestFinished(() => client.close());
  await fillDemo(client);

  const { views } = client.jetstream();
  const orders = await views.kv('SHOP_ORDERS');
  const operations: string[] = [];
  for await (const entry of await orders.history({ key: 'orders.eu.42' })) {
    operations.push(entry.operation);
  }
  expect(operations).toEqual(['PUT', 'PUT', 'PUT', 'PUT', 'PUT']);
  expect((await orders.get('orders.us.7'))?.operation).toBe('DEL');
  expect((await (await views.kv('catalog')).status()).values).toBe(3000);
  const picture = await (await views.kv('blobs')).get('images.logo');
  expect(picture?.string().slice(1, 4)).toBe('PNG');
});
