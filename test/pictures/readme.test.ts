import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { KV } from 'nats';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { order } from '../../scripts/demo/demoData.mjs';
import { encode } from '../../scripts/demo/fillDemo.mjs';
import { eventually } from '../support/poll';
import { pictureFailures } from '../ui/pictureFailures';
import type { Workbench } from '../ui/workbench';
import { openStage, type Stage } from './stage';

let stage: Stage;
let workbench: Workbench;
let orders: KV;

beforeAll(async () => {
  stage = await openStage();
  workbench = stage.workbench;
  orders = await bucket('SHOP_ORDERS');
  await workbench.openContainer('NATS KV');
  await workbench.expand('local');
  await workbench.row('sessions').waitFor();
});

afterAll(() => stage?.close());

pictureFailures(() => workbench);

/** Each picture begins without editors, and leaves the side bar as it found it. */
beforeEach(async () => {
  await stage.size(1000, 640);
  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.openContainer('NATS KV');
});

describe('the pictures of README.md', () => {
  it('show how a key is found', async () => {
    await workbench.expand('app-config');
    await workbench.expand('feature-flags');
    await workbench.collapseView('History');
    await stage.size(900, 560);
    await workbench.runCommand('NATS KV: Go to Key…');
    await workbench.quickInput.locator('input').fill('check limits');
    await workbench.quickInput.getByText('checkout.limits').first().waitFor();
    await stage.picture('tree');
    await workbench.page.keyboard.press('Escape');
    await showHistory();
    await fold('app-config');
    await fold('feature-flags');
  });

  it('show a conflict, in the text itself', async () => {
    await openKey('SHOP_ORDERS', 'orders.eu.42');
    const mine = { ...order('eu', 42), status: 'refunded' };
    await workbench.replaceText(`${JSON.stringify(mine, undefined, 2)}\n`);
    await put('orders.eu.42', { ...order('eu', 42), status: 'shipped', total: 99.5 });
    await workbench.page.keyboard.press('ControlOrMeta+Home');
    await workbench.page.locator('.codelens-decoration', { hasText: 'Merge' }).waitFor();
    await stage.size(1060, 460);
    await stage.picture('conflict');
    await giveUp("NATS KV: Take Server's");
  });

  it('show the history of a key', async () => {
    const flags = await bucket('feature-flags');
    for (const rollout of [0.25, 0.5, 1]) {
      await flags.put('checkout.gift-cards', encode({ enabled: true, rollout, groups: ['beta'] }));
    }
    await openKey('feature-flags', 'checkout.gift-cards');
    const revision = workbench.sideBar.locator('.pane', { hasText: 'History' }).last();
    await revision.getByText('checkout.gift-cards').waitFor();
    await workbench.click('r7');
    await workbench.page.locator('.monaco-diff-editor .view-line', { hasText: '0.5' }).waitFor();
    await stage.size(1060, 420);
    await stage.picture('history');
  });

  it('show a table', async () => {
    await workbench.chooseFromMenu('SHOP_ORDERS', 'Open as Table');
    const page = workbench.webview;
    await page.getByRole('columnheader', { name: 'value.total' }).waitFor();
    const filter = page.getByRole('textbox').first();
    await filter.fill('value.total > 300 && value.status != "new"');
    await eventually(async () => {
      const count = await page.locator('footer .count').innerText();
      if (count.startsWith('182')) {
        throw new Error('the filter has not been applied yet');
      }
    });
    await withoutSideBar(async () => {
      await stage.size(1000, 440);
      await stage.picture('table');
    });
  });

  it('show the properties of a bucket', async () => {
    await workbench.chooseFromMenu('catalog', 'Show Bucket Properties');
    await workbench.webview.locator('section[data-id="prefixes"] canvas').waitFor();
    await withoutSideBar(async () => {
      await stage.size(1000, 600);
      await workbench.webview.locator('section[data-id="prefixes"]').scrollIntoViewIfNeeded();
      await stage.picture('properties');
    });
  });

  it('show a comparison', async () => {
    await workbench.chooseFromMenu('app-config', 'Compare…');
    await workbench.pick('Another Bucket…');
    await workbench.pick('local');
    await workbench.pick('app-config-next');
    await workbench.pick('Values, JSON by Meaning');
    const view = workbench.page.locator('.pane', { hasText: 'Compare' }).last();
    await view.getByText(/different, /).waitFor();
    await expand(view, /^checkout, folder/, /^limits, Different/);
    await view.getByRole('treeitem', { name: /^limits, Different/ }).click();
    await workbench.page.locator('.monaco-diff-editor .view-line', { hasText: '120' }).waitFor();
    await workbench.collapseView('History');
    await stage.size(1060, 560);
    await stage.picture('compare');
    await showHistory();
    await workbench.runCommand('NATS KV: Close Comparison');
  });

  it('show how a connection is added', async () => {
    await workbench.runCommand('NATS KV: Add Connection…');
    await workbench.answer('URL of the NATS server', stage.url);
    await workbench.quickInput.getByText('Credentials File').waitFor();
    await stage.size(900, 480);
    await stage.picture('connections');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Escape');
  });

  it('show many keys as one document', async () => {
    await workbench.chooseFromMenu('feature-flags', 'Open as One Document');
    await workbench.page.locator('.view-line', { hasText: 'suggestions' }).first().waitFor();
    const line = workbench.page.locator('.view-line', { hasText: '"maintenance"' });
    await line.getByText('false').dblclick();
    await workbench.type('true');
    await workbench.page.keyboard.press('ControlOrMeta+Home');
    await workbench.page.locator('.codelens-decoration', { hasText: 'Save' }).waitFor();
    await stage.size(1060, 480);
    await stage.picture('many-keys');
    await giveUp('File: Revert File');
  });

  it('show what an assistant proposes, and asks to write', async () => {
    await workbench.runCommand('NATS KV: Copy MCP Server Address and Token');
    await workbench.notification('Address and token copied').waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
    const client = await connectAgent(
      await workbench.page.evaluate('navigator.clipboard.readText()'),
    );
    const inFlags = { bucket: 'feature-flags' };
    const call = async (name: string, input: object) => {
      const { content } = await client.callTool({ name, arguments: { ...inFlags, ...input } });
      const [{ text }] = content as [{ text: string }];
      return JSON.parse(text) as { readonly version: string };
    };
    const key = 'search.suggestions';
    const { version } = await call('readKey', { key });
    const text = JSON.stringify({ enabled: true, rollout: 0.5, groups: ['beta'] });
    const changes = [
      { key, text, version },
      { key: 'maintenance', text: 'true' },
    ];
    await call('proposeValue', { changes });
    await workbench.page.locator('.codelens-decoration', { hasText: '2 changed' }).waitFor();
    const put = call('putKey', { key, text, version }).catch(() => undefined);
    await workbench.dialog.getByText(`An assistant wants to store ${key}`).waitFor();
    await stage.size(1060, 480);
    await stage.picture('assistants');
    await workbench.page.keyboard.press('Escape');
    await put;
    await client.close();
    await giveUp('File: Revert File');
  });

  it('show what an import would write', async () => {
    const flags = {
      'checkout.gift-cards': { enabled: false, rollout: 0 },
      'checkout.express': { enabled: true, rollout: 0.1 },
      'search.suggestions': { enabled: true, rollout: 1 },
      maintenance: 'true',
    };
    await writeFile(join(stage.folder, 'flags.json'), JSON.stringify(flags));
    await workbench.chooseFromMenu('feature-flags', 'Import into Bucket…');
    await workbench.pick('File…');
    await workbench.chooseFile(join(stage.folder, 'flags.json'), /^(OK|Import)$/);
    await workbench.pick('Objects Are Values');
    await workbench.answer('Put before each key', '');
    await workbench.pick('Keys as They Are');
    await workbench.pick('Overwrite');
    await workbench.page.getByRole('button', { name: /Write \d Keys/ }).waitFor();
    await stage.size(1060, 480);
    await stage.picture('import');
  });

  it('show a folder that is synchronised', async () => {
    await workbench.runCommand('NATS KV: Pull from Bucket…');
    const report = workbench.page.locator('.view-line', { hasText: 'done, 0 skipped' });
    await eventually(async () => {
      const pull = workbench.page.getByRole('button', { name: /Pull \d+ Keys/ }).first();
      await pull.click({ timeout: 2_000 }).catch(() => undefined);
      await report.waitFor({ timeout: 3_000 });
    });
    await changeBothSides();
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('View: Show Explorer');
    const files = workbench.page.locator('.explorer-folders-view');
    for (const name of ['config', 'checkout']) {
      const folder = files.locator('.monaco-list-row', { hasText: name }).first();
      if ((await folder.getAttribute('aria-expanded')) !== 'true') {
        await folder.click();
      }
    }
    const changed = files.locator('[aria-label*="limits.json"][aria-label*="Changed here"]');
    await changed.first().waitFor({ state: 'attached' });
    await workbench.runCommand('NATS KV: Push to Bucket…');
    await workbench.pick('Leave Them').catch(() => undefined);
    await workbench.page.getByRole('button', { name: /Push \d File/ }).waitFor();
    await stage.size(1060, 520);
    await stage.picture('sync');
  });

  it('show the whole, and what changes live', async () => {
    await workbench.expand('SHOP_ORDERS');
    await openKey('SHOP_ORDERS', 'orders.eu.42');
    await workbench.chooseFromMenu('SHOP_ORDERS', 'Watch Keys…');
    await workbench.answer('Which keys', '>');
    await workbench.pick('Updates only');
    await workbench.webview.locator('.watch.live').waitFor();
    await ship('new');
    await workbench.webview.locator('.row', { hasText: 'orders.eu.14' }).waitFor();
    await workbench.runCommand('NATS KV: Clear Live');
    await ship('packed');
    await workbench.webview.locator('.row', { hasText: 'orders.eu.14' }).waitFor();
    await stage.size(1100, 700);
    await stage.picture('whole');
    await orders.delete('orders.ap.12');
    await ship('shipped');
    await workbench.runCommand('View: Toggle Maximized Panel');
    await withoutSideBar(async () => {
      await stage.size(1000, 440);
      await stage.picture('live');
    });
  });
});

