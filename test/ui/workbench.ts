import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../support/poll';
import { QuickInput } from './quickInput';

export type Theme = 'Light Modern' | 'Dark Modern' | 'Dark High Contrast' | 'Light High Contrast';

/** One of each kind, the one that a workbench begins with last, and what pictures of it are called. */
export const themes = [
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'contrast'],
  ['Dark Modern', 'dark'],
] as const satisfies readonly (readonly [Theme, string])[];

const classOf: Readonly<Record<Theme, string>> = {
  'Light Modern': 'vs',
  'Dark Modern': 'vs-dark',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
};

const artifacts = join(import.meta.dirname, '../../artifacts/ui');

/** What of an element of the page is read here. */
interface Placed {
  readonly innerText: string;
  getBoundingClientRect(): { readonly top: number };
  querySelector(selector: string): Placed | null;
}

/**
 * Owns one open workbench and drives it as a person does: by what is written on the screen. Every
 * step waits for what it needs, up to `timeoutMs`, so that tests need no waits of their own.
 */
export class Workbench {
  private readonly logged: string[] = [];
  private readonly quick: QuickInput;

  constructor(
    /** For what the methods below do not cover. */
    readonly page: Page,
    private readonly userDataDir: string,
    private readonly dispose: () => Promise<void>,
    timeoutMs = 45_000,
  ) {
    page.setDefaultTimeout(timeoutMs);
    this.quick = new QuickInput(page);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.logged.push(message.text());
      }
    });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { timeout: 90_000 });
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
  }

  /** A second window of the same VS Code: its user's settings are those of this one. */
  async openAnother(): Promise<Workbench> {
    const page = await this.page.context().newPage();
    const another = new Workbench(page, this.userDataDir, () => page.close());
    await another.open(this.page.url());
    return another;
  }

  /** Shows the container of the activity bar with this title. */
  async openContainer(title: string): Promise<void> {
    const tab = this.page.locator(`.activitybar .action-item:has([aria-label^="${title}"])`);
    const shown = this.sideBar.locator('.composite.title', { hasText: title });
    // A window that is loaded again may just be showing it: a click would then close it.
    await eventually(async () => {
      if (!(await shown.isVisible())) {
        await tab.first().click();
      }
      await shown.waitFor({ timeout: 10_000 });
    });
  }

  get sideBar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** The row of a tree or list in the side bar whose label is exactly `label`. */
  row(label: string): Locator {
    const name = this.page.locator('.label-name').getByText(label, { exact: true });
    return this.sideBar.locator('.monaco-list-row').filter({ has: name }).first();
  }

  /** The labels of the rows that are rendered, top to bottom. */
  async rows(): Promise<string[]> {
    const rows = await this.sideBar.locator('.monaco-list-row').evaluateAll((all: Placed[]) =>
      all.map((row) => ({
        top: row.getBoundingClientRect().top,
        label: row.querySelector('.label-name')?.innerText ?? '',
      })),
    );
    return rows.sort((a, b) => a.top - b.top).map(({ label }) => label);
  }

  /**
   * Opens a row that has children, until the row `below` is there; one that is open stays so. VS Code
   * closes a row again that was opened while the one above it was being drawn anew.
   */
  async expand(label: string, below?: string): Promise<void> {
    await this.row(label).waitFor();
    await eventually(
      async () => {
        await this.toggle(label, true);
        await (below === undefined ? undefined : this.row(below).waitFor({ timeout: 5_000 }));
      },
      { timeoutMs: 90_000 },
    );
  }

  /** Closes a row that has children; one that is closed stays so. */
  async collapse(label: string): Promise<void> {
    await this.row(label).waitFor();
    await eventually(() => this.toggle(label, false));
  }

  private async toggle(label: string, isOpen: boolean): Promise<void> {
    const row = this.row(label);
    const aTry = { timeout: 5_000 };
    if ((await row.getAttribute('aria-expanded', aTry)) !== String(isOpen)) {
      await row.locator('.monaco-tl-twistie').click(aTry);
    }
    const rows = this.sideBar.locator(`.monaco-list-row[aria-expanded="${isOpen}"]`);
    await rows.and(row).waitFor({ timeout: 2_000 });
  }

  /** Opens a row of any tree by a click, until the one `below` is there; one that is open stays so. */
  async openRow(row: Locator, below: Locator): Promise<void> {
    await row.waitFor();
    await eventually(
      async () => {
        if ((await row.getAttribute('aria-expanded', { timeout: 5_000 })) !== 'true') {
          await row.click({ timeout: 5_000 });
        }
        await below.waitFor({ timeout: 5_000 });
      },
      { timeoutMs: 90_000 },
    );
  }

  async click(label: string): Promise<void> {
    await this.row(label).click();
  }

  /**
   * Opens the context menu of a row and chooses an entry. A menu closes by itself where the focus moves,
   * as when an editor opens or a dialog has just been closed: the entry is chosen only where the menu
   * is gone after a click that hit it. A menu takes no click in its first 100 ms.
   */
  async chooseFromMenu(label: string, entry: string): Promise<void> {
    const item = this.page.locator('.context-view .action-label').getByText(entry, { exact: true });
    let isHit = false;
    await eventually(async () => {
      if (!(await item.isVisible())) {
        if (isHit) {
          return;
        }
        await this.row(label).click({ button: 'right' });
      }
      isHit = false;
      await item.click({ delay: 150, timeout: 5_000 });
      isHit = true;
      await item.waitFor({ state: 'hidden', timeout: 500 });
    });
  }

  /** Opens the context menu of something and leaves it open; gives the entry of that name, which is in it. */
  async openMenu(target: Locator, entry: string): Promise<Locator> {
    const item = this.page.locator('.context-view .action-label').getByText(entry, { exact: true });
    await eventually(async () => {
      if (!(await item.isVisible())) {
        await target.click({ button: 'right', timeout: 10_000 });
      }
      await item.waitFor({ timeout: 3_000 });
    });
    return item;
  }

  /** Closes the menu that is open, with its submenus. */
  async closeMenu(): Promise<void> {
    const menus = this.page.locator('.context-view .action-label');
    await eventually(async () => {
      if ((await menus.count()) > 0) {
        await this.page.keyboard.press('Escape');
      }
      expect(await menus.count()).toBe(0);
    });
  }

  /** The tab of an open editor, by the start of its title. `dirty` is among its classes when it is. */
  tab(title: string): Locator {
    return this.page.locator(`.tabs-container .tab[data-resource-name^="${title}"]`);
  }

  /**
   * Waits for a line above the text of the active editor. Of a text that was restored VS Code keeps in view
   * what was: a line that comes above it later, once the extension is at work again, is seen by who scrolls up.
   */
  async scrollUpTo(lens: Locator): Promise<void> {
    const scroll = async (): Promise<void> => {
      await this.page.locator('.editor-group-container.active .view-lines').hover();
      await this.page.mouse.wheel(0, -5_000);
      await lens.waitFor({ timeout: 2_000 });
    };
    await eventually(scroll, { timeoutMs: 120_000 });
  }

  /** The text that the active editor shows; what is scrolled out of sight is not in it. */
  async editorText(): Promise<string> {
    const lines = await this.page
      .locator('.editor-group-container.active .view-line')
      .evaluateAll((all: Placed[]) =>
        all.map((line) => ({ top: line.getBoundingClientRect().top, text: line.innerText })),
      );
    return lines
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n');
  }

  /**
   * Puts `text` in the place of the active editor's whole text, until it stands there: an editor takes
   * none while it is read-only, and loses what was pasted when it is just being filled. Pasted, so that
   * no bracket is closed.
   */
  async replaceText(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    const lines = this.page.locator('.editor-group-container.active .monaco-editor .view-lines');
    await eventually(async () => {
      await lines.click({ timeout: 10_000 });
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.press('ControlOrMeta+V');
      await eventually(async () => isShown(text, await this.editorText()), { timeoutMs: 3_000 });
    });
  }

  /** Types at the cursor, as fast as a person could at best; editors close brackets and quotes. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+S');
  }

  /**
   * Shows what is told where the mouse rests, with this text in it. A row that is drawn again loses its
   * tooltip, or never shows it: then the mouse comes again.
   */
  async tooltip(target: Locator, text: string): Promise<Locator> {
    const tooltip = this.page.locator('.monaco-hover', { hasText: text }).last();
    await eventually(async () => {
      await target.hover();
      await tooltip.waitFor({ timeout: 3_000 }).catch(async (error: unknown) => {
        await this.page.mouse.move(0, 0);
        throw error;
      });
    });
    return tooltip;
  }

  /** Runs a command of the palette by its title, with its category: `NATS KV: Add Connection…`. */
  async runCommand(title: string): Promise<void> {
    await this.quick.runCommand(title);
  }

  get quickInput(): Locator {
    return this.quick.widget;
  }

  /** Chooses the entry of the open quick pick whose label is exactly `label`. */
  async pick(label: string): Promise<void> {
    await this.quick.pick(label);
  }

  /** Clicks a row of the open quick pick until it is taken. */
  async take(row: Locator): Promise<void> {
    await this.quick.take(row);
  }

  /** Takes the row with this text of the open quick pick by Enter, once it is the one with the mark. */
  async enter(text: string): Promise<void> {
    await this.quick.enter(text);
  }

  /** Gives VS Code's own file dialog the path of a file, or takes what it offers; its button is called `accept`. */
  async chooseFile(path: string | undefined, accept: string | RegExp): Promise<void> {
    await this.quick.chooseFile(path, accept);
  }

  /** Answers the input box whose prompt contains `prompt`. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.quick.answer(prompt, text);
  }

  /** Resolves when VS Code has put an unsaved text aside, which it does some time after the last key. */
  async backedUp(text: string): Promise<void> {
    const backups = join(this.userDataDir, 'User', 'Backups');
    await eventually(() => readAll(backups).some((content) => content.includes(text)));
  }

  /** Closes a view of the side bar, so that the others have its room. Its actions are not hit. */
  async collapseView(title: string): Promise<void> {
    const header = this.sideBar.locator('.pane-header', { hasText: title });
    const closed = this.sideBar.locator('.pane-header[aria-expanded="false"]').and(header);
    await header.waitFor();
    await eventually(async () => {
      if (!(await closed.isVisible())) {
        await header.click({ position: { x: 40, y: 10 }, timeout: 5_000 });
      }
      await closed.waitFor({ timeout: 2_000 });
    });
  }

  /** The files of VS Code's own, settings and state and logs, that contain a text. */
  filesWith(text: string): string[] {
    return filesIn(this.userDataDir).filter((path) => read(path, 'latin1').includes(text));
  }

  /** The errors and warnings of VS Code's log that name the extension. */
  get complaints(): readonly string[] {
    return this.logged.filter((text) =>
      /\bnats-kv\.nats-kv-explorer\b|\bnatsKv\b|natskv/.test(text),
    );
  }

  /** What can be seen of rows, editors, notifications and questions, and what the console told, in few lines. */
  async inWords(): Promise<string> {
    const texts = async (selector: string): Promise<string> => {
      const found = await this.page.locator(selector).all();
      const told = found.slice(0, 60).map(async (element) => {
        const expanded = await element.getAttribute('aria-expanded');
        const mark = expanded === null ? '' : expanded === 'true' ? '[-] ' : '[+] ';
        return mark + (await element.innerText()).replaceAll(/\s+/g, ' ').trim();
      });
      return (await Promise.all(told)).join(' | ').slice(0, 1_500);
    };
    return [
      `side bar: ${await texts('.part.sidebar .monaco-list-row')}`,
      `editors: ${await texts('.tabs-container .tab')}`,
      `notifications: ${await texts('.notification-list-item-message')}`,
      `asked: ${await texts('.quick-input-widget:visible, .monaco-dialog-box, .context-view .action-label')}`,
      `console: ${this.logged
        .slice(-10)
        .map((text) => text.split('\n')[0])
        .join(' | ')
        .slice(0, 1_500)}`,
    ].join('\n');
  }

  /** Reloads the window in order, which keeps what VS Code has not written down yet. */
  async reload(): Promise<void> {
    await this.page.evaluate('globalThis.isBeforeReload = true');
    const isReloaded = async () =>
      !(await this.page.evaluate('globalThis.isBeforeReload === true'));
    await Promise.all([
      this.page.waitForEvent('load', { timeout: 120_000 }),
      this.quick.runCommand('Developer: Reload Window', isReloaded),
    ]);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
  }

  /** Changes the color theme, by its name. */
  async setTheme(name: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.locator('input').fill(name);
    await this.pick(name);
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.page.locator(`.monaco-workbench.${classOf[name]}`).waitFor();
  }

  /** Keeps a picture of the window in each kind of theme, the dark one last. */
  async shotInThemes(name: string): Promise<void> {
    for (const [theme, suffix] of themes) {
      await this.setTheme(theme);
      await this.shot(`${name}-${suffix}`);
    }
  }

  /** A notification whose text contains `text`, with its buttons inside. */
  notification(text: string): Locator {
    return this.page.locator('.notification-list-item', { hasText: text });
  }

  /** Presses a button of a message. VS Code puts one away after some seconds: then it is where all are listed. */
  async answerNotification(text: string, button: string): Promise<void> {
    const action = this.notification(text).getByText(button, { exact: true });
    await eventually(async () => {
      if (!(await action.isVisible())) {
        await this.runCommand('Notifications: Show Notifications');
      }
      await action.click({ timeout: 3_000 });
    });
  }

  /** The modal dialog that is open. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The document inside the webview that is shown; webviews are two frames deep. */
  get webview(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready:visible')
      .frameLocator('iframe#active-frame');
  }

  /** Keeps a picture of the window as artifacts/ui/<name>.png, for somebody to look at. */
  async shot(name: string): Promise<void> {
    await mkdir(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  /** Ends the browser and the server, and removes the profile. */
  async close(): Promise<void> {
    await this.dispose();
  }
}

function readAll(folder: string): string[] {
  return filesIn(folder).map((path) => read(path, 'utf8'));
}

/** A file's text; of one that VS Code has removed meanwhile nothing. */
function read(path: string, encoding: BufferEncoding): string {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}

/** Whether what an editor shows is `text`; of a long one it is a part. Editors indent what is pasted. */
function isShown(text: string, shown: string): boolean {
  const bare = (each: string): string => each.replaceAll(/[\s·]/g, '');
  const isLong = text.split('\n').length > 25;
  return isLong
    ? bare(shown) !== '' && bare(text).includes(bare(shown))
    : bare(text) === bare(shown);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The class that VS Code gives all of the window with a theme, when it has taken it. */
