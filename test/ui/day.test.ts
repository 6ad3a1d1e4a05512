import { readFileSync } from 'node:fs';
import { connect, type KV, type NatsConnection } from 'nats';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const encode = (text: string) => new TextEncoder().encode(text);

let server: NatsServer;
let other: NatsConnection;
let shop: KV;
let workbench: Workbench;
/** Keys pressed since it was set back. */
let pressed = 0;

/** The keys that the README offers to start from. */
function keybindings(): readonly object[] {
  const [, block = '[]'] =
    /## By the keyboard[^]*?```json\n([^]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  return JSON.parse(block) as object[];
}

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  shop = await other.jetstream().views.kv('shop', { history: 5 });
  for (const key of ['ui.dark', 'ui.light', 'jobs.mail', 'jobs.print']) {
    await shop.put(key, encode('{"on":1,"by":"setup","note":"none"}'));
  }
  workbench = await openWorkbench({
    keybindings: keybindings(),
    settings: { 'natsKv.writeHeaders': { 'X-User': 'me' } },
  });
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** Presses keys one after the other, each counted. */
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    pressed++;
    await workbench.page.keyboard.press(key);
  }
}

async function type(text: string): Promise<void> {
  pressed += text.length;
  await workbench.page.keyboard.type(text);
}

/** Waits for a question that has some text, in its title, its prompt or what can be picked. */
function asked(text: string | RegExp): Promise<void> {
  return workbench.quickInput.filter({ hasText: text }).first().waitFor();
}

/** Waits until Enter would take the row with this text. */
function preselected(text: string): Promise<void> {
  return row(text).waitFor();
}

/** Goes down to the row with this text, as a person does who looks where the mark is. */
async function moveTo(text: string): Promise<void> {
  const focused = workbench.quickInput.locator('.monaco-list-row.focused');
  await eventually(async () => {
    const before = await focused.textContent({ timeout: 1_000 });
    if (!before?.includes(text)) {
      await press('ArrowDown');
    }
    expect(await focused.textContent({ timeout: 1_000 })).toContain(text);
  });
}

function row(text: string): Locator {
  return workbench.quickInput.locator('.monaco-list-row.focused', { hasText: text });
}

/**
 * Takes the row with this text by Enter, as a person does: VS Code makes no row active for a moment while what is
 * found is counted anew, and takes no Enter then.
 */
async function take(text: string): Promise<void> {
  await preselected(text);
  await press('Enter');
  await expect.poll(() => takenWithin(text, 3_000), { interval: 0 }).toBe(true);
}

/** Whether a row went by Enter; presses it once more where it did not. */
async function takenWithin(text: string, timeout: number): Promise<boolean> {
  try {
    await row(text).waitFor({ state: 'hidden', timeout });
    return true;
  } catch {
    await workbench.page.keyboard.press('Enter');
    return false;
  }
}

/** Waits until the editor of a key has the focus. */
async function hasFocus(key: string): Promise<void> {
  await workbench.page.locator(`.tab.active[data-resource-name^="${key}"]`).waitFor();
  await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
}

/** Waits until the editor of a key has the focus and its value. */
async function inEditor(key: string): Promise<void> {
  await hasFocus(key);
  await eventually(async () => expect((await workbench.editorText()).trim()).not.toBe(''));
}

async function stored(key: string): Promise<string | undefined> {
  const entry = await shop.get(key);
  return entry?.operation === 'PUT' ? entry.string() : undefined;
}

/** Waits for a line of the active editor. */
function line(text: string): Promise<void> {
  const lines = workbench.page.locator('.editor-group-container.active .view-line');
  return lines.filter({ hasText: text }).first().waitFor();
}

function isFocused(element: { matches(selector: string): boolean }): boolean {
  return element.matches(':focus');
}

