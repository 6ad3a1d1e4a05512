import axe, { type AxeResults } from 'axe-core';
import { connect, StringCodec, type JetStreamClient, type NatsConnection } from 'nats';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import { themes, type Workbench } from './workbench';

const codec = StringCodec();
/** A window that is loaded again takes its time on a machine that is busy. */
const patient = { timeout: 60_000 };

let server: NatsServer;
let other: NatsConnection;
let jetStream: JetStreamClient;
let workbench: Workbench;
const violations: string[] = [];

beforeAll(async () => {
  server = await startNatsServer({
    config:
      'accounts { A { jetstream { max_file: 64M, max_streams: 120 }, users: [{user: a, password: a}] } }\nno_auth_user: a',
  });
  other = await connect({ servers: server.url });
  jetStream = other.jetstream();
  for (let number = 1; number <= 110; number++) {
    const bucket = await jetStream.views.kv(`TENANT_${String(number).padStart(3, '0')}`);
    await bucket.put('a', codec.encode('x'.repeat((number * 971) % 40_000)));
  }
  const full = await jetStream.views.kv('SESSIONS', { max_bytes: 4_000 });
  await full.put('a', codec.encode('x'.repeat(3_800)));
  const connection = { name: 'local', url: server.url, environment: 'production' };
  workbench = await openWorkbench({ connections: [connection] });
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
  await server?.stop();
});

pictureFailures(() => workbench);

function page(): FrameLocator {
  return workbench.webview;
}

function section(id: string) {
  return page().locator(`section[data-id="${id}"]`);
}

/** What axe finds wrong with the page as it is shown. */
async function seriousFaults(): Promise<string[]> {
  const body = page().locator('body');
  await body.evaluate(`${axe.source}; undefined`);
  const found: unknown = await body.evaluate(
    'axe.run(document).then(({ violations }) => violations)',
  );
  return (found as AxeResults['violations'])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** One long story: each step goes on where the one before ended. */
describe('JetStream at a glance', () => {
  it('tells what the account uses, which buckets are large, and what is unhealthy', async () => {
    await workbench.row('SESSIONS').waitFor();
    await workbench.chooseFromMenu('local', 'Show JetStream at a Glance');
    await page().getByRole('heading', { level: 1, name: 'JetStream at a Glance' }).waitFor();
    await section('account').getByText('111 of 120 (92%)').waitFor();
    await section('unhealthy').getByText('SESSIONS').waitFor();
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      await page().locator('h1').click();
      await workbench.shot(`150-glance-${name}`);
      await section('buckets').scrollIntoViewIfNeeded();
      await workbench.shot(`151-glance-buckets-${name}`);
      expect(await seriousFaults()).toEqual([]);
      await section('tiles').scrollIntoViewIfNeeded();
    }
  });

  it('turns the pages of many buckets, and sorts them, by keyboard', async () => {
    const buckets = section('buckets');
    await buckets.getByText('1 to 50 of 111').waitFor();
    await buckets.getByRole('button', { name: 'Next' }).press('Enter');
    await buckets.getByText('51 to 100 of 111').waitFor();
    await buckets.getByRole('button', { name: 'Bucket', exact: true }).press('Enter');
    await buckets.locator('th[aria-sort="ascending"]').waitFor();
    await buckets.getByText('1 to 50 of 111').waitFor();
    await expect.poll(() => buckets.locator('tbody th').first().innerText()).toBe('SESSIONS');
    await workbench.shot('152-glance-sorted');
  });

  it('tells what grows while it is looked at', async () => {
    const bucket = await jetStream.views.kv('TENANT_007');
    for (let number = 0; number < 20; number++) {
      await bucket.put(`more.${number}`, codec.encode('x'.repeat(1_000)));
    }
    await page().getByRole('button', { name: 'Refresh' }).click();
    await section('growth').getByRole('button', { name: 'TENANT_007' }).waitFor();
    await section('tiles').scrollIntoViewIfNeeded();
    await workbench.shot('153-glance-growing');
  });

  it('leads to the page of a bucket, and comes back after the window was loaded again', async () => {
    await section('growth').getByRole('button', { name: 'TENANT_007' }).click();
    await page().getByRole('heading', { level: 1, name: 'TENANT_007' }).waitFor();
    await workbench.page.locator('.tabs-container .tab', { hasText: 'JetStream of local' }).click();
    await page().getByRole('heading', { level: 1, name: 'JetStream at a Glance' }).waitFor();
    await workbench.reload();
    await page().getByRole('heading', { level: 1, name: 'JetStream at a Glance' }).waitFor(patient);
    await section('buckets').getByText('1 to 50 of 111').waitFor();
    expect(violations).toEqual([]);
  });
});
