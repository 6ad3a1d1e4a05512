import axe, { type AxeResults } from 'axe-core';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillBucket } from '../support/fillBucket';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import { themes, type Workbench } from './workbench';

const codec = StringCodec();
/** A large bucket is listed, and a window loaded again, in its own time on a machine that is busy. */
const patient = { timeout: 300_000 };
const million = 1_000_000;
const millionRead = { timeout: 480_000 };

let server: NatsServer;
let other: NatsConnection;
let orders: KV;
let workbench: Workbench;
const violations: string[] = [];

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  orders = await other.jetstream().views.kv('SHOP', { history: 5 });
  const states = ['open', 'paid', 'sent'];
  for (let number = 1; number <= 300; number++) {
    const order = {
      total: (number * 7919) % 1000,
      status: states[number % 3],
      customer: { name: `Customer ${number}` },
      paid: number % 2 === 0,
      at: new Date(Date.UTC(2026, 0, 1 + (number % 90))).toISOString(),
    };
    await orders.put(`orders.${number}`, codec.encode(JSON.stringify(order, undefined, 1)));
  }
  await fillBucket(server.url, {
    ...{ name: 'million', keys: million, revisions: 1 },
    // The factor has nothing in common with the prime: no two are the same, from 0 on.
    textOf: (at) => JSON.stringify({ total: (at * 7919) % 1_000_003, status: states[at % 3] }),
  });
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  workbench.page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  await workbench.openContainer('NATS KV');
}, 600_000);

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

function page(): FrameLocator {
  return workbench.webview;
}

function grid(): Locator {
  return page().getByRole('grid');
}

function header(name: string): Locator {
  return page().getByRole('columnheader', { name });
}

async function stored(key: string): Promise<string> {
  const entry = await orders.get(key);
  return codec.decode(entry?.value ?? new Uint8Array());
}

