import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
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
  workbench = await openWorkbench({
    connections: [{ name: 'local', url: server.url }],
    settings: { 'natsKv.agents.mcp': true, 'natsKv.agents.allowWrites': ['local'] },
  });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

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
    await workbench.expand('local', 'SHOP');
    await workbench.expand('SHOP', 'orders');
    await workbench.expand('orders', 'eu');
    await workbench.chooseFromMenu('eu', 'Open as One Document');
    await workbench.tab('orders.eu.keys.jsonc').waitFor();
    await workbench.page.locator('.view-line', { hasText: '"call back"' }).waitFor();
    await workbench.shotInThemes('many-keys');
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
    await workbench.shotInThemes('many-keys-conflict');
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
    await workbench.scrollUpTo(lens('1 changed, 4 deleted'));
    await workbench.shot('many-keys-reloaded');
    await workbench.save();
    await lens('Save 5 changes as one').waitFor();
    await workbench.shotInThemes('many-keys-plan');
    await lens('Save 5 changes as one').locator('a').first().click();
    await eventually(async () => expect(await stored('orders.eu.43')).toBe('kept over the reload'));
    expect(await stored('orders.eu.44')).toBe('DEL');
    await workbench.shot('many-keys-report');
  });
});

/** A client of its own, with what the command copies for it. */
describe('an assistant of another program', () => {
  let client: Client;

  afterAll(() => client?.close());

  async function call(name: string, input: object): Promise<string> {
    const { content } = await client.callTool({ name, arguments: { bucket: 'SHOP', ...input } });
    const [{ text }] = content as [{ text: string }];
    return text;
  }

  async function versionOf(key: string): Promise<unknown> {
    return (JSON.parse(await call('readKey', { key })) as { version: unknown }).version;
  }

  it('is let in by what is copied, and writes nothing that the user refuses', async () => {
    const revision = await bucket.put('flag', Buffer.from('{"on":false,"by":"ops"}'));
    await workbench.runCommand('NATS KV: Copy MCP Server Address and Token');
    await workbench.notification('Address and token copied').waitFor();
    await workbench.shot('agents-copied');
    const copied = String(await workbench.page.evaluate('navigator.clipboard.readText()'));
    const { url, headers } = (JSON.parse(copied) as CopiedServers)['nats-kv'];
    client = new Client({ name: 'other', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
    );
    const input = { key: 'flag', version: await versionOf('flag') };
    const { dialog, page } = workbench;

    const put = call('putKey', { ...input, text: '{"on":true,"by":"ops"}' });
    await dialog.getByText('An assistant wants to store flag in SHOP on local.').waitFor();
    await dialog.getByText('"on": true').waitFor();
    await workbench.shot('agents-store');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await put).toContain('did not agree');

    const deletion = call('deleteKey', input);
    await dialog.getByText('An assistant wants to delete flag in SHOP on local.').waitFor();
    await workbench.shot('agents-delete');
    await page.keyboard.press('Escape');
    expect(await deletion).toContain('did not agree');
    expect((await bucket.get('flag'))?.revision).toBe(revision);
  });

  it('proposes several keys as one document, which nobody has saved', async () => {
    const changes = [
      { key: 'flag', text: '{"on":true,"by":"ops"}', version: await versionOf('flag') },
      { key: 'orders.us.7', text: '2', version: await versionOf('orders.us.7') },
    ];
    expect(JSON.parse(await call('proposeValue', { changes }))).toMatchObject({ written: 0 });
    await workbench.page.locator('.view-line', { hasText: '"orders.us.7": 2' }).waitFor();
    await lens('2 changed').waitFor();
    await workbench.shot('agents-proposed');
    expect(await stored('orders.us.7')).toBe('1');
    await workbench.save();
    await eventually(async () => expect(await stored('orders.us.7')).toBe('2'));
    expect(JSON.parse((await stored('flag')) ?? '')).toMatchObject({ on: true });
  });
});

/** What is copied for another client. */
interface CopiedServers {
  readonly 'nats-kv': { readonly url: string; readonly headers: Record<string, string> };
}
