import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const codec = StringCodec();

let server: NatsServer;
let other: NatsConnection;
let flags: KV;
let workbench: Workbench;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transfer-ui-'));
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  flags = await other.jetstream().views.kv('FLAGS', { history: 5 });
  for (let number = 1; number <= 12; number++) {
    await flags.put(`shop.flag.${number}`, codec.encode(number % 3 === 0 ? 'off' : 'on'));
  }
  await flags.put('old.banner', codec.encode('x'));
  const wanted = Object.fromEntries(
    Array.from({ length: 16 }, (_, at) => [`shop.flag.${at + 1}`, 'on']),
  );
  const text = JSON.stringify({ ...wanted, 'bad key': 'on' }, undefined, 2);
  await writeFile(join(folder, 'flags.json'), text);
  const connection = { name: 'live', url: server.url, environment: 'production' };
  workbench = await openWorkbench({ connections: [connection] });
  await workbench.openContainer('NATS KV');
  await workbench.row('FLAGS').waitFor();
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

pictureFailures(() => workbench);

/** Chooses a file in the dialog that VS Code itself shows. */
function chooseFile(name: string): Promise<void> {
  return workbench.chooseFile(join(folder, name), /^(OK|Import|Export)$/);
}

describe('moving keys', () => {
  it('exports a bucket into a form that is chosen', async () => {
    await workbench.chooseFromMenu('FLAGS', 'Export Bucket…');
    await workbench.quickInput.getByText('PRODUCTION: Export FLAGS on live').waitFor();
    await workbench.shot('180-export-forms');
    await workbench.pick('NDJSON');
    await chooseFile('out.ndjson');
    await workbench.page
      .getByText(/Exported 13 keys/)
      .first()
      .waitFor();
    await workbench.shot('181-exported');
  });

  it('shows what an import would write, asks for the name in production, and reports', async () => {
    await workbench.chooseFromMenu('FLAGS', 'Import into Bucket…');
    await workbench.pick('File…');
    await chooseFile('flags.json');
    await workbench.pick('Objects Are Values');
    await workbench.answer('Put before each key', '');
    await workbench.pick('Keys as They Are');
    await workbench.shot('182-import-modes');
    await workbench.pick('Mirror');
    await workbench.tab('Import flags.json into FLAGS.diff').waitFor();
    const action = workbench.page.getByRole('button', { name: 'Write 9 Keys' });
    await action.waitFor();
    await workbench.shotInThemes('183-import-plan');

    await flags.put('shop.flag.3', codec.encode('theirs'));
    await action.click();
    await workbench.answer('Type FLAGS to confirm.', 'FLAGS');
    const counts = { hasText: '8 done, 1 skipped, 1 refused, 0 not known.' };
    await workbench.page.locator('.view-line', counts).waitFor();
    await workbench.shotInThemes('184-import-report');
    expect((await flags.get('old.banner'))?.operation).toBe('DEL');
    expect((await flags.get('shop.flag.3'))?.string()).toBe('theirs');
  });

  it('tells what differs', async () => {
    await workbench.chooseFromMenu('FLAGS', 'Verify Bucket with Export…');
    await workbench.pick('File…');
    await chooseFile('flags.json');
    await workbench.pick('Objects Are Values');
    await workbench.answer('Put before each key', '');
    await workbench.pick('Keys as They Are');
    await workbench.page
      .locator('.view-line', { hasText: 'Different: 1; not compared: 1.' })
      .waitFor();
    await workbench.shotInThemes('185-verify');
  });
});