/** The texts of a column as they stand in view, from the top. */
async function column(name: string, most: number): Promise<string[]> {
  const at = await header(name).first().getAttribute('aria-colindex');
  const cells = page().locator(`.row [aria-colindex="${at}"]`);
  return (await cells.allInnerTexts()).slice(0, most).map((text) => text.trim());
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
describe('the table of a bucket', () => {
  it('has a row for each key and columns of what the values have', async () => {
    await workbench.row('SHOP').waitFor();
    await workbench.chooseFromMenu('SHOP', 'Open as Table');
    await header('value.total').waitFor();
    await page().getByText('300 keys').waitFor();
    await expect.poll(() => column('Key', 3)).toEqual(['orders.1', 'orders.2', 'orders.3']);
    await expect.poll(() => column('value.customer.name', 2)).toEqual(['Customer 1', 'Customer 2']);
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await grid().focus();
      await workbench.shot(`170-table-${name}`);
      expect(await seriousFaults()).toEqual([]);
    }
  });

  it('is ordered by a column of the values, and the other way round', async () => {
    await header('value.total').click();
    await expect.poll(() => header('value.total').getAttribute('aria-sort')).toBe('ascending');
    await expect.poll(() => column('value.total', 3)).toEqual(['3', '6', '9']);
    await header('value.total').click();
    await expect.poll(() => column('value.total', 1)).toEqual(['996']);
    await workbench.shot('171-table-sorted-by-value');
  });

  it('shows what meets a condition', async () => {
    const filter = page().getByRole('textbox').first();
    await filter.fill('value.total > 900 && value.status == "paid" && age < 1h');
    await expect.poll(() => page().locator('footer .count').innerText()).not.toBe('300 keys');
    await expect
      .poll(async () => new Set(await column('value.status', 100)))
      .toEqual(new Set(['paid']));
    await workbench.shot('172-table-filtered');
    await filter.fill('value.total >');
    await page().getByRole('alert').waitFor();
    await filter.fill('');
    await page().getByText('300 keys').waitFor();
    await page().getByRole('alert').waitFor({ state: 'detached' });
  });

  it('sums up and copies what is selected', async () => {
    await header('Key').click();
    await expect.poll(() => column('Key', 1)).toEqual(['orders.1']);
    await page().locator('.row [aria-colindex="2"]').first().click();
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await page().getByText('3 rows · 3 numbers').waitFor();
    await workbench.shot('173-table-selection');
  });

  it('edits one place of a value, and nothing else of it', async () => {
    const total = page().locator('.row [aria-colindex="2"]').first();
    const before = await stored('orders.1');
    await total.click();
    await workbench.page.keyboard.press('F2');
    await page().locator('input.edit').fill('1234.50');
    await workbench.page.keyboard.press('Enter');
    const after = before.replace(/"total": 919/, '"total": 1234.50');
    expect(after).not.toBe(before);
    await expect.poll(() => stored('orders.1')).toBe(after);
    await expect.poll(() => column('value.total', 1)).toEqual(['1234.50']);
    await page().getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stored('orders.1')).toBe(before);
  });

  it('shows both sides of a conflict in the cell', async () => {
    await page().locator('.row [aria-colindex="2"]').nth(1).click();
    await workbench.page.keyboard.press('F2');
    await page().locator('input.edit').fill('77');
    await orders.put('orders.2', codec.encode('{"total":55,"status":"foreign"}'));
    await workbench.page.keyboard.press('Enter');
    const sides = page().getByRole('group', { name: 'Changed meanwhile' });
    await sides.getByText('55').waitFor();
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`174-table-conflict-${name}`);
      expect(await seriousFaults()).toEqual([]);
    }
    await sides.getByRole('button', { name: 'Overwrite' }).click();
    await expect.poll(() => stored('orders.2')).toBe('{"total":77,"status":"foreign"}');
  });

  it('shows the value of a row, whose fields become columns', async () => {
    await page().locator('.row [aria-colindex="1"]').first().click();
    await workbench.page.keyboard.press('Space');
    const tree = page().getByRole('tree');
    await tree.getByRole('treeitem', { name: 'customer' }).first().waitFor();
    await tree.focus();
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await tree.focus();
      await workbench.shot(`177-table-value-${name}`);
      expect(await seriousFaults()).toEqual([]);
    }
    const at = tree.locator('[title="value.at"]');
    const isColumn = await at.getAttribute('aria-checked');
    await at.click();
    await expect.poll(() => at.getAttribute('aria-checked')).not.toBe(isColumn);
    await at.click();
    await expect.poll(() => at.getAttribute('aria-checked')).toBe(isColumn);
    await tree.focus();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Escape');
    await tree.waitFor({ state: 'detached' });
  });

  it('changes several rows at once, after it has shown what would become of each', async () => {
    await page().locator('.row [aria-colindex="2"]').nth(2).click();
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.page.keyboard.type('12');
    await page().getByText('in 3 rows').waitFor();
    await workbench.shot('178-table-many-typed');
    await workbench.page.keyboard.press('Enter');
    const carryOut = workbench.page.getByText('Change 3 keys', { exact: true });
    await carryOut.last().waitFor();
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`179-table-dry-run-${name}`);
    }
    await workbench.runCommand('NATS KV: Carry Out Plan');
    await expect.poll(() => stored('orders.5')).toContain('"total": 12,');
    await workbench.shot('180-table-report');
    await workbench.runCommand('View: Close Editor');
    await expect
      .poll(() => column('value.total', 5))
      .toEqual(expect.arrayContaining(['12']) as string[]);
  });

  it('follows what others do', async () => {
    await page().getByRole('textbox').first().hover();
    await orders.put('orders.0', codec.encode('{"total":1}'));
    await page().getByText('301 keys').waitFor();
    await expect.poll(() => column('Key', 1)).toEqual(['orders.0']);
  });

  it('comes back after the window was loaded again', async () => {
    await workbench.reload();
    await header('value.total').waitFor(patient);
    const connect = page().getByRole('button', { name: 'Connect' });
    await page().getByText('301 keys').or(connect).first().waitFor(patient);
    await workbench.shot('175-table-reloaded');
  });

  it('has a million rows, ordered by any column and scrolled to the end', async () => {
    await workbench.row('million').waitFor(patient);
    await workbench.chooseFromMenu('million', 'Open as Table');
    await page().getByText('1,000,000 keys').waitFor(patient);
    for (const order of ['ascending', 'descending']) {
      await header('Revision').click();
      await expect.poll(() => header('Revision').getAttribute('aria-sort'), patient).toBe(order);
    }
    await expect.poll(() => column('Revision', 1), patient).toEqual(['1,000,000']);
    await grid().focus();
    await workbench.page.keyboard.press('Control+End');
    await expect.poll(() => column('Revision', 100), patient).toContain('1');
    await workbench.shot('176-table-million');
  });

  it('has a million rows in the order of their values, once somebody wants them all read', async () => {
    await header('value.total').click();
    await page().getByText('1,000,000 values to be read').waitFor(patient);
    await page().getByRole('button', { name: 'Read Them' }).click();
    await page().getByText('Reading values:').waitFor(patient);
    await page().getByRole('button', { name: 'Cancel' }).click();
    await page().getByText('Reading was stopped').waitFor();
    await page().getByRole('button', { name: 'Go On' }).click();
    await page().getByRole('progressbar').waitFor();
    await workbench.shot('174-table-million-reading');
    await page()
      .getByRole('progressbar')
      .waitFor({ state: 'hidden', ...millionRead });
    await grid().focus();
    await workbench.page.keyboard.press('Control+Home');
    await expect.poll(() => column('value.total', 3), patient).toEqual(['0', '1', '2']);
    await page().getByRole('textbox').first().hover();
    const bucket = await other.jetstream().views.kv('million');
    await bucket.put('t00.u000.k0000000', codec.encode('{"total":-1}'));
    await expect.poll(() => column('value.total', 3), patient).toEqual(['-1', '1', '2']);
    await workbench.shot('174-table-million-by-value');
    expect(violations).toEqual([]);
  }, 600_000);
});
