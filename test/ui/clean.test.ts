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
let jobs: KV;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  jobs = await other.jetstream().views.kv('JOBS', { history: 5 });
  for (let number = 1; number <= 60; number++) {
    const status = number % 4 === 0 ? 'open' : 'done';
    await jobs.put(`mail.${number}`, codec.encode(JSON.stringify({ id: number, status })));
  }
  const connection = { name: 'live', url: server.url, environment: 'production' };
  workbench = await openWorkbench({ connections: [connection] });
  await workbench.openContainer('NATS KV');
  await workbench.row('JOBS').waitFor();
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

describe('Clean Bucket', () => {
  it('shows what would go, asks for the name in production, and reports', async () => {
    await workbench.chooseFromMenu('JOBS', 'Clean Bucket…');
    await workbench.quickInput.getByText('PRODUCTION: Clean JOBS on live').waitFor();
    await workbench.shot('130-clean-ways');
    await workbench.pick('Delete by Query…');
    await workbench.quickInput.locator('input').fill('value.status = done');
    await workbench.quickInput.locator('input').press('Enter');
    await workbench.quickInput.getByText(/Character 14: /).waitFor();
    await workbench.shot('131-clean-condition');
    await workbench.answer('Character 14', 'value.status == "done" and age < 30d');
    await workbench.answer('Keys by a NATS pattern', 'mail.>');
    await workbench.tab('Clean JOBS.diff').waitFor();
    const action = workbench.page.getByRole('button', { name: 'Delete 45 Keys' });
    await action.waitFor();
    await workbench.shotInThemes('132-clean-plan');

    await jobs.put('mail.1', codec.encode('{"status":"done again"}'));
    await action.click();
    await workbench.quickInput
      .getByText('PRODUCTION: Delete 45 Keys in JOBS on live?', { exact: true })
      .waitFor();
    await workbench.shot('133-clean-confirmation');
    await workbench.answer('Type JOBS to confirm.', 'JOBS');
    const counts = { hasText: '44 done, 1 skipped, 0 refused, 0 not known.' };
    await workbench.page.locator('.view-line', counts).waitFor();
    await workbench.shotInThemes('134-clean-report');
    expect((await jobs.get('mail.2'))?.operation).toBe('DEL');

    await workbench.page.locator('.codelens-decoration').getByText('Undo').click();
    await workbench.dialog.getByRole('button', { name: 'Restore' }).click();
    await workbench.page
      .locator('.view-line', { hasText: 'Undo: Delete mail.> in JOBS' })
      .waitFor();
    await workbench.shot('135-clean-undone');
    await eventually(async () => expect((await jobs.get('mail.2'))?.operation).toBe('PUT'));
  });
});
