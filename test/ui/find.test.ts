import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import { themes, type Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let orders: KV;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  const { views } = other.jetstream();
  orders = await views.kv('SHOP_ORDERS');
  const flags = await views.kv('flags');
  const puts: Promise<unknown>[] = [];
  for (let number = 1; number <= 400; number++) {
    const region = ['eu', 'us', 'apac'][number % 3] ?? '';
    const order = { id: number, status: number % 40 === 0 ? 'refunded' : 'paid', region };
    const text = JSON.stringify(order, undefined, 2);
    puts.push(orders.put(`orders.${region}.${number}`, codec.encode(text)));
  }
  puts.push(flags.put('checkout.beta', codec.encode('true')));
  puts.push(orders.put('notes', codec.encode('the order of a customer\nwas refunded twice\n')));
  await Promise.all(puts);
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
  await workbench.row('SHOP_ORDERS').waitFor();
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** The rows of the open pick that are rendered, without their descriptions. One is for measuring only. */
async function picks(): Promise<string[]> {
  const names = await workbench.quickInput
    .locator('.quick-input-list-row .label-name')
    .allTextContents();
  return names.filter((name) => name !== '');
}

function title(): Locator {
  return workbench.quickInput.locator('.quick-input-title');
}

async function goTo(text: string): Promise<void> {
  await workbench.runCommand('NATS KV: Go to Key…');
  await workbench.quickInput.locator('input').fill(text);
}

const ways = ['Match Case', 'Match Whole Word', 'Regular Expression', 'JSON Path'] as const;

/** Opens Find in Values on a row of the tree and types what to look for, in no way but this one. */
async function openFind(row: string, way: (typeof ways)[number] | undefined, text: string) {
  await workbench.chooseFromMenu(row, 'Find in Values…');
  await workbench.quickInput.locator('input').fill(text);
  for (const each of ways) {
    const option = workbench.quickInput.getByRole('option', {
      name: new RegExp(`${each}, o(n|ff)`),
    });
    // The rows are drawn anew after each.
    await eventually(async () => {
      const isOn = async () =>
        (await option.getAttribute('aria-label', { timeout: 5_000 }))?.includes(`${each}, on`);
      if ((await isOn()) !== (each === way)) {
        await option.click({ timeout: 5_000 });
      }
      await eventually(async () => (await isOn()) === (each === way), { timeoutMs: 5_000 });
    });
  }
}

/** Runs Find in Values on a row of the tree. */
async function find(
  row: string,
  way: (typeof ways)[number] | undefined,
  text: string,
): Promise<void> {
  await openFind(row, way, text);
  await workbench.take(workbench.quickInput.getByRole('option', { name: /Find / }).first());
}

async function cursor(): Promise<string> {
  return workbench.page.locator('.statusbar-item', { hasText: /^Ln / }).innerText();
}

/** One long story: each step goes on where the one before ended. */
describe('finding', () => {
  it('lists the best keys of all buckets as one types, with a preview of the value', async () => {
    await goTo('oeu4');
    await eventually(async () => {
      expect((await picks())[0]).toBe('orders.eu.42');
    });
    await workbench.quickInput.getByText('SHOP_ORDERS · local').first().waitFor();
    await workbench.quickInput.getByText('53 of 402 keys').waitFor();
    await title().getByText('52 B · { "id": 42, "status": "paid", "region": "eu" }').waitFor();
    await workbench.shot('77-find-go-to-key');
  });

  it('says when no key matches', async () => {
    await workbench.quickInput.locator('input').fill('nothing like it');
    await eventually(async () => {
      expect(await picks()).toEqual(['No key matches.']);
    });
    await workbench.shot('77-find-go-to-key-none');
    await workbench.page.keyboard.press('Escape');
  });

  it('opens the key that was chosen by keyboard', async () => {
    await goTo('checkout');
    await eventually(async () => expect(await picks()).toHaveLength(1));
    await workbench.enter('checkout.beta');
    await workbench.tab('checkout.beta').waitFor();
  });

  it('reveals a key in the tree, where nothing was expanded', async () => {
    await goTo('orders.apac.101');
    await eventually(async () => expect((await picks())[0]).toBe('orders.apac.101'));
    const found = workbench.quickInput
      .locator('.monaco-list-row')
      .filter({ hasText: 'orders.apac.101' });
    await eventually(async () => {
      if (await found.isVisible()) {
        await found.hover({ timeout: 5_000 });
        await found.locator('.codicon-list-tree').click({ timeout: 5_000 });
      }
      await found.waitFor({ state: 'hidden', timeout: 3_000 });
    });
    await workbench.sideBar.locator('.monaco-list-row.selected', { hasText: '101' }).waitFor();
    await workbench.shot('77-find-revealed');
  });

  it('shows what values contain a text, by bucket and key', async () => {
    const tree = workbench.sideBar.locator('.monaco-list').first();
    await eventually(async () => {
      await tree.hover({ timeout: 5_000 });
      await workbench.page.mouse.wheel(0, -5_000);
      await tree.locator('.monaco-list-row[data-index="0"]').waitFor({ timeout: 2_000 });
    });
    await openFind('SHOP_ORDERS', undefined, 'refunded');
    await workbench.shot('78-find-box');
    await workbench.enter('Find "refunded"');
    await workbench.sideBar.locator('.pane-header', { hasText: 'Find Results' }).waitFor();
    await workbench.row('was refunded twice').waitFor();
    await workbench.shot('78-find-results');
    const marked = workbench.row('was refunded twice').locator('.highlight');
    expect(await marked.innerText()).toBe('refunded');
  });

  it('opens a value at the match', async () => {
    await workbench.click('was refunded twice');
    await workbench.tab('notes').waitFor();
    await eventually(async () => expect(await cursor()).toBe('Ln 2, Col 13 (8 selected)'));
    await workbench.shot('78-find-opened');
  });

  it('finds again what has changed since, and clears', async () => {
    await orders.put('notes', codec.encode('settled'));
    await workbench.runCommand('NATS KV: Find Again');
    await workbench.row('was refunded twice').waitFor({ state: 'detached' });
    await workbench.row('"status": "refunded",').waitFor();
    await workbench.runCommand('NATS KV: Clear Results');
    await workbench.sideBar
      .locator('.pane-header', { hasText: 'Find Results' })
      .waitFor({ state: 'detached' });
  });

  it('follows a JSON path', async () => {
    await find('SHOP_ORDERS', 'JSON Path', '$.id == 42');
    await workbench.row('"id": 42,').waitFor();
    await workbench.shot('78-find-json-path');
  });

  it('shows what replacing would change before it is done, and what became of it', async () => {
    await find('SHOP_ORDERS', undefined, 'refunded');
    await workbench.row('"status": "refunded",').first().waitFor();
    // A search that is under way has found a part only.
    await workbench.sideBar.getByText(/"refunded" in .* in 10 keys/).waitFor();
    await workbench.runCommand('NATS KV: Replace All Results…');
    await workbench.answer('what would change is shown first', 'returned');
    await workbench.tab('Replace in Values.diff').waitFor();
    await workbench.page.getByRole('button', { name: 'Replace in 10 keys' }).waitFor();
    await workbench.shotInThemes('78-find-plan');

    await workbench.page.getByRole('button', { name: 'Replace in 10 keys' }).click();
    await workbench.page.locator('.view-line', { hasText: '10 replaced, 0 skipped' }).waitFor();
    await workbench.shotInThemes('78-find-report');
    const order = await orders.get('orders.us.40');
    expect(order?.string()).toContain('"status": "returned"');
    await workbench.runCommand('View: Close Editor');
  });

  it('is readable in every theme', async () => {
    await openFind('SHOP_ORDERS', 'JSON Path', '$.status == "paid"');
    await workbench.page.keyboard.press('Escape');
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await openFind('SHOP_ORDERS', 'JSON Path', '$.status == "paid"');
      await workbench.shot(`78-find-box-${name}`);
      await workbench.page.keyboard.press('Escape');
    }
    await workbench.setTheme('Dark Modern');
  });

  it('says that nothing was found', async () => {
    await find('SHOP_ORDERS', 'Regular Expression', 'refunded\\d');
    await workbench.notification('No value of SHOP_ORDERS matches /refunded\\d/i').waitFor();
    await workbench.shot('78-find-none');
  });

  it('shows only the keys that a filter lets through, until it is cleared', async () => {
    await workbench.chooseFromMenu('SHOP_ORDERS', 'Filter Keys…');
    await workbench.quickInput.locator('input').fill('orders.*.4>');
    await workbench.quickInput.getByText(/Not a filter: .* \(character 11\)/).waitFor();
    await workbench.shot('79-find-filter-problem');
    await workbench.quickInput.locator('input').fill('*.eu.>');
    await workbench.pick('*.eu.>');
    const bucket = workbench.row('SHOP_ORDERS');
    await workbench.expand('SHOP_ORDERS');
    await bucket.filter({ hasText: '*.eu.>' }).filter({ hasText: '133 keys' }).waitFor();
    await workbench.shot('79-find-filtered');
    await bucket.hover();
    await bucket.getByRole('button', { name: 'Clear Filter' }).click();
    await workbench.row('SHOP_ORDERS').filter({ hasText: '401 keys' }).waitFor();
  });
});
