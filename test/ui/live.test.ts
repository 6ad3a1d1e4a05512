import axe, { type AxeResults } from 'axe-core';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { startProxy, type Proxy } from '../support/proxy';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
/** Between the extension and the server, to keep the link away for longer than the server is. */
let proxy: Proxy;
let other: NatsConnection;
let bucket: KV;
let workbench: Workbench;
const violations: string[] = [];

beforeAll(async () => {
  server = await startNatsServer();
  proxy = await startProxy(server.port);
  other = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  bucket = await other.jetstream().views.kv('SHOP_ORDERS', { history: 5 });
  await other.jetstream().views.kv('flags');
  workbench = await openWorkbench({
    connections: [{ name: 'local', url: proxy.url }],
    settings: { 'natsKv.live.maxEntries': 2_000 },
  });
  workbench.page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  proxy?.stop();
  await server?.stop();
});

pictureFailures(() => workbench);

function panel(): FrameLocator {
  return workbench.webview;
}

/** The rows of the panel whose text contains `text`. */
function rows(text: string): Locator {
  return panel().locator('.row', { hasText: text });
}

async function put(key: string, value: string | object): Promise<number> {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return bucket.put(key, codec.encode(text));
}

/** What of an element of a page is looked at here. */
interface Scrolled {
  readonly scrollHeight: number;
  readonly scrollTop: number;
  readonly clientHeight: number;
}

/** The share of the list that is below what is in view; 0 at the end. */
function below(): Promise<number> {
  return panel()
    .locator('.rows')
    .evaluate((list: Scrolled) => list.scrollHeight - list.scrollTop - list.clientHeight);
}

function footer(): Promise<string> {
  return panel().locator('footer').innerText();
}

/** Changes a second: of the watch, and the most that the plot shows. */
async function shownRates(): Promise<{ readonly rate: number; readonly most: number }> {
  const text = await panel().locator('main').innerText();
  const numberIn = (pattern: RegExp) => Number(pattern.exec(text)?.[1]?.replaceAll(',', ''));
  return { rate: numberIn(/([\d,]+)\/s/), most: numberIn(/up to ([\d,]+)\/s/) };
}

async function followNewest(): Promise<void> {
  await panel().locator('.rows').focus();
  await workbench.page.keyboard.press('End');
}

/** Drags the upper border of the panel. */
async function raise(by: number): Promise<void> {
  const { x = 0, y = 0 } = (await workbench.page.locator('.part.panel').boundingBox()) ?? {};
  const { mouse } = workbench.page;
  await mouse.move(x + 100, y - 3);
  await mouse.down();
  await mouse.move(x + 100, y - by, { steps: 4 });
  await mouse.up();
}

