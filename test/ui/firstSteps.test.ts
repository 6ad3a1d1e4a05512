import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import { themes, type Workbench } from './workbench';

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

const titles = [
  'Connect, or start a server',
  'Open a key',
  'Change it and save',
  'Meet a conflict safely',
  'Watch live',
];

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

/** The tab of the walkthrough, which is that of VS Code's Welcome page too. */
function walkthroughTab(): Locator {
  return workbench.page.locator('.tab', { hasText: /Welcome|Walkthrough/ });
}

interface Drawn {
  readonly ownerDocument: {
    readonly defaultView: { getComputedStyle(of: Drawn): { readonly fill: string } };
  };
}

/** The color that a shape is filled with. */
function fillOf(shape: Drawn): string {
  return shape.ownerDocument.defaultView.getComputedStyle(shape).fill;
}

/** Opens a step, which shows its picture; the walkthrough is brought to the front first. */
async function openStep(title: string): Promise<void> {
  const opened = step(title).and(workbench.page.locator('.expanded')).first();
  await eventually(async () => {
    await walkthroughTab().click({ timeout: 10_000 });
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

  it('have pictures in the colors of the theme', async () => {
    // VS Code leaves the pictures out where there is little room.
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    const picture = workbench.webview.locator('svg');
    const page = workbench.page.locator('.getting-started-category', { hasText: 'NATS KV' });
    const enabled = step('Open a key').and(workbench.page.locator(':enabled'));
    const colors = new Set<string>();
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      // A page of steps goes back to the list of pages when the theme changes.
      await walkthroughTab().click();
      await page.first().click();
      await enabled.first().waitFor();
      for (const [at, title] of titles.entries()) {
        await step(title).first().click();
        await picture.locator('text').first().waitFor();
        await workbench.shot(`first-steps-${at + 1}-${name}`);
      }
      const fill = picture.locator('[fill*="editor-background"]').first();
      colors.add(await fill.evaluate(fillOf));
    }
    expect(colors.size).toBe(themes.length);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });

  it('are not opened again by a reload once they were closed', async () => {
    await walkthroughTab().click();
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
