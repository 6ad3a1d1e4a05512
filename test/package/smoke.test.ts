import { connect } from 'nats';
import { expect, it, onTestFinished } from 'vitest';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from '../ui/openWorkbench';

it('leads from a fresh installation to a key that is opened, changed and saved', async () => {
  const server = await startNatsServer();
  onTestFinished(() => server.stop());
  const other = await connect({ servers: server.url });
  onTestFinished(() => other.close());
  const bucket = await other.jetstream().views.kv('SHOP_ORDERS');
  await bucket.put('order-1', '{"Id":1}');
  const workbench = await openWorkbench({ connections: [{ name: 'smoke', url: server.url }] });
  onTestFinished(() => workbench.close());
  try {
    await workbench.openContainer('NATS KV');
    await workbench.expand('SHOP_ORDERS');
    await workbench.click('order-1');
    await eventually(async () => expect(await workbench.editorText()).toBe('{\n  "Id": 1\n}'));
    await workbench.replaceText('{"Id":2}');
    await workbench.save();
    await eventually(async () => expect((await bucket.get('order-1'))?.string()).toBe('{"Id":2}'));
    await bucket.put('order-2', '{"Id":3}');
    await workbench.row('order-2').waitFor();
    expect(workbench.complaints).toEqual([]);
  } finally {
    await workbench.shot('package-smoke');
  }
});
