import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let config: KV;
let workbench: Workbench;
let folder: string;

const values = {
  'shop.web.limits': '{"rate":100,"burst":20,"paths":["/cart","/pay"]}',
  'shop.web.motd': 'Welcome\n',
  'shop.web.theme': '{"accent":"#0a7","dark":true}',
  'shop.checkout.fees': '{"card":1.4,"invoice":0}',
  'shop.checkout.currencies': '["EUR","USD"]',
  'shop.search.synonyms': 'sofa: couch\n',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-ui-'));
  await mkdir(join(folder, '.vscode'));
  const pairs = [{ connection: 'staging', bucket: 'CONFIG', prefix: 'shop', folder: 'config' }];
  await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify({ 'natsKv.sync': pairs }));
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  config = await other.jetstream().views.kv('CONFIG', { history: 5 });
  for (const [key, value] of Object.entries(values)) {
    await config.put(key, codec.encode(value));
  }
  const connection = { name: 'staging', url: server.url };
  workbench = await openWorkbench({ connections: [connection], folder });
  await workbench.openContainer('NATS KV');
  await workbench.row('CONFIG').waitFor();
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

pictureFailures(() => workbench);

function file(name: string) {
  return workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(join(folder, 'config', path), text);
}

describe('a folder that is synchronised', () => {
  it('is marked file by file, and shows what a pull would do', async () => {
    await workbench.runCommand('NATS KV: Pull from Bucket…');
    await workbench.page.getByText('Files to create: 6.').waitFor();
    await workbench.shot('190-sync-first-pull');
    await workbench.page.getByRole('button', { name: 'Pull 6 Keys' }).click();
    await workbench.page.getByText('6 done, 0 skipped').waitFor();
    await write('web/limits.json', '{\n  "rate": 250,\n  "burst": 20\n}\n');
    await write('web/theme.json', '{\n  "accent": "#0a7",\n  "dark": false\n}\n');
    await write('web/robots.txt', 'User-agent: *\n');
    await config.put('shop.web.theme', codec.encode('{"accent":"#08c","dark":"auto"}'));
    await config.put('shop.checkout.fees', codec.encode('{"card":1.2,"invoice":0,"wallet":0.9}'));
    await config.put('shop.checkout.tips', codec.encode('[5,10]'));
    await config.delete('shop.search.synonyms');
    await workbench.runCommand('View: Show Explorer');
    for (const [name, below] of [
      ['config', 'web'],
      ['web', 'limits.json'],
      ['checkout', 'fees.json'],
      ['search', 'synonyms'],
    ] as const) {
      await workbench.openRow(file(name).first(), file(below).first());
    }
    await eventually(async () => {
      const shown = async (name: string): Promise<string> =>
        (await file(name)
          .first()
          .locator('.monaco-icon-label')
          .first()
          .getAttribute('aria-label')) ??
        (await file(name).first().getAttribute('aria-label')) ??
        '';
      expect(await shown('limits.json')).toContain('Changed here');
      expect(await shown('theme.json')).toContain('Changed here and in');
      expect(await shown('fees.json')).toContain('Changed in CONFIG');
      expect(await shown('synonyms')).toContain('Deleted in CONFIG');
      expect(await shown('currencies.json')).toContain('The same as in CONFIG');
    });
    await workbench.shotInThemes('191-sync-marks');
    await workbench.runCommand('NATS KV: Pull from Bucket…');
    await workbench.pick('Leave Them');
    await workbench.page.getByText('Files to create: 1. To replace: 1. To delete: 1.').waitFor();
    await workbench.shotInThemes('192-sync-pull-plan');
  });
});
