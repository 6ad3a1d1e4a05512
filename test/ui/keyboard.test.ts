import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let server: NatsServer;
let other: NatsConnection;
let flags: KV;
let workbench: Workbench;

const encode = (text: string) => new TextEncoder().encode(text);

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  flags = await other.jetstream().views.kv('flags', { history: 5 });
  for (const key of ['ui.dark', 'ui.light', 'ui.wide']) {
    await flags.put(key, encode('{"on":true}'));
  }
  const shop = { name: 'shop', url: server.url, environment: 'production' };
  workbench = await openWorkbench({ connections: [shop] });
  await workbench.openContainer('NATS KV');
  await workbench.expand('shop', 'flags');
  await workbench.expand('flags', 'ui');
  await workbench.expand('ui', 'dark');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

const press = (key: string) => workbench.page.keyboard.press(key);

/**
 * Moves the focus to a row, without selecting it, from above. An editor that opens late takes the focus
 * away again.
 */
async function focus(label: string): Promise<void> {
  await workbench.expand('ui', label);
  const focused = workbench.sideBar.locator('.monaco-list:focus .monaco-list-row.focused');
  await eventually(
    async () => {
      if (!(await focused.isVisible())) {
        await workbench.runCommand('NATS KV: Focus on Buckets View');
        await press('Home');
      }
      const before = await focused.innerText({ timeout: 5_000 });
      if (!before.includes(label)) {
        await press('ArrowDown');
        const after = await focused.innerText({ timeout: 5_000 });
        if (after === before) {
          await press('Home');
        }
        expect(after).toContain(label);
      }
    },
    { timeoutMs: 90_000 },
  );
}

describe('the tree by the keyboard', () => {
  it('previews with Space, and keeps the focus', async () => {
    await focus('dark');
    await press('Space');

    await workbench.tab('ui.dark').waitFor();
    await eventually(async () => expect(await workbench.editorText()).toContain('"on": true'));
    const list = workbench.sideBar.locator('.monaco-list:focus');
    await list.waitFor();
    await press('ArrowDown');
    await list.locator('.monaco-list-row.focused', { hasText: 'light' }).waitFor();
    await press('Enter');
    await workbench.tab('ui.light').waitFor();
    await workbench.shotInThemes('120-production');
  });

  it('renames the row with the focus with F2, and undoes it from the message that tells of it', async () => {
    await focus('wide');
    await press('F2');

    const title = workbench.quickInput.filter({ hasText: 'PRODUCTION: Rename ui.wide' });
    await title.waitFor();
    await workbench.shot('121-rename');
    await workbench.quickInput.locator('input').fill('ui.broad');
    await press('Enter');
    await workbench.dialog.getByText('PRODUCTION: Rename ui.wide to flags on shop?').waitFor();
    await workbench.shot('122-rename-plan');
    await workbench.dialog.getByRole('button', { name: 'Rename' }).click();

    await workbench.row('broad').waitFor();
    const message = workbench.notification('Renamed ui.wide to ui.broad.');
    await message.waitFor();
    await workbench.shot('123-renamed');
    await workbench.answerNotification('Renamed ui.wide to ui.broad.', 'Undo');

    await workbench.row('wide').waitFor();
    await workbench.row('broad').waitFor({ state: 'detached' });
  });

  it('copies with Ctrl+C, opens beside with Ctrl+Enter and deletes with Delete', async () => {
    await focus('light');
    await press('ControlOrMeta+C');
    await eventually(async () =>
      expect(await workbench.page.evaluate('navigator.clipboard.readText()')).toBe('ui.light'),
    );
    await press('ControlOrMeta+Enter');
    await eventually(async () =>
      expect(await workbench.page.locator('.editor-group-container').count()).toBe(2),
    );
    await eventually(async () => expect(await workbench.editorText()).toContain('"on": true'));
    await focus('light');
    await press('Delete');
    await workbench.quickInput.filter({ hasText: 'PRODUCTION: Delete ui.light' }).waitFor();
    await workbench.shot('124-delete');
    await workbench.quickInput.locator('input').fill('flags');
    await press('Enter');

    await workbench.row('light').waitFor({ state: 'detached' });
    await workbench.notification('Deleted ui.light.').waitFor();
    await workbench.shot('125-deleted');
  });

  it('has what a row can do in its menu, and few commands in the palette', async () => {
    await workbench.openMenu(workbench.row('dark'), 'Delete Key…');
    await workbench.shot('126-key-menu');
    await workbench.closeMenu();
    await press('F1');
    await workbench.quickInput.locator('input').fill('>NATS KV: ');
    await workbench.quickInput.getByText('Add Connection…').waitFor();
    await workbench.shot('127-palette');
    await workbench.quickInput.locator('input').fill('>NATS KV: Copy Key');
    await workbench.quickInput.getByText('Copy Key URI').waitFor();
    await workbench.quickInput.locator('input').fill('>NATS KV: Delete');
    await workbench.quickInput.getByText('Delete Key…').waitFor();
    await press('Escape');
  });
});

interface Spoken {
  readonly name: string;
  readonly role: string;
}

/** What a screen reader says of what has the focus: in a list that is the row, in a box of choices the choice. */
function spoken(): Promise<Spoken> {
  return workbench.page.evaluate(`(() => {
    const active = document.activeElement;
    const row = document.getElementById(active.getAttribute('aria-activedescendant') ?? '');
    const told = row ?? active;
    return {
      name: told.getAttribute('aria-label') ?? told.textContent ?? '',
      role: told.getAttribute('role') ?? told.tagName.toLowerCase(),
    };
  })()`);
}

describe('the main scenario without a mouse', () => {
  const heard: Spoken[] = [];

  /** Gives a view the focus by its command, and its first row. */
  async function goTo(view: string, first: RegExp): Promise<void> {
    await workbench.runCommand(`NATS KV: Focus on ${view} View`);
    await eventually(async () => {
      await press('Home');
      expect((await spoken()).name).toMatch(first);
    });
    heard.push(await spoken());
  }

  it('says in words where the user is, at each step from the tree to an editor', async () => {
    await goTo('Buckets', /^shop, connection, PRODUCTION/);
    for (const row of [
      /^flags, bucket, /,
      /^ui, folder of \d keys/,
      /^\w+, key, /,
      /^dark, key, /,
    ]) {
      if (!row.test((await spoken()).name)) {
        await press('ArrowDown');
      }
      await eventually(async () => expect((await spoken()).name).toMatch(row));
      heard.push(await spoken());
    }
    await press('Enter');
    const tab = workbench.page.getByRole('tab', { name: 'ui.dark, Editor Group' });
    await tab.waitFor();
    heard.push({ name: (await tab.getAttribute('aria-label')) ?? '', role: 'tab' });
    await workbench.shot('128-by-keyboard');
  });

  it('leaves nothing unsaid, and no sign of an icon in it', async () => {
    const folder = join(import.meta.dirname, '../../artifacts/ui');
    await mkdir(folder, { recursive: true });
    const lines = heard.map(({ name, role }) => `${role}: ${name}`);
    await writeFile(join(folder, 'keyboard-labels.txt'), `${lines.join('\n')}\n`);
    expect(new Set(lines).size).toBe(5);
    const broken = heard.filter(
      ({ name, role }) =>
        !/\p{L}{2}/u.test(name) ||
        /\$\(|undefined|null|\[object|, ,|,\s*$/.test(name) ||
        name.toLowerCase().endsWith(` ${role}`),
    );
    expect(broken).toEqual([]);
  });
});