/** One long story: each step goes on where the one before ended. */
describe('the Live view', () => {
  it('opens with a watch of the bucket that was chosen', async () => {
    await workbench.row('SHOP_ORDERS').waitFor();
    await workbench.chooseFromMenu('SHOP_ORDERS', 'Watch Keys…');
    await workbench.answer('Which keys', '>');
    await workbench.pick('Updates only');

    await panel().locator('.watch', { hasText: 'local › SHOP_ORDERS' }).waitFor();
    await panel().locator('.watch.live').waitFor();
    await panel().getByText('Waiting for changes…').waitFor();
    await workbench.shot('59-live-low');
    await raise(200);
    await workbench.shot('60-live-empty');
  });

  it('shows what changed in a JSON value, without a refresh', async () => {
    await put('orders.eu.42', { id: 42, status: 'new', total: 12.5 });
    await put('orders.eu.42', { id: 42, status: 'paid', total: 12.5 });
    await bucket.delete('orders.eu.42');

    await rows('status "new" -> "paid"').waitFor();
    await rows('delete').waitFor();
    expect(await footer()).toBe('3 of 3 changes');
    await workbench.shot('61-live-json');
  });

  it('expands to the whole difference with the value before', async () => {
    await rows('status "new" -> "paid"').first().click();

    const detail = panel().locator('.detail');
    await detail.getByText('compared with r1').waitFor();
    await detail.locator('.line.removed', { hasText: '"status": "new",' }).waitFor();
    await detail.locator('.line.added', { hasText: '"status": "paid",' }).waitFor();
    await workbench.shot('62-live-expanded');
  });

  it('opens the value at that revision', async () => {
    await panel().locator('.detail vscode-button', { hasText: 'Open r2' }).click();

    await workbench.tab('orders.eu.42@r2').waitFor();
    await eventually(async () => expect(await workbench.editorText()).toMatch(/"status": ?"paid"/));
    await panel().locator('.row').first().click();
    await panel().locator('.row.active').click();
  });

  it('only shows a hostile value', async () => {
    await followNewest();
    const hostile = [
      `<img src=x onerror="document.title='hit'">`,
      `</script><script>document.title='hit'</script>`,
      `\u202egnp.exe\u202c \u200f`,
      'x'.repeat(1_000_000),
    ];
    for (const [at, value] of hostile.entries()) {
      await put(`hostile.${at}`, value);
    }
    await bucket.put('hostile.nul', new Uint8Array([65, 0, 66]));
    await put('hostile.json', { '<b>k</b>': '<img src=x onerror=alert(1)>' });
    await put('hostile.json', { '<b>k</b>': '</script>' });

    await rows('onerror="document.title=').waitFor();
    await rows("</script><script>document.title='hit'</script>").waitFor();
    await rows('\\u202egnp.exe\\u202c \\u200f').waitFor();
    await rows('976.6 KiB').waitFor();
    await rows('binary, 3 B').waitFor();
    await rows('["<b>k</b>"] "<img src=x onerror=alert(1)>" -> "</script>"').waitFor();
    for (const key of ['hostile.0', 'hostile.3', 'hostile.nul']) {
      await rows(key).first().click();
      await panel().locator('.detail', { hasText: key }).locator('.actions').waitFor();
    }
    expect(await panel().locator('.rows img, .rows script, .rows b').count()).toBe(0);
    expect(await panel().locator('html').evaluate('document.title')).not.toBe('hit');
    await workbench.shot('63-live-hostile');
  });

  it('follows the newest, stops when one scrolls up, and says how many are new', async () => {
    await followNewest();
    for (let number = 0; number < 60; number++) {
      await put(`burst.${number}`, { number });
    }
    await rows('burst.59').waitFor();
    await eventually(async () => expect(await below()).toBeLessThan(3));

    // Rows that are just being drawn take the list to its end once more.
    await eventually(async () => {
      await panel().locator('.rows').hover();
      await workbench.page.mouse.wheel(0, -400);
      await panel().locator('.jump').waitFor({ timeout: 2_000 });
    });
    await put('late.1', '1');
    await put('late.2', '2');
    await panel().locator('.jump', { hasText: '2 new' }).waitFor();
    expect(await below()).toBeGreaterThan(100);
    expect(await rows('late.2').count()).toBe(0);
    await workbench.shot('64-live-scrolled-up');

    await panel().locator('.jump').click();
    await rows('late.2').waitFor();
    await eventually(async () => expect(await below()).toBeLessThan(3));
  });

  it('keeps counting while it is paused and shows it afterwards', async () => {
    await panel().getByRole('button', { name: 'Pause local › SHOP_ORDERS' }).click();
    await panel().locator('.watch', { hasText: 'paused, 0 waiting' }).waitFor();
    await put('while.paused', '1');
    await panel().locator('.watch', { hasText: 'paused, 1 waiting' }).waitFor();
    expect(await rows('while.paused').count()).toBe(0);

    await panel().getByRole('button', { name: 'Resume local › SHOP_ORDERS' }).click();
    await rows('while.paused').waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    await panel().locator('.rows').focus();
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.page.keyboard.press('ArrowUp');
    const active = panel().locator('.row.active');
    await active.waitFor();
    const id = await active.getAttribute('id');
    expect(await panel().locator('.rows').getAttribute('aria-activedescendant')).toBe(id);
    await workbench.page.keyboard.press('Enter');
    await panel().locator('.row.active[aria-expanded="true"]').waitFor();
    await workbench.page.keyboard.press('ArrowLeft');
    await panel().locator('.row.active[aria-expanded="false"]').waitFor();
    const key = (await active.locator('.key').textContent())?.trim() ?? '';
    await workbench.page.keyboard.press('Control+Enter');
    await workbench.tab(key).waitFor();
    await workbench.shot('66b-live-to-side');
    await workbench.runCommand('View: Close Editor');
    await panel().locator('.rows').focus();
    await workbench.page.keyboard.press('End');
    await eventually(async () => expect(await panel().locator('.jump').count()).toBe(0));
  });

  it('filters by text, key and condition, and says what is wrong with one', async () => {
    const field = (label: string) => panel().locator(`vscode-textfield[label^="${label}"] input`);
    await field('Filter by text').fill('PAID');
    await eventually(async () => expect(await panel().locator('.row').count()).toBe(1));
    await rows('status "new" -> "paid"').waitFor();

    await field('Filter by text').fill('');
    await panel().getByRole('button', { name: 'More Filters and Highlights' }).click();
    await field('Condition').fill('value.number >= 58');
    await eventually(async () => expect(await panel().locator('.row').count()).toBe(2));
    await workbench.shot('65-live-filter');
    await field('Condition').fill('value.number >=');
    await panel().locator('.problem').waitFor();
    await field('Condition').fill('');
    await field('Key pattern').fill('while.*');
    await eventually(async () => expect(await panel().locator('.row').count()).toBe(1));
    await field('Key pattern').fill('');
  });

  it('points out what meets a rule and notifies of it', async () => {
    await panel().locator('vscode-button', { hasText: 'Add Highlight' }).click();
    // Without a click into it: it has the focus.
    await panel()
      .locator('.rule vscode-textfield[focused], .rule vscode-textfield:focus-within')
      .waitFor();
    await workbench.page.keyboard.type('key matches jobs.> and value.status == "failed"');
    await panel().locator('.rule vscode-checkbox').click();
    // What is typed reaches the extension a moment later.
    await eventually(async () => {
      await put('jobs.1', { status: 'failed' });
      await workbench.notification('jobs.1 in SHOP_ORDERS').first().waitFor({ timeout: 500 });
    });
    await rows('jobs.1').and(panel().locator('.marked')).last().waitFor();
    await workbench.shot('66-live-rule');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await panel().getByRole('button', { name: 'More Filters and Highlights' }).click();
  });

  it('counts every change of a burst and groups them by key', async () => {
    await followNewest();
    // Behind all that was put before.
    await put('before.load', '1');
    await rows('before.load').first().waitFor();
    const before = Number((await footer()).match(/of ([\d,]+)/)?.[1]?.replace(',', ''));
    const risen = eventually(async () => {
      const rates = await shownRates();
      expect(rates.rate).toBeGreaterThan(100);
      return rates;
    });
    // No more of a key than its history holds: what that drops before it is delivered is not told.
    const puts = Array.from({ length: 3_000 }, (_, at) => put(`load.${at % 750}`, { n: at }));
    await Promise.all(puts);
    const wanted = (before + 3_000).toLocaleString('en');
    await eventually(async () => expect(await footer()).toContain(`of ${wanted} changes`));
    expect(await footer()).toMatch(/fell off/);
    const { rate, most } = await risen;
    expect(most).toBeGreaterThanOrEqual(rate);
    await Promise.all(Array.from({ length: 40 }, (_, at) => put(`hot.${at % 10}`, { n: at })));
    await panel().locator('.badge', { hasText: '×' }).first().waitFor();
    await workbench.shot('66-live-burst');
  });

  it.each([
    ['Light Modern', 'light'],
    ['Dark High Contrast', 'high-contrast'],
    ['Dark Modern', 'dark'],
  ] as const)('is readable in %s', async (theme, name) => {
    await workbench.setTheme(theme);
    // Right after a burst the rows are still grouped by key.
    await eventually(async () => {
      for (let number = 0; number < 8; number++) {
        await put('orders.eu.42', { id: 42, status: number % 2 ? 'paid' : 'new', total: number });
      }
      await bucket.purge('orders.eu.7');
      await rows('total 6 -> 7').first().waitFor({ timeout: 1500 });
    });
    await workbench.shot(`67-live-${name}`);
    expect(await seriousFindings()).toEqual([]);
  });

  it('says since when it is stale, and shows what happened during an outage as caught up', async () => {
    proxy.refuse();
    await server.kill9();
    await panel().locator('.watch.stale', { hasText: 'stale since' }).waitFor();
    await workbench.shot('69-live-stale');
    await server.restart();
    await eventually(async () => void (await put('during.outage', '1')));
    await proxy.accept();

    await rows('during.outage').filter({ hasText: 'caught up' }).first().waitFor();
    await panel().locator('.watch.live').waitFor();
    const outage = panel().locator('.row.outage');
    await outage
      .filter({
        hasText: /^\s*disconnected [\d:]+.*, resumed [\d:]+.* at r\d+, \d+ changes? caught up/,
      })
      .waitFor();
    await workbench.shot('70-live-back');
  });

  it('has a menu for each row', async () => {
    const menu = workbench.page.locator('.context-view .action-label');
    const row = rows('during.outage').first();
    await workbench.openMenu(row, 'Filter by This Key');
    await workbench.shot('71-live-menu');
    expect(await menu.allInnerTexts()).toEqual(
      expect.arrayContaining([
        'Open Key',
        'Open This Revision',
        'History',
        'Copy Key',
        'Copy Value',
      ]),
    );
    await eventually(async () => {
      const entry = await workbench.openMenu(row, 'Filter by This Key');
      await entry.click({ delay: 150, timeout: 3_000 });
      await panel()
        .locator('.filter-facts', { hasText: 'during.outage' })
        .waitFor({ timeout: 5_000 });
    });
    await workbench.shot('71-live-filtered');
    await panel().getByRole('button', { name: 'More Filters and Highlights' }).click();
    await panel().locator('vscode-textfield[label^="Key pattern"] input').fill('');
  });

  it('stops a watch and keeps what it has told', async () => {
    await panel().getByRole('button', { name: 'Stop local › SHOP_ORDERS' }).click();
    await eventually(async () => expect(await panel().locator('.watch').count()).toBe(0));
    await rows('during.outage').first().waitFor();
  });

  it('breaks no rule of its content security policy', () => {
    expect(violations).toEqual([]);
  });
});

/** What axe-core finds in the page that keeps somebody from using it. */
async function seriousFindings(): Promise<string[]> {
  const body = panel().locator('body');
  await body.evaluate(`${axe.source}; undefined`);
  // The page is transparent and axe sees nothing of what lies behind its frame: the panel.
  await body.evaluate(
    `document.body.style.background = getComputedStyle(document.documentElement)
      .getPropertyValue('--vscode-panel-background')`,
  );
  const found: unknown = await body.evaluate(
    'axe.run(document).then(({ violations }) => violations)',
  );
  await body.evaluate(`document.body.style.background = ''`);
  return (found as AxeResults['violations'])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
