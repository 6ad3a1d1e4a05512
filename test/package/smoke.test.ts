import { connect } from 'nats';
import { it, onTestFinished } from 'vitest';
import { startNatsServer } from '../support/natsServer';
import { openWorkbench } from '../ui/openWorkbench';

it('shows the buckets of a connection once it is installed', async () => {
  const server = await startNatsServer();
  onTestFinished(() => server.stop());
  await createBucket(server.url, 'SHOP_ORDERS');
  const workbench = await openWorkbench({ connections: [{ name: 'smoke', url: server.url }] });
  onTestFinished(() => workbench.close());
  try {
    await workbench.openContainer('NATS KV');
    await workbench.expand('smoke');
    await workbench.row('SHOP_ORDERS').waitFor();
  } finally {
    await workbench.shot('package-smoke');
  }
});

async function createBucket(url: string, name: string): Promise<void> {
  const client = await connect({ servers: url });
  const bucket = await client.jetstream().views.kv(name);
  await bucket.put('orders.eu.42', '{"status":"new"}');
  await client.close();
}
