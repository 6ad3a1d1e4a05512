import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import { themes, type Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let workbench: Workbench;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-ui-'));
  await writeFile(join(folder, 'orders.ndjson'), exported());
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  const { views } = other.jetstream();
  const ours = await views.kv('ORDERS', { history: 3 });
  const theirs = await views.kv('ORDERS_STAGING', { history: 3 });
  const put = (bucket: KV, key: string, status: string): Promise<number> =>
    bucket.put(key, codec.encode(JSON.stringify({ key, status })));
  for (let number = 1; number <= 24; number++) {
    const key = `orders.${['eu', 'us'][number % 2]}.${number}`;
    await put(ours, key, number % 5 === 0 ? 'paid' : 'new');
    if (number % 7 !== 0) {
      await put(theirs, key, 'new');
    }
  }
  await put(theirs, 'flags.beta', 'on');
  const sessions = await views.kv('SESSIONS', { history: 1 });
  for (const key of ['ada', 'bob', 'eve']) {
    await put(sessions, key, 'new');
  }
  await put(sessions, 'bob', 'renewed');
  await put(sessions, 'kim', 'new');
  const connection = { name: 'live', url: server.url, environment: 'production' };
  workbench = await openWorkbench({
    connections: [connection],
  });
  await workbench.openContainer('NATS KV');
  await workbench.row('ORDERS').waitFor();
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An export of some of the orders: one that has changed since, one that is gone, one that is damaged. */
function exported(): string {
  const entry = (number: number, status: string) => {
    const key = `orders.${['eu', 'us'][number % 2]}.${number}`;
    return JSON.stringify({ key, value: JSON.stringify({ key, status }) });
  };
  const lines = [
    ...Array.from({ length: 20 }, (_, at) => entry(at + 1, 'new')),
    entry(99, 'new'),
    JSON.stringify({ key: 'orders.eu.22', base64: 'cut o' }),
  ];
  const end = JSON.stringify({ end: true, entries: lines.length });
  return ['{"format":"nats-kv-export","version":1}', ...lines, end].join('\n');
}

/** Opens a row until the one below it is there; it may be open already, as the view remembers. */
async function expand(view: Locator, name: RegExp, below: RegExp): Promise<void> {
  const row = view.getByRole('treeitem', { name }).first();
  await workbench.openRow(row, view.getByRole('treeitem', { name: below }).first());
}

/** Chooses a file in the dialog that VS Code itself shows. */
function chooseFile(name: string): Promise<void> {
  return workbench.chooseFile(join(folder, name), 'Compare');
}

pictureFailures(() => workbench);

describe('Compare…', () => {
  it('shows what differs, a difference on click, and a dry run of a copy', async () => {
    await workbench.chooseFromMenu('ORDERS', 'Compare…');
    await workbench.shot('150-compare-with');
    await workbench.pick('Another Bucket…');
    await workbench.pick('ORDERS_STAGING');
    await workbench.pick('Values, JSON by Meaning');
    const view = workbench.page.locator('.pane', { hasText: 'Compare' }).last();
    await view.getByText(/4 different, 3 only left, 1 only right; 17 same, not shown\./).waitFor();
    await expand(view, /^orders, folder/, /^eu, folder/);
    await expand(view, /^eu, folder/, /^10, Different/);
    await view.getByRole('treeitem', { name: /^10, Different/ }).click();
    await workbench.page.getByText('"paid"').first().waitFor();
    await workbench.shotInThemes('151-compare-view');
    await view.getByRole('treeitem', { name: /^Different, 4 keys/ }).click();
    await workbench.runCommand('NATS KV: Copy Left to Right…');
    await workbench.page.getByRole('button', { name: 'Copy 4 Keys' }).waitFor();
    await workbench.shotInThemes('152-compare-plan');
  });

  it('sets a bucket against an export, and tells what of it cannot be read', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.chooseFromMenu('ORDERS', 'Compare…');
    await workbench.pick('An Export or Another File…');
    await chooseFile('orders.ndjson');
    await workbench.pick('Values, JSON by Meaning');
    const view = workbench.page.locator('.pane', { hasText: 'Compare' }).last();
    await view.getByText(/4 different, 3 only left, 1 only right; 16 same, not shown\./).waitFor();
    await view.getByText(/1 key cannot be read\. orders\.ndjson, line 23: /).waitFor();
    await expand(view, /^Different, 4 keys/, /^orders, folder, 4 keys/);
    await expand(view, /^orders, folder, 4 keys/, /^eu, folder, 2 keys/);
    await expand(view, /^eu, folder, 2 keys/, /^10, Different/);
    await view.getByRole('treeitem', { name: /^10, Different/ }).click();
    await workbench.page.getByText('"paid"').first().waitFor();
    await workbench.shotInThemes('153-compare-file');
    await workbench.runCommand('NATS KV: Copy Left to Right…');
    await workbench.page
      .getByText(/orders\.ndjson is compared, never written/)
      .first()
      .waitFor();
    await view.getByRole('treeitem', { name: /^Different, 4 keys/ }).click();
    await workbench.runCommand('NATS KV: Copy Right to Left…');
    await workbench.page.getByRole('button', { name: 'Copy 4 Keys' }).waitFor();
    await workbench.shotInThemes('154-compare-file-plan');
    await appendFile(join(folder, 'orders.ndjson'), '\n');
    await view.getByText(/orders\.ndjson was written since it was read/).waitFor();
    await workbench.shot('154-compare-file-written');
  });

  it('shows keys whose past nobody knows as what cannot be read', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.chooseFromMenu('SESSIONS', 'Compare…');
    await workbench.pick('The Same as of a Moment…');
    await workbench.answer('A time', 'r3');
    await workbench.pick('Values, JSON by Meaning');
    const view = workbench.page.locator('.pane', { hasText: 'Compare' }).last();
    await view.getByText(/0 different, 0 only left, 0 only right; 2 same, not shown\./).waitFor();
    await view.getByText(/2 keys cannot be read, or the history no longer tells/).waitFor();
    await expand(view, /^Cannot be read, 2 keys/, /^bob, Cannot be read/);
    await workbench.page
      .locator('.notification-toast', { hasText: 'Comparing' })
      .waitFor({ state: 'detached' });
    await workbench.shotInThemes('155-compare-unknown');
  });

  it('says how a backup is compared', async () => {
    const dialog = workbench.page.locator('.monaco-dialog-box');
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await workbench.chooseFromMenu('ORDERS', 'Compare…');
      await workbench.pick('A Backup…');
      await dialog.getByText('A backup is compared by restoring it.').waitFor();
      await workbench.shot(`156-compare-backup-${name}`);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    }
  });

  it('takes no wildcard for a prefix', async () => {
    await workbench.chooseFromMenu('ORDERS', 'Compare…');
    await workbench.pick('Another Prefix…');
    await workbench.pick('ORDERS_STAGING');
    const input = workbench.quickInput.locator('input').first();
    await input.fill('orders.*');
    await workbench.quickInput.getByText(/is a wildcard and cannot be part of a key/).waitFor();
    await workbench.shot('157-compare-prefix');
    await input.press('Escape');
  });
});
