import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let server: NatsServer;
let other: NatsConnection;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  workbench = await openWorkbench();
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** What a person does from the first start to the last clean-up; each step goes on from the last. */
describe('from nothing to a key and back', () => {
  it('welcomes with a way to connect', async () => {
    const button = workbench.sideBar.getByText('Add Connection…');
    await button.waitFor();
    await workbench.shot('20-welcome');
    await button.click();
  });

  it('adds a connection and says what is wrong with a URL as it is typed', async () => {
    await workbench.quickInput.filter({ hasText: 'URL of the NATS server' }).waitFor();
    const input = workbench.quickInput.locator('input');
    await input.fill('http://host:8080');
    await workbench.quickInput.getByText('is not a NATS URL').waitFor();
    await workbench.shot('21-url-problem');
    await input.fill(server.url);
    await answerQuestions(server.url, 'mine');

    await workbench.row('No buckets yet on mine.').waitFor();
  });

  it('opens a key under a prefix unsaved, and creates it with the first save', async () => {
    const kv = await other.jetstream().views.kv('flags', { history: 3 });
    await workbench.expand('flags', 'New Key…');
    await workbench.click('New Key…');
    await workbench.quickInput.filter({ hasText: 'Key:' }).waitFor();
    await workbench.quickInput.locator('input').fill('ui..dark');
    await workbench.quickInput.getByText('two dots in a row').waitFor();
    await workbench.shot('22-key-problem');
    await workbench.quickInput.locator('input').fill('ui.dark');
    await workbench.answer('Key:', 'ui.dark');
    await workbench.answer('How the value begins', '{"on":true}');

    await workbench.page.locator('.tab.dirty[data-resource-name^="ui.dark"]').waitFor();
    await eventually(async () => expect(await workbench.editorText()).toBe('{"on":true}'));
    await workbench.page.getByText('not stored yet. Save creates it').waitFor();
    await workbench.shot('23-new-key');
    expect(await kv.get('ui.dark')).toBeNull();
    await workbench.type(' ');
    await workbench.save();
    await workbench.row('dark').waitFor();
    expect((await kv.get('ui.dark'))?.string()).toBe('{"on":true} ');
    await workbench.shot('23-new-key-saved');
  });

  it('does not create a key that exists', async () => {
    await workbench.chooseFromMenu('ui', 'New Key…');
    await workbench.quickInput.filter({ hasText: 'Key:' }).waitFor();
    expect(await workbench.quickInput.locator('input').inputValue()).toBe('ui.');
    await workbench.quickInput.locator('input').fill('ui.dark');
    await workbench.quickInput.getByText('exists already in flags').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('deletes a key after it was confirmed', async () => {
    await workbench.chooseFromMenu('dark', 'Delete Key…');
    await workbench.dialog.getByText('Delete ui.dark in flags on mine?').waitFor();
    await workbench.shot('24-delete-key');
    await workbench.dialog.getByRole('button', { name: 'Delete' }).click();

    await workbench.row('No keys in flags.').waitFor();
    const kv = await other.jetstream().views.kv('flags');
    expect((await kv.get('ui.dark'))?.operation).toBe('DEL');
    await workbench.shot('25-key-deleted');
  });

  it('creates a deleted key again over its marker', async () => {
    await workbench.runCommand('NATS KV: New Key…');
    await workbench.pick('flags');
    await workbench.answer('Key:', 'ui.dark');
    await workbench.answer('How the value begins', 'again');
    await workbench.page.locator('.tab.dirty[data-resource-name^="ui.dark"]').waitFor();
    await workbench.save();

    await workbench.row('ui').waitFor();
    const kv = await other.jetstream().views.kv('flags');
    await eventually(async () => expect((await kv.get('ui.dark'))?.string()).toBe('again'));
  });

  it('deletes a bucket once its name was typed', async () => {
    await workbench.chooseFromMenu('flags', 'Delete Bucket…');
    await workbench.tab('Delete bucket flags.diff').waitFor();
    const action = workbench.page.getByRole('button', { name: 'Delete Bucket flags' });
    await action.waitFor();
    await workbench.shot('26-delete-bucket-plan');
    await action.click();
    const prompt = 'Type flags to confirm.';
    await workbench.answer(prompt, 'flag');
    await workbench.quickInput.getByText('Type flags to confirm.', { exact: true }).waitFor();
    await workbench.shot('26-delete-bucket');
    await workbench.quickInput.locator('input').fill('flags');
    await workbench.answer(prompt, 'flags');

    await workbench.row('No buckets yet on mine.').waitFor();
  });

  it('removes the connection after it was confirmed', async () => {
    await workbench.chooseFromMenu('mine', 'Remove Connection…');
    await workbench.dialog.getByRole('button', { name: 'Remove' }).click();

    await workbench.sideBar.getByText('Add Connection…').waitFor();
  });
});

describe('a server that cannot be used', () => {
  it('says that nobody listens, and connects when somebody does', async () => {
    const late = await startNatsServer();
    onTestFinished(() => late.stop());
    await late.shutdown();
    await workbench.runCommand('NATS KV: Add Connection…');
    await workbench.answer('URL of the NATS server', late.url);
    // Told where the address was typed. Who knows better goes on.
    await workbench.quickInput.getByText('refused the connection').waitFor();
    await workbench.shot('29-url-refused');
    await workbench.answer('refused the connection', late.url);
    await answerAfterUrl('late');
    await workbench.dialog.getByText('refused the connection').waitFor();
    await workbench.shot('29-test-refused');
    await workbench.dialog.getByRole('button', { name: 'Save Anyway' }).click();

    await workbench.row('late cannot be reached.').waitFor();
    await workbench.row('Reconnect Now').waitFor();
    await workbench.shot('27-refused');
    await late.restart();
    await workbench.click('Reconnect Now');

    await workbench.row('No buckets yet on late.').waitFor();
    await removeConnection('late');
  });

  it('says that JetStream is off and what to do', async () => {
    const plain = await startNatsServer({ jetstream: false });
    onTestFinished(() => plain.stop());
    await addConnection(plain.url, 'plain');
    await workbench.dialog.getByText('JetStream').waitFor();
    await workbench.dialog.getByRole('button', { name: 'Save Anyway' }).click();

    await workbench.row('JetStream is off for this account.').waitFor();
    await workbench.shot('28-jetstream-off');
    await removeConnection('plain');
  });
});

async function addConnection(url: string, name: string): Promise<void> {
  await workbench.runCommand('NATS KV: Add Connection…');
  await answerQuestions(url, name);
}

/** Answers every question of Add Connection, taking what is preselected where that will do. */
async function answerQuestions(url: string, name: string): Promise<void> {
  await workbench.answer('URL of the NATS server', url);
  await answerAfterUrl(name);
}

async function answerAfterUrl(name: string): Promise<void> {
  await workbench.pick('No Login');
  await workbench.answer('Name of the connection', name);
  await workbench.pick('No label');
  await workbench.pick('Read and Write');
}

async function removeConnection(name: string): Promise<void> {
  await workbench.chooseFromMenu(name, 'Remove Connection…');
  await workbench.dialog.getByRole('button', { name: 'Remove' }).click();
  await workbench.row(name).waitFor({ state: 'detached' });
}
