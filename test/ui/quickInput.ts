import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/poll';

/** A try of a step that is done again where VS Code did not take it: long enough for a machine that is busy. */
const aTry = { timeout: 10_000 };

/** Drives what VS Code asks at the top of its window: the palette, picks, input boxes and file dialogs. */
export class QuickInput {
  constructor(private readonly page: Page) {}

  get widget(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /**
   * Runs a command of the palette by its title, with its category: `NATS KV: Add Connection…`. It is run once
   * more where the palette did not take it, unless it `isDone`.
   */
  async runCommand(title: string, isDone?: () => Promise<boolean>): Promise<void> {
    const item = this.row(title);
    const run = async (): Promise<void> => {
      if (await isDone?.()) {
        return;
      }
      await this.page.keyboard.press('F1');
      await this.widget.locator('input').fill(`>${title}`, aTry);
      await item.click(aTry);
      // The palette closes before the command begins.
      await isGone(item);
    };
    await eventually(run, { timeoutMs: 90_000, message: `Run ${title}` });
  }

  /** Chooses the entry of the open pick whose label is exactly `label`. */
  async pick(label: string): Promise<void> {
    await this.take(this.row(label));
  }

  /** Clicks a row of the open pick until it is taken: one that is drawn again under the mouse hears nothing. */
  async take(row: Locator): Promise<void> {
    const open = row.and(this.page.locator(':not(.selected)'));
    let isHit = false;
    await row.waitFor();
    await eventually(async () => {
      if (isHit && !(await open.isVisible())) {
        return;
      }
      isHit = false;
      await row.click(aTry);
      isHit = true;
      await isGone(open);
    });
  }

  /**
   * Takes the row with this text by Enter, once it is the one with the mark. VS Code marks none for a
   * moment while what is found is counted anew, and takes no Enter then.
   */
  async enter(text: string): Promise<void> {
    const row = this.widget.locator('.monaco-list-row.focused', { hasText: text });
    await row.waitFor();
    await eventually(async () => {
      if (await row.isVisible()) {
        await this.page.keyboard.press('Enter');
      }
      await row.waitFor({ state: 'hidden', timeout: 5_000 });
    });
  }

  private row(label: string): Locator {
    const name = this.page.locator('.label-name').getByText(label, { exact: true });
    return this.widget.locator('.monaco-list-row').filter({ has: name }).first();
  }

  /** Answers the input box whose prompt contains `prompt`. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.widget.filter({ hasText: prompt }).waitFor();
    const input = this.widget.locator('input');
    await input.fill(text);
    await input.press('Enter');
  }

  /**
   * Gives VS Code's own file dialog, whose button is called `accept`, the path of a file, or takes what it
   * offers. The dialog reads the folder of what is typed: a key that is pressed before leads into the
   * folder above, and it may take none any more after that.
   */
  async chooseFile(path: string | undefined, accept: string | RegExp): Promise<void> {
    const input = this.widget.locator('input').first();
    const button = this.widget.getByRole('button', { name: accept, exact: true });
    const above = this.widget.locator('.monaco-list-row.focused', { hasText: /^\.\.$/ });
    await button.waitFor();
    const wanted = path ?? (await offered(input));
    await eventually(async () => {
      if (await button.isVisible()) {
        await input.fill(wanted.slice(0, -1));
        await input.fill(wanted);
        await this.widget.locator('.monaco-list-row').first().waitFor({ timeout: 2_000 });
        await above.waitFor({ state: 'hidden', timeout: 2_000 });
        await input.press('Enter');
      }
      await button.waitFor({ state: 'hidden', timeout: 2_000 });
    });
  }
}

/**
 * Throws when something is still in view after a click that should end it: what is listed anew under the
 * mouse hears none. A window that does not answer for long, as one that is loaded again, is waited for.
 */
async function isGone(what: Locator): Promise<void> {
  await eventually(async () => !(await what.isVisible()), { timeoutMs: 2_000 });
}

/** The path of a file that a dialog offers, which stands there once the dialog has read its folder. */
async function offered(input: Locator): Promise<string> {
  return eventually(async () => {
    const path = await input.inputValue();
    return /[^/\\]$/.test(path) && path;
  });
}
