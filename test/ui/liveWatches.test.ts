import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
/** Between the extension and the server, to hold back what it hears. */
let proxy: Proxy;
let other: NatsConnection;
let bucket: KV;
let flags: KV;
let workbench: Workbench;
/** Where the browser is after its start. */
let url: string;
let folder: string;

beforeAll(async () => {
  server = await startNatsServer();
  proxy = await startProxy(server.port);
  other = await connect({ servers: server.url });
  bucket = await other.jetstream().views.kv('SHOP_ORDERS', { history: 64 });
  flags = await other.jetstream().views.kv('flags');
  folder = await mkdtemp(join(tmpdir(), 'live-'));
  workbench = await openWorkbench({
    connections: [{ name: 'local', url: proxy.url }],
    folder,
  });
  url = workbench.page.url();
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  proxy?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
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

async function followNewest(): Promise<void> {
  await panel().locator('.rows').focus();
  await workbench.page.keyboard.press('End');
}

/** One long story: each step goes on where the one before ended. */
describe('watches of the Live view', () => {
  it('begin with what is there when that is wanted', async () => {
    await put('orders.eu.1', { id: 1, status: 'new' });
    await workbench.row('SHOP_ORDERS').waitFor();
    await workbench.chooseFromMenu('SHOP_ORDERS', 'Watch Keys…');
    await workbench.answer('Which keys', '>');
    await workbench.pick('Current values, then updates');
    await rows('orders.eu.1').filter({ hasText: 'stored before' }).waitFor();
    await workbench.collapseView('Buckets');
    await put('orders.eu.1', { id: 1, status: 'paid' });
    await rows('status "new" -> "paid"').waitFor();
  });

  it('are exported as NDJSON: what was written, each byte of it', async () => {
    await panel().locator('.rows').hover();
    await workbench.runCommand('NATS KV: Clear Live');
    await eventually(async () => expect(await panel().locator('.row').count()).toBe(0));
    const values = ['{"id":12345678901234567890}', 'line\nline', '\u202e</script>\u0000', ''];
    for (const [at, value] of values.entries()) {
      await put(`export.${at}`, value);
    }
    await bucket.put('export.binary', new Uint8Array([0xff, 0, 0x80]));
    await bucket.delete('export.0');
    await rows('export.0').filter({ hasText: 'delete' }).waitFor();

    await workbench.runCommand('NATS KV: Export Live as NDJSON…');
    await workbench.quickInput.filter({ hasText: 'Export Changes as NDJSON' }).waitFor();
    await workbench.chooseFile(undefined, /^(OK|Save)$/);
    const lines = await eventually(async () => {
      const name = (await readdir(folder)).find((each) => /^live-.*\.ndjson$/.test(each));
      const text = await readFile(join(folder, name ?? ''), 'utf8');
      return text.endsWith('\n') ? text.trimEnd().split('\n') : false;
    });
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.slice(0, 4).map(({ value }) => value)).toEqual(values);
    expect(told[4]).toMatchObject({ key: 'export.binary', valueBase64: '/wCA' });
    expect(told[5]).toMatchObject({ key: 'export.0', operation: 'delete', size: 0 });
    expect(told).toHaveLength(6);
  });

  it('copy a change', async () => {
    await rows('export.1').first().click();
    const copy = panel().locator('.detail vscode-button', { hasText: 'Copy' });
    await eventually(async () => {
      await copy.click({ timeout: 10_000 });
      const text = String(await workbench.page.evaluate('navigator.clipboard.readText()'));
      expect(JSON.parse(text)).toMatchObject({ key: 'export.1', value: 'line\nline' });
    });
    await followNewest();
  });

  it('run side by side, each with its own mark, pause and stop', async () => {
    await workbench.runCommand('NATS KV: Watch Keys…');
    await workbench.pick('flags');
    await workbench.answer('Which keys', 'beta.>');
    await workbench.pick('Updates only');
    const flag = panel().locator('.watch', { hasText: 'local › flags › beta.>' });
    await flag.and(panel().locator('.live')).waitFor();
    await flags.put('beta.checkout', codec.encode('on'));
    await flags.put('other', codec.encode('not watched'));
    await put('orders.eu.1', { id: 1 });
    await rows('flags › beta.checkout').waitFor();
    await rows('SHOP_ORDERS › orders.eu.1').waitFor();
    expect(await rows('not watched').count()).toBe(0);
    const marks = await panel().locator('.watch .mark').evaluateAll(shapes);
    expect(new Set(marks).size).toBe(2);
    expect(await rows('beta.checkout').locator('.mark').evaluateAll(shapes)).toEqual([marks[1]]);

    await panel().getByRole('button', { name: 'Pause local › SHOP_ORDERS' }).click();
    await panel().locator('.watch', { hasText: 'paused' }).waitFor();
    await put('orders.eu.2', { id: 2 });
    await flags.put('beta.checkout', codec.encode('off'));
    await rows('beta.checkout').nth(1).waitFor();
    expect(await rows('orders.eu.2').count()).toBe(0);
    await workbench.shot('80-live-two-watches');
    await panel().getByRole('button', { name: 'Resume local › SHOP_ORDERS' }).click();
    await rows('orders.eu.2').waitFor();
  });

  it('say that a bucket is gone, and go on with one that is created again', async () => {
    const flag = panel().locator('.watch', { hasText: 'local › flags' });
    await flags.destroy();
    await flag.and(panel().locator('.gone')).waitFor();
    const restart = panel().getByRole('button', { name: 'Start local › flags › beta.> Again' });
    await restart.press('Enter');
    await flag.and(panel().locator('.gone')).waitFor();
    await workbench.shot('81-live-gone');
    // The watch hears of the new bucket when there is something in it.
    proxy.stall();
    flags = await other.jetstream().views.kv('flags');
    await flags.put('beta.again', codec.encode('on'));
    proxy.reset();
    await flag.filter({ hasText: 'bucket created anew' }).waitFor();
    await rows('beta.again').filter({ hasText: 'caught up' }).waitFor();
    await panel().getByRole('button', { name: 'Stop local › flags › beta.>' }).click();
    await eventually(async () => expect(await panel().locator('.watch').count()).toBe(1));
  });

  it('begin with several buckets of a connection at once', async () => {
    await workbench.runCommand('NATS KV: Watch Keys…');
    await workbench.pick('Several Buckets…');
    await workbench.quickInput.getByText('2 Selected').waitFor();
    await workbench.quickInput.locator('input[type="text"]').press('Enter');
    await workbench.answer('Which keys', 'both.>');
    await workbench.pick('Updates only');
    const both = panel().locator('.watch.live', { hasText: 'both.>' });
    await eventually(async () => expect(await both.count()).toBe(2));
    await flags.put('both.1', codec.encode('on'));
    await rows('flags › both.1').waitFor();
    for (const bucket of ['SHOP_ORDERS', 'flags']) {
      await panel()
        .getByRole('button', { name: `Stop local › ${bucket} › both.>` })
        .click();
    }
    await eventually(async () => expect(await panel().locator('.watch').count()).toBe(1));
  });

  it('count in a badge while nobody sees them', async () => {
    await panel().getByRole('button', { name: 'More Filters and Highlights' }).click();
    await panel().locator('vscode-button', { hasText: 'Add Highlight' }).click();
    await panel().locator('.rule vscode-textfield input').fill('key matches while.hidden.>');
    // What is typed reaches the extension a moment later.
    await eventually(async () => {
      await put('while.hidden.seen', '1');
      await rows('while.hidden.seen')
        .and(panel().locator('.marked'))
        .first()
        .waitFor({ timeout: 1_500 });
    });
    await panel().getByRole('button', { name: 'More Filters and Highlights' }).click();
    await workbench.runCommand('Problems: Focus on Problems View');
    const badge = workbench.page
      .locator('.part.panel')
      .getByRole('tab', { name: 'NATS KV Live' })
      .locator('.badge-content', { hasText: /^\d+$/ });
    // That the view is hidden is told a moment later.
    let tries = 0;
    await eventually(async () => {
      tries++;
      await put('while.hidden.first', '1');
      await badge.waitFor({ timeout: 1_500 });
    });
    await put('of.no.interest', '1');
    for (let number = 0; number < 7; number++) {
      await put(`while.hidden.${number}`, '1');
    }
    await eventually(async () => {
      const count = Number(await badge.innerText());
      expect(count).toBeGreaterThan(7);
      expect(count).toBeLessThanOrEqual(7 + tries);
    });
    await workbench.runCommand('NATS KV Live: Focus on Live View');
    await rows('while.hidden.6').waitFor();
    await badge.waitFor({ state: 'detached' });
  });

  it('are cleared of what is shown', async () => {
    await workbench.runCommand('NATS KV: Clear Live');
    await eventually(async () => expect(await panel().locator('.row').count()).toBe(0));
    await panel().getByText('Waiting for changes…').waitFor();
    await put('after.clear', '1');
    await rows('after.clear').waitFor();
  });

  it('go on after a reload from what was shown last', async () => {
    await put('before.reload', '1');
    await rows('before.reload').waitFor();
    await workbench.page.goto('about:blank');
    await put('during.reload', '1');
    await workbench.open(url);

    await panel().locator('.watch.live', { hasText: 'local › SHOP_ORDERS' }).waitFor();
    await rows('during.reload').filter({ hasText: 'caught up' }).waitFor();
    expect(await rows('while.hidden').count()).toBe(0);
    await eventually(async () => {
      await put('after.reload', '1');
      await rows('after.reload').first().waitFor({ timeout: 500 });
    });
    await workbench.shot('68-live-reloaded');
  });

  it.each([
    ['Light Modern', 'light'],
    ['Dark High Contrast', 'high-contrast'],
    ['Dark Modern', 'dark'],
  ] as const)('are readable under lasting load in %s', async (theme, name) => {
    await workbench.setTheme(theme);
    await followNewest();
    const load = writeAtRate();
    await panel()
      .locator('.watch .rate', { hasText: /^\d+,\d\d\d\/s$/ })
      .waitFor();
    await workbench.shot(`82-live-load-${name}`);
    load.stop();
    await load.done;
  });
});

/** The shapes of marks, as their paths. */
function shapes(marks: { readonly innerHTML: string }[]): string[] {
  return marks.map(({ innerHTML }) => innerHTML);
}

/** Writes about 5,000 changes a second to 400 keys until it is stopped. */
function writeAtRate(): { stop(): void; readonly done: Promise<void> } {
  let isOn = true;
  const run = async (): Promise<void> => {
    const begun = performance.now();
    for (let at = 0; isOn;) {
      const due = (performance.now() - begun) * 5;
      for (; at < due; at++) {
        const order = { id: at % 400, status: at % 3 ? 'paid' : 'new', total: at };
        other.publish(`$KV.SHOP_ORDERS.load.${order.id}`, codec.encode(JSON.stringify(order)));
      }
      await other.flush();
    }
  };
  return { stop: () => (isOn = false), done: run() };
}
