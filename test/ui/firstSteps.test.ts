import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let workbench: Workbench;
/** Clicks so far of somebody who has never seen the extension. */
let clicks = 0;

beforeAll(async () => {
  workbench = await openWorkbench({
    // As it is in a VS Code that nobody has set up.
    settings: { 'workbench.startupEditor': 'welcomePage' },
    machineSettings: {
      'natsKv.localServer.path': process.env['NATS_SERVER_BIN'],
      'natsKv.localServer.port': 0,
    },
  });
});

afterAll(() => workbench?.close());

pictureFailures(() => workbench);

async function click(target: Locator): Promise<void> {
  clicks++;
  await target.click();
}

async function open(label: string, below: string): Promise<void> {
  clicks++;
  await workbench.openRow(workbench.row(label), workbench.row(below));
}

function walkthrough(): Locator {
  return workbench.page.locator('.gettingStartedContainer');
}

function step(title: string): Locator {
  return walkthrough().locator('.getting-started-step', { hasText: title });
}

/** Whether VS Code has ticked a step off. */
function done(title: string): Locator {
  return step(title).locator('.codicon-getting-started-step-checked').first();
}

/** Opens a step, which shows its picture; the walkthrough is brought to the front first. */
async function openStep(title: string): Promise<void> {
  const opened = step(title).and(workbench.page.locator('.expanded')).first();
  await eventually(async () => {
    await workbench.page.locator('.tab', { hasText: 'Welcome' }).click({ timeout: 10_000 });
    if (!(await opened.isVisible())) {
      await step(title).first().click({ timeout: 10_000 });
    }
    await opened.waitFor({ timeout: 3_000 });
  });
}

describe('the first steps', () => {
  it('are shown when the installed package is first used', async () => {
    clicks++;
    await workbench.openContainer('NATS KV');
    await step('Connect, or start a server').first().waitFor({ timeout: 60_000 });
  });

  it('lead to a value that was changed in less than ten clicks', async () => {
    await click(walkthrough().getByRole('button', { name: 'Start Local NATS Server' }));
    await click(workbench.notification('has no buckets yet').getByText('Add Demo Bucket'));
    await open('demo', 'products');
    await open('products', 'lamp');
    await click(workbench.row('lamp'));
    await workbench.page.locator('.view-line', { hasText: '"stock": 58' }).waitFor();
    await click(workbench.page.locator('.view-line', { hasText: '"stock": 58' }));
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ControlOrMeta+ArrowRight');
    await workbench.type('Left');
    await workbench.save();
    await workbench.row('r12').waitFor();
    expect(clicks).toBeLessThan(10);
  });

  it('are ticked off as they are gone', async () => {
    await openStep('Watch live');
    for (const title of ['Connect, or start a server', 'Open a key', 'Change it and save']) {
      await done(title).waitFor();
    }
  });

  it('show a conflict in which nothing is lost', async () => {
    await workbench.tab('products.lamp').click();
    await workbench.page.locator('.editor-group-container.active .view-lines').click();
    await workbench.page.keyboard.press('ControlOrMeta+End');
    await workbench.type(' ');
    await openStep('Meet a conflict safely');
    await walkthrough().getByRole('button', { name: 'Let Somebody Else Change It' }).click();
    const compare = workbench.page.locator('.codelens-decoration').getByText('Compare');
    await compare.first().click();
    await workbench.page.locator('.monaco-diff-editor').waitFor();
    await openStep('Watch live');
    await done('Meet a conflict safely').waitFor();
  });

  it('are not opened again by a reload once they were closed', async () => {
    await workbench.page.locator('.tab', { hasText: 'Welcome' }).click();
    await workbench.runCommand('View: Close Editor');
    await walkthrough().waitFor({ state: 'detached' });
    await workbench.reload();
    await workbench.openContainer('NATS KV');
    // The extension is at work again, which is when it would open them.
    await workbench.sideBar.getByRole('button', { name: 'Start Local NATS Server' }).waitFor();
    await workbench.runCommand('NATS KV: Show Log');
    await workbench.shot('first-steps-reloaded');
    expect(await step('Connect, or start a server').count()).toBe(0);
  });
});
