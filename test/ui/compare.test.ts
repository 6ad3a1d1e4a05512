import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  const { views } = other.jetstream();
  const ours = await views.kv('ORDERS', { history: 3 });
  const theirs = await views.kv('ORDERS_STAGING', { history: 3 });
  const put = (bucket: KV, key: string, status: string): Promise<number> =>
    bucket.put(key, codec.encode(JSON.stringify({ key, status })));
  for (let number = 1; number <= 24; number++) {
    const key = `orders.${['eu', 'us'][number % 2]}.${number}`;
    await put(ours, key, number % 5 === 0 ? 'paid' : 'new');
    if (number % 7 !== 0) {
      await put(theirs, key, 'new');
    }
  }
  await put(theirs, 'flags.beta', 'on');
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

const themes = [
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'contrast'],
  ['Dark Modern', 'dark'],
] as const;

/** Takes a picture in each theme, the dark one last. */
async function eachTheme(picture: string): Promise<void> {
  for (const [theme, name] of themes) {
    await workbench.setTheme(theme);
    await workbench.shot(`${picture}-${name}`);
  }
}

describe('Compare…', () => {
  it('shows what differs, a difference on click, and a dry run of a copy', async () => {
    await workbench.chooseFromMenu('ORDERS', 'Compare…');
    await workbench.shot('150-compare-with');
    await workbench.pick('Another Bucket…');
    await workbench.pick('ORDERS_STAGING');
    await workbench.pick('Values, JSON by Meaning');
    const view = workbench.page.locator('.pane', { hasText: 'Compare' }).last();
    await view.getByText(/4 different, 3 only left, 1 only right; 17 same, not shown\./).waitFor();
    await view
      .getByRole('treeitem', { name: /^orders, folder/ })
      .first()
      .click();
    await view
      .getByRole('treeitem', { name: /^eu, folder/ })
      .first()
      .click();
    await view.getByRole('treeitem', { name: /^10, Different/ }).click();
    await workbench.page.getByText('"paid"').first().waitFor();
    await eachTheme('151-compare-view');
    await view.getByRole('treeitem', { name: /^Different, 4 keys/ }).click();
    await workbench.runCommand('NATS KV: Copy Left to Right…');
    await workbench.page.getByRole('button', { name: 'Copy 4 Keys' }).waitFor();
    await eachTheme('152-compare-plan');
  });
});
