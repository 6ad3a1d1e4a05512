import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillBucket } from '../support/fillBucket';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
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
}, 600_000);

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

  pictureFailures(() => workbench);

  /** Resolves once a row with this text and one of this name were in view at the same time, however short that is. */
  async function seenTogether(text: string, label: string): Promise<void> {
    const shown = `(() => {
      const rows = [...document.querySelectorAll('.part.sidebar .monaco-list-row')];
      return rows.some((row) => row.textContent.replaceAll('\u00a0', ' ').includes(${JSON.stringify(text)})) &&
        rows.some((row) => row.querySelector('.label-name')?.textContent === ${JSON.stringify(label)});
    })()`;
    await workbench.page.waitForFunction(shown, undefined, { polling: 'raf' });
  }

  it('shows the first level of a large bucket with counts', async () => {
    const seen = seenTogether('listing… ', 't00');
    await workbench.expand('large', 't00');
    await seen;
    await workbench.shot('70-tree-listing');
    await workbench.row('t00').filter({ hasText: '20,000' }).waitFor({ timeout: 300_000 });
    await workbench.row('large').filter({ hasText: '1,000,000 keys' }).waitFor();
    await workbench.shotInThemes('70-tree-million');
  });

  it('filters the keys in view, and clears the filter by one click', async () => {
    // A pick was seen to go as soon as it came on a machine that is busy.
    await eventually(async () => {
      await workbench.chooseFromMenu('large', 'Filter Keys…');
      await workbench.quickInput.locator('input').fill('t07.u00*', { timeout: 10_000 });
    });
    await workbench.quickInput.getByText('Not a filter').waitFor();
    await workbench.quickInput.locator('input').fill('t07.u007.>');
    await workbench.pick('t07.u007.>');
    await workbench.row('large').filter({ hasText: 't07.u007.> · 100 keys' }).waitFor();
    await workbench.shotInThemes('71-tree-filtered');
    await workbench.row('large').hover();
    await workbench.row('large').locator('.codicon-clear-all').click();
    await workbench.row('large').filter({ hasText: '1,000,000 keys' }).waitFor();
    await workbench.collapse('large');
  });

  it('shows folders that hold nothing else in one row, and a key that is a prefix as both', async () => {
    await workbench.expand('orders', 'shop.eu.web');
    await workbench.expand('shop.eu.web', '10');
    await eventually(async () => {
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
  });

  it('marks for a moment what somebody has just changed', async () => {
    const mark = workbench.sideBar.locator('.monaco-list-row[aria-label*="just changed"]');
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await eventually(async () => {
        await eventually(async () => expect(await mark.count()).toBe(0));
        await orders.put('shop.eu.web.2', text.encode(`{"a":${Date.now()}}`));
        // With its badge, as long as it is there.
        await mark
          .locator('[class*="monaco-decoration-itemBadge"]')
          .first()
          .waitFor({ timeout: 10_000 });
      });
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
    const menus = workbench.page.locator('.context-view .action-label');
    await eventually(async () => {
      const submenu = await workbench.openMenu(workbench.row('10'), 'Copy As');
      await submenu.hover({ timeout: 5_000 });
      await menus.getByText('Copy Key as Code…', { exact: true }).waitFor({ timeout: 3_000 });
    });
    await workbench.shot('73-tree-menu');
    await workbench.closeMenu();
  });

  it('pages a wide level, and jumps in it by first letters', async () => {
    await workbench.expand('wide', 'session-0');
    await workbench.row('wide').filter({ hasText: '1,200 keys' }).waitFor();
    await workbench.chooseFromMenu('wide', 'Jump to Key…');
    await workbench.answer('First letters', 'session-1190');
    await workbench.row('session-1190').waitFor();
    await workbench.row('Starts at session-1190').waitFor();
    await workbench.shotInThemes('74-tree-jump');
    await workbench.click('Starts at session-1190');
    await workbench.row('session-0').waitFor();
    // As far as the rows are there when it is pressed.
    await eventually(async () => {
      await workbench.sideBar.locator('.monaco-list').first().press('End');
      await workbench.row('Load 500 more (of 1,200)…').waitFor({ timeout: 3_000 });
    });
    await workbench.shotInThemes('74-tree-paged');
    await workbench.sideBar.locator('.monaco-list').first().press('Home');
  });

  it('keeps open what was open when the window is loaded again', async () => {
    await workbench.collapse('wide');
    await workbench.row('1').click();
    await workbench.tab('shop.eu.web.1').waitFor();
    await workbench.reload();
    await workbench.openContainer('NATS KV');
    await workbench.row('10').waitFor({ timeout: 90_000 });
    const selected = workbench.sideBar.locator('.monaco-list-row.selected');
    await selected.filter({ hasText: '1' }).first().waitFor();
    await workbench.shotInThemes('75-tree-reloaded');
  });
});
