import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { eventually } from '../../support/poll';
import type { Workbench } from '../../ui/workbench';
import { PageMeter } from './pageMeter';

/** Drives the Live view as a person does and reads what is in it. */
export class LivePanel {
  readonly meter = new PageMeter(() => this.locator('body'));

  constructor(private readonly workbench: Workbench) {}

  /** Watches a bucket, with the tree out of view. */
  async watch(bucket: string): Promise<void> {
    const { workbench } = this;
    await workbench.row(bucket).waitFor();
    await workbench.chooseFromMenu(bucket, 'Watch Keys…');
    await workbench.answer('Which keys', '>');
    await workbench.pick('Updates only');
    await this.locator('.watch.live').waitFor();
    await workbench.collapseView('Buckets');
  }

  /** Closes the panel of the window, which is where the view is. */
  async hide(): Promise<void> {
    await this.workbench.runCommand('View: Toggle Panel Visibility');
    await this.workbench.page.locator('.part.panel').waitFor({ state: 'hidden' });
  }

  locator(selector: string): Locator {
    return this.workbench.webview.locator(selector);
  }

  /** Changes that the panel says it has received. */
  async received(): Promise<number> {
    const text = await this.locator('footer').innerText();
    return Number(/of ([\d,]+) changes/.exec(text)?.[1]?.replaceAll(',', ''));
  }

  /** How many it has received when it gets to `wanted`, or when it has long had the time for that. */
  async settled(wanted: number): Promise<number> {
    const has = async () => (await this.received()) === wanted;
    await eventually(has, { timeoutMs: 10_000 }).catch(() => undefined);
    return this.received();
  }

  /** Processor time of the browser's processes so far. */
  async browserCpuMs(): Promise<number> {
    const session = await this.workbench.page.context().browser()?.newBrowserCDPSession();
    const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? {
      processInfo: [],
    };
    await session?.detach();
    return 1_000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }

  /**
   * Waits until the browser has done next to nothing for some seconds: after a page is gone it collects
   * garbage for long, in steps, which is nothing of what comes then. Gives up after 40 s.
   */
  async calm(): Promise<void> {
    let [last, calmSeconds] = [await this.browserCpuMs(), 0];
    const isCalm = async () => {
      const now = await this.browserCpuMs();
      calmSeconds = now - last < 40 ? calmSeconds + 1 : 0;
      last = now;
      return calmSeconds >= 6;
    };
    await eventually(isCalm, { timeoutMs: 40_000, intervalMs: 1_000 }).catch(() => undefined);
  }

  /** Runs something; with BENCH_PROFILES=<folder> the page's profile of it is written to <name>.cpuprofile. */
  async profiled(name: string, run: () => Promise<void>): Promise<void> {
    const folder = process.env['BENCH_PROFILES'];
    if (!folder) {
      await run();
      return;
    }
    const { page } = this.workbench;
    const session = await page.context().newCDPSession(page);
    await session.send('Profiler.enable');
    await session.send('Profiler.start');
    await run();
    const { profile } = await session.send('Profiler.stop');
    await writeFile(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
    await session.detach();
  }

  /** Scrolls up and down with the wheel, and measures the frames meanwhile. */
  async scroll(seconds: number): Promise<void> {
    const { page } = this.workbench;
    await this.locator('.rows').hover();
    await this.meter.frames(async () => {
      const end = Date.now() + seconds * 1_000;
      for (let step = 0; Date.now() < end; step++) {
        await page.mouse.wheel(0, step % 20 < 14 ? -120 : 120);
      }
    });
    await this.locator('.rows').focus();
    await page.keyboard.press('End');
  }
}
