import { connect, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let server: NatsServer;
let other: NatsConnection;
let bucket: KV;
let workbench: Workbench;

const values: Record<string, string> = {
  'orders.eu.42': '{"status":"new","total":120,"region":"eu"}',
  'orders.eu.43': '{"status":"paid","total":292.5,"region":"eu"}',
  'orders.eu.44': '{"status":"new","total":8.1,"region":"eu"}',
  'orders.eu.note': 'call back',
};

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  bucket = await other.jetstream().views.kv('SHOP', { history: 5 });
  for (const [key, value] of Object.entries(values)) {
    await bucket.put(key, Buffer.from(value));
  }
  await bucket.put('orders.us.7', Buffer.from('1'));
  const subject = (verb: string): string => `$JS.API.STREAM.${verb}.KV_SHOP`;
  const info = (await other.request(subject('INFO'))).json<{ config: object }>();
  const config = { ...info.config, allow_atomic: true };
  await other.request(subject('UPDATE'), JSON.stringify(config));
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** Takes a picture in each theme, the dark one last. */
async function eachTheme(picture: string): Promise<void> {
  for (const [theme, name] of [
    ['Light Modern', 'light'],
    ['Dark High Contrast', 'contrast'],
    ['Dark Modern', 'dark'],
  ] as const) {
    await workbench.setTheme(theme);
    await workbench.shot(`${picture}-${name}`);
  }
}

function lens(text: string) {
  return workbench.page.locator('.codelens-decoration', { hasText: text });
}

function textOf(changed: Record<string, string>): string {
  const all = Object.entries({ ...values, ...changed });
  const lines = all.map(([key, value]) => {
    const shown = value.startsWith('{')
      ? JSON.stringify(JSON.parse(value), undefined, 2)
      : `"${value}"`;
    return `  "${key}": ${shown.replaceAll('\n', '\n  ')}`;
  });
  return `{\n${lines.join(',\n')}\n}`;
}

async function stored(key: string): Promise<string | undefined> {
  const entry = await bucket.get(key);
  return entry?.operation === 'PUT' ? entry.string() : entry?.operation;
}

describe('several keys as one document', () => {
  it('are opened from a folder, shown as they would be saved, and saved as one', async () => {
    await workbench.expand('local');
    await workbench.expand('SHOP');
    await workbench.expand('orders');
    await workbench.chooseFromMenu('eu', 'Open as One Document');
    await workbench.tab('orders.eu.keys.jsonc').waitFor();
    await workbench.page.locator('.view-line', { hasText: '"call back"' }).waitFor();
    await eachTheme('many-keys');
    const changed = {
      'orders.eu.42': '{"status":"paid","total":120,"region":"eu"}',
      'orders.eu.45': '{"status":"new","total":1,"region":"eu"}',
      'orders.eu.note': 'done',
    };
    await workbench.replaceText(textOf(changed));
    await lens('as one atomic batch').waitFor();
    await bucket.put('orders.eu.42', Buffer.from('{"status":"lost"}'));
    await bucket.put('orders.eu.43', Buffer.from('{"status":"sent"}'));
    await lens('in conflict on local: orders.eu.42').waitFor();
    await lens('Keep Mine').waitFor();
    await eachTheme('many-keys-conflict');
    await lens('Keep Mine').locator('a', { hasText: 'Keep Mine' }).click();
    await lens('in conflict').waitFor({ state: 'detached' });
    await workbench.page.locator('.view-line', { hasText: '"sent"' }).waitFor();
    await workbench.save();
    await workbench.notification('as one: r').waitFor();
    await lens('as one atomic batch').waitFor({ state: 'detached' });
    await workbench.shot('many-keys-saved');
    expect(JSON.parse((await stored('orders.eu.42')) ?? '')).toMatchObject({ status: 'paid' });
    expect(await stored('orders.eu.note')).toBe('done');
  });

  it('are saved by compare-and-swap after the window was loaded again, a plan before a deletion', async () => {
    await workbench.tab('orders.eu.keys.jsonc').click();
    await workbench.replaceText('{\n  "orders.eu.43": "kept over the reload"\n}');
    await lens('deleted').waitFor();
    await workbench.backedUp('kept over the reload');
    await workbench.reload();
    await workbench.tab('orders.eu.keys.jsonc').click();
    await lens('1 changed, 4 deleted').waitFor();
    await workbench.shot('many-keys-reloaded');
    await workbench.save();
    await lens('Save 5 changes as one').waitFor();
    await eachTheme('many-keys-plan');
    await lens('Save 5 changes as one').locator('a').first().click();
    await eventually(async () => expect(await stored('orders.eu.43')).toBe('kept over the reload'));
    expect(await stored('orders.eu.44')).toBe('DEL');
    await workbench.shot('many-keys-report');
  });
});
