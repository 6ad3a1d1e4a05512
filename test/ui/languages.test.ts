import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const root = join(import.meta.dirname, '../..');
const encode = (text: string) => new TextEncoder().encode(text);

let server: NatsServer;
let other: NatsConnection;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
});

afterAll(async () => {
  await other?.close();
  await server?.stop();
});

function json(path: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Readonly<Record<string, string>>;
}

/** One story in each language, by the words of its bundle: what is shown is what is translated. */
describe.each(['de', 'zh-cn'])('VS Code in %s', (language) => {
  const manifest = json(`package.nls.${language}.json`);
  const bundle = json(`l10n/bundle.l10n.${language}.json`);
  let workbench: Workbench;
  let orders: KV;

  beforeAll(async () => {
    orders = await other.jetstream().views.kv(`orders-${language}`, { history: 5 });
    for (let number = 1; number <= 1_200; number++) {
      await orders.put(
        `eu.${number}`,
        encode(JSON.stringify({ number, status: 'new', total: 12.5 })),
      );
    }
    const connections = [{ name: 'local', url: server.url, environment: 'production' }];
    workbench = await openWorkbench({ connections, language });
    await workbench.openContainer('NATS KV');
  });

  afterAll(() => workbench?.close());

  pictureFailures(() => workbench);

  const title = (id: string): string => manifest[id] ?? id;

  function say(text: string, ...values: readonly (string | number)[]): string {
    expect(bundle).toHaveProperty([text]);
    return (bundle[text] ?? '').replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)]));
  }

  function picture(name: string): Promise<void> {
    return workbench.shot(`${name}-${language}`);
  }

  it('speaks it in the tree, above a text, in dialogs, plans and pages', async () => {
    const bucket = `orders-${language}`;
    await workbench.expand(bucket, 'eu');
    const count = language === 'de' ? '1.200' : '1,200';
    await workbench.sideBar.getByText(say('{0} keys', count)).first().waitFor();
    await workbench.expand('eu', '7');
    await picture('300-tree');

    await workbench.row('7').click();
    await workbench.tab('eu.7').waitFor();
    await eventually(async () => expect(await workbench.editorText()).toContain('"status": "new"'));
    await workbench.replaceText('{"mine":true}');
    await orders.put('eu.7', encode('{"theirs":true}'));
    const lens = workbench.page.locator('.codelens-decoration');
    await lens.getByText(say("Take Server's")).first().waitFor();
    await lens.getByText(say('Merge')).first().waitFor();
    await picture('301-conflict');

    // A pick was seen to go as soon as it came on a machine that is busy.
    await eventually(async () => {
      await workbench.runCommand(`NATS KV: ${title('command.key.actions')}`);
      await workbench.quickInput.getByText(say('Change TTL…')).waitFor({ timeout: 10_000 });
    });
    await picture('302-actions');
    await workbench.page.keyboard.press('Escape');

    await workbench.chooseFromMenu(bucket, title('command.live.watch'));
    await workbench.answer('orders.*.state', '>');
    await workbench.pick(say('Updates only'));
    await workbench.webview.locator('.watch.live').waitFor();
    await workbench.webview.getByText(say('Waiting for changes…')).waitFor();
    await orders.put('eu.8', encode('{"number":8,"status":"paid"}'));
    await workbench.webview.locator('.row', { hasText: 'eu.8' }).first().waitFor();
    await picture('303-live');
    await workbench.runCommand('View: Toggle Panel Visibility');

    await workbench.chooseFromMenu(bucket, title('command.table.open'));
    await workbench.webview.getByText(say('Columns…')).waitFor();
    await workbench.webview.locator('[role=gridcell]', { hasText: 'eu.1' }).first().waitFor();
    await picture('304-table');

    await workbench.chooseFromMenu(bucket, title('command.bucket.properties'));
    await workbench.webview.getByText(say('In Short')).first().waitFor();
    await workbench.webview.getByText(say('Keys by Prefix')).first().waitFor();
    await picture('305-properties');

    await workbench.chooseFromMenu(bucket, title('command.bucket.clean'));
    await picture('306-clean');
    await workbench.pick(say('Purge All Keys…'));
    await workbench.page.getByRole('button', { name: say('Purge {0} Keys', count) }).waitFor();
    await picture('307-plan');

    await workbench.runCommand('Preferences: Open Settings (UI)');
    const search = workbench.page.locator('.settings-editor .search-container .view-lines');
    const found = workbench.page.getByText(title('setting.bulk.maxPerSecond').slice(0, 12)).first();
    await eventually(async () => {
      await search.click();
      await workbench.page.keyboard.press('ControlOrMeta+A');
      await workbench.page.keyboard.type('natsKv.bulk');
      await found.waitFor({ timeout: 10_000 });
    });
    await picture('308-settings');
    expect(workbench.complaints).toEqual([]);
  });
});