/** A day with the keyboard alone: each step goes on where the one before ended. */
describe('a working day by the keyboard', () => {
  it('begins with a connection, whose questions Enter answers', async () => {
    await workbench.openContainer('NATS KV');
    await workbench.sideBar.getByText('Add Connection…').waitFor();
    await press('F1');
    await type('add connection');
    await take('NATS KV: Add Connection…');
    await asked('URL of the NATS server');
    await press('ControlOrMeta+A');
    await type(server.url);
    await press('Enter');
    for (const question of ['No Login', 'Name of the connection', 'No label', 'Read and Write']) {
      await asked(question);
      await press('Enter');
    }
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.row('shop').waitFor();
    await workbench.shot('140-day-connected');
  });

  it('finds a key by two words, changes and saves it with 14 keys', async () => {
    pressed = 0;
    await press('ControlOrMeta+K', 'g');
    await asked('Go to Key');
    await type('sh dar');
    await preselected('ui.dark');
    await workbench.shot('141-day-go-to-key');
    await take('ui.dark');
    await line('"on": 1,');
    // Onto the digit of the second line.
    await press('ArrowDown', 'End', 'ArrowLeft');
    await type('0');
    await press('ControlOrMeta+S');

    await eventually(async () => expect(await stored('ui.dark')).toContain('"on":10,'));
    expect(pressed).toBeLessThanOrEqual(14);
  });

  it('puts both sides of a conflict together with two keys more', async () => {
    await type('0');
    await shop.put('ui.dark', encode('{"on":10,"by":"setup","note":"theirs"}'));
    await workbench.page
      .getByText(/changed on .*: r\d+ -> r\d+/)
      .first()
      .waitFor();
    await workbench.shot('142-day-conflict');
    pressed = 0;
    await press('ControlOrMeta+K', 'm');
    await line('"note": "theirs"');
    expect(pressed).toBeLessThanOrEqual(2);
    await press('ControlOrMeta+S');

    await eventually(async () =>
      expect(await stored('ui.dark')).toBe('{"on":100,"by":"setup","note":"theirs"}'),
    );
  });

  it('tells who wrote what', async () => {
    await press('ControlOrMeta+K', 'h');
    const history = workbench.sideBar.locator('.pane', { hasText: 'History' });
    await history.locator('.monaco-list:focus').waitFor();
    await workbench.row('r7').filter({ hasText: 'latest · me' }).waitFor();
    await press('ArrowDown');
    await press('Enter');
    await workbench.page.locator('.monaco-diff-editor').first().waitFor();
    await workbench.shot('143-day-history');
  });

  it('renames the key with its editor open', async () => {
    await press('ControlOrMeta+K', 'g');
    await asked('Go to Key');
    await type('sh dar');
    await take('ui.dark');
    await inEditor('ui.dark');
    await press('ControlOrMeta+K', 'r');
    await asked('Rename ui.dark');
    await press('ControlOrMeta+A');
    await type('ui.night');
    await press('Enter');

    await workbench.tab('ui.night').waitFor();
    await eventually(async () => expect(await stored('ui.night')).toContain('"on":100'));
    expect(await stored('ui.dark')).toBeUndefined();
    await workbench.shot('144-day-renamed');
  });

  it('creates a key beside it with 10 keys', async () => {
    pressed = 0;
    await press('ControlOrMeta+K', 'n');
    await take('shop');
    await asked('Key: tokens');
    await type('a');
    await press('Enter');
    await asked('How the value begins');
    await press('Enter');
    await workbench.tab('ui.a').waitFor();
    await workbench.page.getByText('not stored yet. Save creates it').waitFor();
    await hasFocus('ui.a');
    await type('1');
    await press('ControlOrMeta+S');

    await eventually(async () => expect(await stored('ui.a')).toBe('1'));
    expect(pressed).toBeLessThanOrEqual(10);
  });

  it('finds a text in values and replaces it in all of them after a look at the plan', async () => {
    await press('ControlOrMeta+K', 'f');
    await asked('Find in Values');
    await type('setup');
    await workbench.shot('145-day-find');
    // In the whole bucket instead of the folder of the active key.
    await moveTo('bucket on local');
    await press('Enter');
    await take('Find "setup"');
    // The results have the focus from the beginning of the search.
    const results = workbench.page.locator('.pane', {
      has: workbench.page.locator('.pane-header', { hasText: 'Find Results' }),
    });
    await results.locator('.monaco-list-row', { hasText: 'jobs.mail' }).first().waitFor();
    await results.locator('.pane-body:focus-within').waitFor();
    // A search that is under way has found a part only.
    await results.getByText(/"setup" in .* in \d+ keys/).waitFor();
    await results.locator('.pane-body:focus-within').waitFor();
    await press('F1');
    await type('replace all');
    await take('NATS KV: Replace All');
    await asked('The new text');
    await type('crew');
    await press('Enter');
    await line('jobs.mail');
    await workbench.shot('146-day-plan');
    await press('F1');
    await type('carry out');
    await take('NATS KV: Carry Out');

    await eventually(async () => expect(await stored('jobs.mail')).toContain('"by":"crew"'));
    await eventually(async () => expect(await stored('ui.light')).toContain('"by":"crew"'));
  });

  it('watches what others do, and filters it', async () => {
    await press('ControlOrMeta+K', 'l');
    await preselected('shop');
    await workbench.shot('147-day-watch');
    await take('shop');
    await asked('Which keys');
    await press('Enter');
    await take('Updates only');
    await workbench.webview.locator('.watch.live').waitFor();
    await shop.put('jobs.mail', encode('{"on":2}'));
    await shop.put('jobs.print', encode('{"on":3}'));
    await workbench.webview.locator('.row', { hasText: 'jobs.print' }).waitFor();
    const filter = workbench.webview.locator('vscode-textfield[label^="Filter by text"] input');
    await eventually(async () => {
      await press('Tab');
      expect(await filter.evaluate(isFocused)).toBe(true);
    });
    await type('mail');
    await eventually(async () => expect(await workbench.webview.locator('.row').count()).toBe(1));
    await workbench.shot('148-day-live');
  });

  it('deletes and takes it back', async () => {
    // Out of the page, to the first group of editors.
    await press('ControlOrMeta+1');
    await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await press('ControlOrMeta+K', 'g');
    await asked('Go to Key');
    await type('sh lig');
    await take('ui.light');
    await inEditor('ui.light');
    await press('ControlOrMeta+K', 'Delete');
    await workbench.dialog.getByText('Delete ui.light').first().waitFor();
    await press('Enter');
    await eventually(async () => expect(await stored('ui.light')).toBeUndefined());
    await workbench.notification('Deleted ui.light.').waitFor();
    await press('ControlOrMeta+K', 'Backspace');
    await eventually(async () => expect(await stored('ui.light')).toContain('"on":1'));
    await workbench.shot('149-day-undone');
  });
});