/** A client of the MCP server, by what is copied for one. */
async function connectAgent(copied: unknown): Promise<Client> {
  const servers = JSON.parse(String(copied)) as {
    readonly 'nats-kv': { readonly url: string; readonly headers: Record<string, string> };
  };
  const { url, headers } = servers['nats-kv'];
  const client = new Client({ name: 'assistant', version: '1.0.0' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  );
  return client;
}

function bucket(name: string): Promise<KV> {
  return stage.client.jetstream().views.kv(name);
}

async function put(key: string, value: object): Promise<void> {
  await orders.put(key, encode(value));
}

async function ship(status: string): Promise<void> {
  for (const number of [3, 17, 5, 8, 11, 14]) {
    await put(`orders.eu.${number}`, { ...order('eu', number), status });
  }
}

/** One file that was changed here, one key that was changed there, and one of both. */
async function changeBothSides(): Promise<void> {
  const folder = join(stage.folder, 'config', 'checkout');
  await mkdir(folder, { recursive: true });
  const limits = { requestsPerSecond: 400, burst: 80, blocked: [] };
  await writeFile(join(folder, 'limits.json'), `${JSON.stringify(limits, undefined, 2)}\n`);
  const config = await bucket('app-config');
  await config.put('checkout.http.retries', encode('5'));
}

async function openKey(inBucket: string, key: string): Promise<void> {
  await workbench.runCommand('NATS KV: Go to Key…');
  await workbench.quickInput.locator('input').fill(key);
  const first = workbench.quickInput.locator('.monaco-list-row.focused', { hasText: inBucket });
  await first.filter({ hasText: key }).waitFor();
  await workbench.page.keyboard.press('Enter');
  await workbench.tab(key).waitFor();
}

/** Opens the view that `collapseView` has closed. */
async function showHistory(): Promise<void> {
  await workbench.sideBar.locator('.pane-header', { hasText: 'History' }).click();
}

async function fold(label: string): Promise<void> {
  await workbench.row(label).locator('.monaco-tl-twistie').click();
}

/** Ends what is unsaved in the active editor, so that it can be closed. */
async function giveUp(command: string): Promise<void> {
  await workbench.runCommand(command);
  const dirty = workbench.page.locator('.tabs-container .tab.dirty');
  await dirty.first().waitFor({ state: 'detached' });
}

/** Opens a row until the one below it is there. */
async function expand(view: Locator, name: RegExp, below: RegExp): Promise<void> {
  const inner = view.getByRole('treeitem', { name: below }).first();
  await eventually(async () => {
    if (!(await inner.isVisible())) {
      await view.getByRole('treeitem', { name }).first().click({ timeout: 2_000 });
    }
    await inner.waitFor({ timeout: 2_000 });
  });
}

async function withoutSideBar(act: () => Promise<void>): Promise<void> {
  const toggle = 'View: Toggle Primary Side Bar Visibility';
  await workbench.runCommand(toggle);
  await workbench.page.mouse.move(500, 0);
  await act();
  await workbench.runCommand(toggle);
}
