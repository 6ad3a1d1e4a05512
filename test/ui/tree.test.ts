import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillBucket } from '../support/fillBucket';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { themes, type Workbench } from './workbench';

const text = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let orders: KV;
/** An empty window on the web keeps no state of its own. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tree-'));
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  await fillBucket(server.url, { name: 'large', keys: 1_000_000, revisions: 1 });
  const wide = await other.jetstream().views.kv('wide');
  await Promise.all(
    Array.from({ length: 1_200 }, (_, at) => wide.put(`session-${at}`, text.encode('x'))),
  );
  orders = await other.jetstream().views.kv('orders', { history: 3 });
  await Promise.all(
    ['shop.eu.web.1', 'shop.eu.web.2', 'shop.eu.web.10', 'flags', 'flags.dark', 'old'].map((key) =>
      orders.put(key, text.encode('{"a":1}')),
    ),
  );
  await orders.delete('old');
}, 300_000);

afterAll(async () => {
  await other?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the key tree', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await openWorkbench({
      connections: [{ name: 'local', url: server.url }],
      folder,
    });
    await workbench.openContainer('NATS KV');
  });

  afterAll(() => workbench?.close());

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await workbench.shot(`failed: ${task.name}`);
    }
  });

  it('shows the first level of a large bucket with counts', async () => {
    await workbench.expand('large');
    await workbench.row('t00').waitFor();
    await workbench.row('large').filter({ hasText: 'listing… ' }).waitFor();
    await workbench.shot('70-tree-listing');
    await workbench.row('t00').filter({ hasText: '20,000' }).waitFor({ timeout: 60_000 });
    await workbench.row('large').filter({ hasText: '1,000,000 keys' }).waitFor();
    await workbench.shotInThemes('70-tree-million');
  });

  it('filters the keys in view, and clears the filter by one click', async () => {
    // The pick goes away when the menu, on a busy machine, gives the focus back late.
    await eventually(async () => {
      await workbench.chooseFromMenu('large', 'Filter Keys…');
      await workbench.quickInput.locator('input').fill('t07.u00*', { timeout: 3_000 });
    });
    await workbench.quickInput.getByText('Not a filter').waitFor();
    await workbench.quickInput.locator('input').fill('t07.u007.>');
    await workbench.pick('t07.u007.>');
    await workbench.row('large').filter({ hasText: 't07.u007.> · 100 keys' }).waitFor();
    await workbench.shotInThemes('71-tree-filtered');
    await workbench.row('large').hover();
    await workbench.row('large').locator('.codicon-clear-all').click();
    await workbench.row('large').filter({ hasText: '1,000,000 keys' }).waitFor();
    await workbench.row('large').locator('.monaco-tl-twistie').click();
  });

  it('shows folders that hold nothing else in one row, and a key that is a prefix as both', async () => {
    await workbench.expand('orders');
    await workbench.expand('shop.eu.web');
    await workbench.row('10').waitFor();
    const rows = await workbench.rows();
    expect(rows.slice(rows.indexOf('orders')).slice(0, 7)).toEqual([
      'orders',
      'flags',
      'flags',
      'shop.eu.web',
      '1',
      '2',
      '10',
    ]);
  });

  it('marks for a moment what somebody has just changed', async () => {
    const mark = workbench.sideBar.locator('.monaco-list-row[aria-label*="just changed"]');
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await eventually(async () => expect(await mark.count()).toBe(0));
      await orders.put('shop.eu.web.2', text.encode(`{"a":${Date.now()}}`));
      await mark.waitFor({ timeout: 5_000 });
      await mark.locator('[class*="monaco-decoration-itemBadge"]').first().waitFor();
      await workbench.shot(`72-tree-pulse-${name}`);
    }
    await eventually(async () => expect(await mark.count()).toBe(0));
  });

  it('shows deleted keys on demand', async () => {
    await workbench.runCommand('NATS KV: Show Deleted Keys');
    await workbench.row('old').filter({ hasText: 'deleted' }).waitFor();
    await workbench.shotInThemes('73-tree-deleted');
    await workbench.runCommand('NATS KV: Hide Deleted Keys');
    await eventually(async () => expect(await workbench.row('old').count()).toBe(0));
  });

  it('keeps what is rare in submenus of the menu of a key', async () => {
    await workbench.row('10').click({ button: 'right' });
    const menus = workbench.page.locator('.context-view .action-label');
    await menus.getByText('Copy As', { exact: true }).hover();
    await menus.getByText('Copy Key as Code…', { exact: true }).waitFor();
    await workbench.shot('73-tree-menu');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Escape');
    await eventually(async () => expect(await menus.count()).toBe(0));
  });

  it('pages a wide level, and jumps in it by first letters', async () => {
    await workbench.expand('wide');
    await workbench.row('session-0').waitFor();
    await workbench.row('wide').filter({ hasText: '1,200 keys' }).waitFor();
    await workbench.chooseFromMenu('wide', 'Jump to Key…');
    await workbench.answer('First letters', 'session-1190');
    await workbench.row('session-1190').waitFor();
    await workbench.row('Starts at session-1190').waitFor();
    await workbench.shotInThemes('74-tree-jump');
    await workbench.click('Starts at session-1190');
    await workbench.row('session-0').waitFor();
    await workbench.sideBar.locator('.monaco-list').first().press('End');
    await workbench.row('Load 500 more (of 1,200)…').waitFor();
    await workbench.shotInThemes('74-tree-paged');
    await workbench.sideBar.locator('.monaco-list').first().press('Home');
  });

  it('keeps open what was open when the window is loaded again', async () => {
    await workbench.row('wide').locator('.monaco-tl-twistie').click();
    await workbench.row('1').click();
    await workbench.tab('shop.eu.web.1').waitFor();
    await workbench.reload();
    await workbench.openContainer('NATS KV');
    await workbench.row('10').waitFor({ timeout: 30_000 });
    const selected = workbench.sideBar.locator('.monaco-list-row.selected');
    await selected.filter({ hasText: '1' }).first().waitFor();
    await workbench.shotInThemes('75-tree-reloaded');
  });
});
