import type { Locator } from 'playwright-core';
import { connect, StringCodec, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

const text = StringCodec();
const order = (status: string, items: number) =>
  text.encode(`{\n  "id": 42,\n  "status": "${status}",\n  "items": ${items}\n}\n`);

let server: NatsServer;
let other: NatsConnection;
let orders: KV;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  orders = await other.jetstream().views.kv('orders', { history: 10 });
  await other.jetstream().views.kv('archive');
  await orders.put('eu.42', order('new', 1));
  await orders.put('eu.43', order('new', 7));
  await orders.put('eu.42', order('paid', 1));
  await orders.delete('eu.42');
  await orders.put('eu.42', order('paid', 3));
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

function diffShows(original: string, modified: string): Promise<void> {
  const diff = workbench.page.locator('.monaco-diff-editor');
  return eventually(async () => {
    expect(await diff.locator('.original .view-lines').innerText()).toContain(original);
    expect(await diff.locator('.modified .view-lines').innerText()).toContain(modified);
  });
}

/** Drags by the mouse, and lets go once the target shows that it would take it. */
async function drag(from: Locator, onto: Locator): Promise<void> {
  const { mouse } = workbench.page;
  const position = (x: number, y: number) => ({ position: { x, y }, timeout: 5_000 });
  const isTarget = async (): Promise<void> => {
    await onto.hover(position(60, 10));
    await onto.hover(position(64, 12));
    expect(await onto.getAttribute('class')).toContain('drop-target');
  };
  await eventually(async () => {
    await from.hover();
    await mouse.down();
    // A row that is drawn anew under the mouse is not taken along: then it is taken once more.
    await eventually(isTarget, { timeoutMs: 5_000 }).catch(async (error: unknown) => {
      await mouse.up();
      throw error;
    });
  });
  await mouse.up();
}

/** What a person does who wants to know how a value became what it is; each step goes on from the last. */
describe('the history of a key', () => {
  it('says what to do while no key is chosen', async () => {
    await workbench.sideBar.getByText('Open a key, or select one').waitFor();
    await workbench.shot('60-history-welcome');
  });

  it('shows the revisions of the key that is opened', async () => {
    await workbench.expand('orders', 'eu');
    await workbench.expand('eu', '42');
    await workbench.click('42');
    await workbench.row('r5').waitFor();
    await workbench
      .row('r5')
      .filter({ hasText: /put · .*ago · .* B · latest/ })
      .waitFor();
    await workbench.row('r4').filter({ hasText: 'deleted' }).waitFor();
    await workbench.shot('61-history');
  });

  it('tells the exact facts in the tooltip', async () => {
    await workbench.tooltip(workbench.row('r3'), 'Previous');
    await workbench.shot('62-history-tooltip');
    await workbench.page.mouse.move(900, 500);
  });

  it('compares a revision with the one before on a click', async () => {
    await workbench.click('r3');
    await diffShows('"new"', '"paid"');
    await workbench.shot('63-history-diff');
  });

  it('shows a new revision as it is written', async () => {
    await orders.put('eu.42', order('shipped', 3));
    await workbench.row('r6').waitFor();
    await workbench.shot('64-history-live');
  });

  it('has the comparisons and Restore in the menu of a row', async () => {
    await workbench.openMenu(workbench.row('r3'), 'Restore This Revision');
    await workbench.shot('65-history-menu');
    await workbench.closeMenu();
  });

  it('compares two selected rows from their menu', async () => {
    const history = workbench.sideBar.locator('.pane', { hasText: 'History' });
    await eventually(async () => {
      await workbench.row('r5').click();
      await workbench.row('r1').click({ modifiers: ['Control'] });
      expect(await history.locator('.monaco-list-row.selected').count()).toBe(2);
    });
    await workbench.chooseFromMenu('r1', 'Compare Selected Revisions');
    await diffShows('"new"', '"paid"');
    await workbench.shot('69-history-two');
  });

  it('compares with the working text', async () => {
    await workbench.row('r3').click();
    await diffShows('"new"', '"paid"');
    await workbench.chooseFromMenu('r3', 'Compare with Working Text');
    await diffShows('"paid"', '"shipped"');
    await workbench.shot('66-history-working-text');
  });

  it('restores a revision as a new one', async () => {
    await workbench.chooseFromMenu('r1', 'Restore This Revision');
    await workbench.row('r7').waitFor();
    const entry = await orders.get('eu.42');
    expect([entry?.revision, entry && text.decode(entry.value)]).toEqual([
      7,
      text.decode(order('new', 1)),
    ]);
    await workbench.shot('67-history-restored');
  });

  it('opens a marker as the empty message that it is', async () => {
    await workbench.chooseFromMenu('r4', 'Open Revision');
    await workbench.tab('eu.42@r4').waitFor();
    await workbench.shot('68-history-marker');
  });
});

describe('keys', () => {
  it('have their commands in the menu of a row', async () => {
    await workbench.openMenu(workbench.row('43'), 'Purge Key…');
    await workbench.shot('69-key-menu');
    await workbench.closeMenu();
  });

  it('are copied to another bucket by dragging', async () => {
    await drag(workbench.row('43'), workbench.row('archive'));
    await workbench.expand('archive');
    const archive = await other.jetstream().views.kv('archive', { bindOnly: true });
    await eventually(async () => {
      const entry = await archive.get('eu.43');
      expect(entry && text.decode(entry.value)).toBe(text.decode(order('new', 7)));
    });
    await eventually(async () =>
      expect(await workbench.row('archive').innerText()).toContain('1 key'),
    );
    await workbench.shot('70-dragged');
  });

  it('say in words what a rename does, and where it goes', async () => {
    await workbench.click('43');
    await workbench.runCommand('NATS KV: Rename Key…');
    await workbench.quickInput.filter({ hasText: 'New key. The history stays' }).waitFor();
    await workbench.shot('71-rename');
    await workbench.page.keyboard.press('Escape');
  });

  it('are copied as code and as a command', async () => {
    await workbench.runCommand('NATS KV: Copy Key as nats Command…');
    await workbench.quickInput.locator('.monaco-list-row').first().waitFor();
    await workbench.shot('72-nats-command');
    await workbench.page.keyboard.press('Escape');
  });
});
