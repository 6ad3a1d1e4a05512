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

const themes = ['Dark Modern', 'Light Modern', 'Dark High Contrast'] as const;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  await other.request(
    '$JS.API.STREAM.CREATE.KV_B',
    JSON.stringify({
      ...{ name: 'KV_B', subjects: ['$KV.B.>'], storage: 'memory', max_msgs_per_subject: 5 },
      ...{ allow_direct: true, allow_rollup_hdrs: true, deny_delete: true, discard: 'new' },
      ...{ allow_msg_ttl: true, subject_delete_marker_ttl: 1_000_000_000 },
    }),
  );
  bucket = await other.jetstream().views.kv('B', { bindOnly: true });
  await bucket.put('plan', '{"a":1,"b":2,"c":3,"d":4,"e":5}');
  const { url } = server;
  workbench = await openWorkbench({
    connections: [
      { name: 'local', url, ...{ environment: 'production' } },
      { name: 'locked', url, ...{ readOnly: true } },
    ],
  });
  await workbench.openContainer('NATS KV');
  await workbench.expand('local', 'B');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** Waits for a line above the text of the active editor. */
function lens(text: string): Promise<void> {
  const lenses = workbench.page.locator('.editor-group-container.active .codelens-decoration');
  return lenses.filter({ hasText: text }).first().waitFor();
}

async function inAllThemes(name: string): Promise<void> {
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.shot(`${name}-${theme.toLowerCase().replaceAll(' ', '-')}`);
  }
}

const merged = '{\n  "a": 10,\n  "b": 2,\n  "c": 3,\n  "d": 4,\n  "e": 5\n}';

describe('the line above a text', () => {
  it('says of a new key how long its value lives', async () => {
    await workbench.expand('B', 'plan');
    await workbench.runCommand('NATS KV: New Key…');
    await workbench.pick('local');
    await workbench.pick('B');
    await workbench.answer('Key:', 'fresh');
    await workbench.answer('How the value begins', '{"new":true}');
    await workbench.answer('TTL', '30m');
    await lens('not stored yet. Save creates it, to expire 30m later');
    await inAllThemes('90-new-with-ttl');
    expect(await bucket.get('fresh')).toBeNull();
    await workbench.save();
    await workbench.row('fresh').filter({ hasText: 'ttl 29m' }).waitFor();
    await inAllThemes('91-ttl-row');
  });

  it('names what a second refusal is about, with what can be done', async () => {
    await workbench.row('plan').dblclick();
    await workbench.tab('plan').first().waitFor();
    await workbench.replaceText(merged);
    await bucket.put('plan', '{"a":1,"b":2,"c":3,"d":4,"e":50}');
    await lens('changed on local · PRODUCTION');
    await workbench.save();
    await workbench.notification('content of the file is newer').waitFor();
    await bucket.put('plan', '{"a":1,"b":2,"c":3,"d":4,"e":500}');
    const revision = (await bucket.get('plan'))?.revision;
    await lens(`Overwrite r${revision}`);
    await workbench.save();
    const refusal = workbench.notification(`-> r${revision}, written at`);
    await refusal.getByText('Compare', { exact: true }).waitFor();
    await inAllThemes('92-second-refusal');
  });

  it('says that a text is merged until it is stored', async () => {
    await workbench.notification('written at').getByText('Merge', { exact: true }).click();
    await lens('of local · PRODUCTION, not stored yet. Save stores it');
    // What the merge has done stands in the status bar for a while, in the room of the item.
    const message = workbench.page.locator('.statusbar').getByText('nothing overlapped');
    await message.waitFor({ state: 'detached' });
    await workbench.page.locator('.statusbar').getByText('merged with r').waitFor();
    await inAllThemes('93-merged');
    await workbench.save();
    await eventually(async () =>
      expect((await bucket.get('plan'))?.string()).toBe('{"a":10,"b":2,"c":3,"d":4,"e":500}'),
    );
    const lenses = workbench.page.locator('.editor-group-container.active .codelens-decoration');
    await eventually(async () => expect(await lenses.count()).toBe(0));
  });

  it('leads to Unlock Writes where one types in vain', async () => {
    await workbench.collapse('local');
    await workbench.expand('locked', 'B');
    await workbench.expand('B', 'plan');
    await workbench.row('plan').dblclick();
    await lens('locked is read-only');
    await inAllThemes('94-read-only');
    await workbench.page
      .locator('.codelens-decoration')
      .getByText('Unlock Writes', { exact: true })
      .click();
    await workbench.dialog.getByText('Unlock writes on locked?').waitFor();
    await workbench.page.keyboard.press('Escape');
  });
});

describe('what is asked', () => {
  it('tells a name that is taken while it is typed', async () => {
    await workbench.tab('plan').first().click();
    await workbench.runCommand('NATS KV: Rename Key…');
    await workbench.quickInput.locator('input').fill('fresh');
    await workbench.quickInput.getByText('fresh exists already in B').waitFor();
    await workbench.shot('97-rename-taken');
    await workbench.page.keyboard.press('Escape');
  });

  it('collects the headers that are to change, and saves them at once', async () => {
    await workbench.runCommand('NATS KV: Edit Headers…');
    await workbench.pick('Add Header…');
    await workbench.answer('Name of the header', 'X-User');
    await workbench.answer('Value of X-User', 'ann');
    await workbench.quickInput.getByText('not stored yet').waitFor();
    await workbench.shot('98-headers');
    await workbench.page.keyboard.press('Enter');
    await workbench.notification('Changed 1 header of plan.').getByText('Undo').waitFor();
    await workbench.shot('98-headers-saved');
  });
});

describe('a key that is not there', () => {
  it('is told, and begins unsaved', async () => {
    await workbench.runCommand('NATS KV: Open Key…');
    await workbench.pick('local');
    await workbench.pick('B');
    await workbench.answer('Key:', 'nothing.here');
    const told = workbench.notification('nothing.here is not in B.');
    await told.waitFor();
    await workbench.shot('95-not-there');
    await workbench.answerNotification('nothing.here is not in B.', 'New Key');
    await lens('new on local · PRODUCTION, not stored yet');
    expect(await bucket.get('nothing.here')).toBeNull();
    await workbench.runCommand('View: Close Editor');
  });

  it('is not stored as an empty value by the page that VS Code shows for it', async () => {
    await workbench.collapse('locked');
    await workbench.expand('local', 'B');
    await bucket.put('short', 'x');
    await workbench.expand('B', 'short');
    await workbench.row('short').dblclick();
    await eventually(async () => expect(await workbench.editorText()).toBe('x'));
    await bucket.delete('short');
    await workbench.row('short').waitFor({ state: 'hidden' });
    await workbench.reload();
    const create = workbench.page.getByText('Create File', { exact: true });
    await create.waitFor({ timeout: 90_000 });
    await workbench.shot('96-create-file');
    await create.click();
    await lens('not stored yet. Save creates it');
    await workbench.shot('96-created-unsaved');
    expect((await bucket.get('short'))?.operation).toBe('DEL');
  });
});
