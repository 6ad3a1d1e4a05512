import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const users = 'authorization { users = [{ user: "alice", password: "wonderland" }] }';

let server: NatsServer;
let other: NatsConnection;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer({ config: users });
  const login = { user: 'alice', pass: 'wonderland' };
  other = await connect({ servers: server.url, ...login });
  const kv = await other.jetstream().views.kv('flags', { history: 3 });
  await kv.put('ui.dark', 'true');
  workbench = await openWorkbench({
    contexts: {
      dev: { description: 'A context', url: server.url, user: 'alice', password: 'wonderland' },
      odd: { url: server.url, windows_cert_store: 'user', user: 'bob', password: 'no' },
    },
  });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

describe('contexts of the nats CLI', () => {
  it('stand in the tree by themselves, and connect with what they hold', async () => {
    await workbench.expand('dev', 'flags');
    await workbench.shot('40-contexts');
  });

  it('name what of them cannot be used', async () => {
    await workbench.expand('odd', 'odd refused the login.');
    await workbench.shot('41-context-problems');
  });
});

describe('adding a connection to a server that asks for a login', () => {
  it('preselects a login, and says in words why the test failed', async () => {
    await workbench.runCommand('NATS KV: Add Connection…');
    await workbench.answer('URL of the NATS server', server.url);
    await workbench.quickInput.getByPlaceholder('this server asks for it').waitFor();
    await workbench.shot('42-login-ways');
    await workbench.page.keyboard.press('Enter');
    await workbench.answer('Name of the user', 'alice');
    await workbench.quickInput.filter({ hasText: 'Password of alice' }).waitFor();
    await workbench.shot('43-password');
    await workbench.answer('Password of alice', 'looking-glass');
    await workbench.pick('Keep for This Session Only');
    await workbench.answer('Name of the connection', 'shop');
    await workbench.quickInput.getByPlaceholder('Environment').waitFor();
    await workbench.shot('44-environment');
    await workbench.pick('production');
    await workbench.pick('Read-Only');
    await workbench.dialog.getByText('Failed to connect to shop.').waitFor();
    await workbench.dialog.getByText('rejected').waitFor();
    await workbench.shot('45-test-failed');
  });

  it('goes back into the questions with every answer kept, and saves once the test passes', async () => {
    await workbench.dialog.getByRole('button', { name: 'Change…' }).click();
    await workbench.answer('URL of the NATS server', server.url);
    await workbench.quickInput.getByPlaceholder('this server asks for it').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.answer('Name of the user', 'alice');
    await workbench.answer('Password of alice', 'wonderland');
    await workbench.pick('Keep for This Session Only');
    await workbench.quickInput.filter({ hasText: 'Name of the connection' }).waitFor();
    expect(await workbench.quickInput.locator('input').inputValue()).toBe('shop');
    await workbench.page.keyboard.press('Enter');
    await workbench.quickInput.getByPlaceholder('Environment').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.quickInput.getByPlaceholder('Access').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.row('shop').waitFor();
    await workbench.expand('shop');
    await workbench.shot('46-production');
  });
});

describe('a read-only production connection', () => {
  it('opens keys locked and offers no way to change them', async () => {
    await workbench.collapse('dev');
    await workbench.expand('flags', 'ui');
    await workbench.expand('ui', 'dark');
    await workbench.click('dark');
    await workbench.tab('ui.dark').waitFor();
    // VS Code says it for a moment, or until the cursor moves.
    await eventually(async () => {
      await workbench.page.locator('.editor-group-container.active .view-lines').click();
      await workbench.type('x');
      await workbench.page.getByText('Editor is read-only').first().waitFor({ timeout: 3_000 });
    });
    await workbench.shot('47-read-only');
  });

  it('can be unlocked for a while, which is in view', async () => {
    await workbench.chooseFromMenu('shop', 'Unlock Writes');
    await workbench.dialog.getByText('PRODUCTION: Unlock writes on shop?').waitFor();
    await workbench.shot('48-unlock');
    await workbench.dialog.getByRole('button', { name: 'Unlock for 10 Minutes' }).click();
    await workbench.tab('ui.dark').click();
    await workbench.replaceText('false');
    await workbench.save();
    const kv = await other.jetstream().views.kv('flags');
    await eventually(async () => expect((await kv.get('ui.dark'))?.string()).toBe('false'));
    await workbench.shot('49-unlocked');
  });

  it("asks for the bucket's name before it deletes a key", async () => {
    await workbench.chooseFromMenu('dark', 'Delete Key…');
    await workbench.quickInput.getByText('PRODUCTION: Delete ui.dark in flags on shop?').waitFor();
    await workbench.shot('50-production-delete');
    await workbench.answer('Type flags to confirm.', 'flags');
    await workbench.row('No keys in flags.').waitFor();
  });

  it('locks itself again by command', async () => {
    await workbench.chooseFromMenu('shop', 'Lock Writes');
    await workbench.sideBar.getByText('PRODUCTION · read-only').waitFor();
    await workbench.shot('51-locked');
  });
});

describe('the passwords that were typed', () => {
  it('stand in no file of VS Code and nowhere on the screen', async () => {
    const settings = workbench.filesWith('"name": "shop"');
    expect(settings).not.toEqual([]);
    for (const secret of ['wonderland', 'looking-glass']) {
      expect(workbench.filesWith(secret)).toEqual([]);
      expect(await workbench.page.content()).not.toContain(secret);
    }
  });
});
