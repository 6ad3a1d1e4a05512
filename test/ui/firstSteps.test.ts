import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let workbench: Workbench;
/** Clicks so far of somebody who has never seen the extension. */
let clicks = 0;

const themes = [
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'contrast'],
  ['Dark Modern', 'dark'],
] as const;

beforeAll(async () => {
  workbench = await openWorkbench({
    isEmpty: true,
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
  await workbench.page
    .locator('.tab', { hasText: 'Walkthrough: Get Started with NATS KV' })
    .click();
  await step(title).first().click();
}

describe('the first steps', () => {
  it('are shown by VS Code itself once the package is installed', async () => {
    await workbench.runCommand('Extensions: Install from VSIX...');
    await workbench.chooseFile(process.env['NATS_KV_VSIX'] ?? '', 'Install');
    await step('Connect, or start a server').first().waitFor({ timeout: 60_000 });
  });

  it('lead to a value that was changed in less than ten clicks', async () => {
    await click(walkthrough().getByRole('button', { name: 'Start Local NATS Server' }));
    await click(workbench.notification('has no buckets yet').getByText('Add Demo Bucket'));
    await click(workbench.row('products'));
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
    await done('Connect, or start a server').waitFor();
    await done('Open a key').waitFor();
    await done('Change it and save').waitFor();
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
    await done('Meet a conflict safely').waitFor({ state: 'attached' });
  });

  it('have pictures in the colors of every theme', async () => {
    for (const [theme, name] of themes) {
      await workbench.setTheme(theme);
      for (const [title, picture] of [
        ['Connect, or start a server', 'connect'],
        ['Open a key', 'browse'],
        ['Change it and save', 'save'],
        ['Meet a conflict safely', 'conflict'],
        ['Watch live', 'live'],
      ] as const) {
        await openStep(title);
        await walkthrough().locator('iframe').first().waitFor();
        await workbench.shot(`10-walkthrough-${picture}-${name}`);
      }
    }
  });
});
