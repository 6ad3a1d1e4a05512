import type { Frame } from 'playwright-core';
import { MeasuredWorkbench } from '../bench/workbench/measuredWorkbench';
import { eventually } from '../support/poll';
import { keyOf } from './plan';
import type { SoakServer } from './server';

/** What is open in the editors. */
export interface OpenKey {
  readonly uri: string;
  readonly bucket: string;
  readonly key: string;
}

const size = { width: 1280, height: 1200 };
const editorsPerConnection = 2;
const patient = { timeout: 60_000 };

/**
 * Owns the window that is soaked: all buckets opened in the tree, the last of them and a folder of it in
 * sight, a table, editors beside it, and Live on one bucket of each connection.
 */
export class SoakedWindow {
  private constructor(
    readonly bench: MeasuredWorkbench,
    readonly keys: readonly OpenKey[],
    readonly watched: readonly string[],
    private readonly tabled: string,
  ) {}

  static async open(servers: readonly SoakServer[]): Promise<SoakedWindow> {
    const connections = servers.map(({ connection: { id }, proxied }) => ({
      id,
      name: id,
      url: proxied,
    }));
    // The rows of all buckets are to stay in sight.
    const settings = { 'natsKv.tree.autoReveal': false };
    const bench = await MeasuredWorkbench.idle(connections, settings);
    const { workbench } = bench;
    await workbench.page.setViewportSize(size);
    await workbench.openContainer('NATS KV');
    const keys = servers.flatMap(({ connection: { id, buckets } }) =>
      buckets.slice(0, editorsPerConnection).map((bucket, at) => openKey(id, bucket, keyOf(at))),
    );
    const watched = servers.flatMap(({ connection: { buckets } }) => buckets.slice(-1));
    const tabled = servers.at(-1)?.connection.buckets.at(-1) ?? '';
    const window = new SoakedWindow(bench, keys, watched, tabled);
    try {
      await window.fill(servers);
    } catch (error) {
      await workbench.shot('soak-failed');
      throw error;
    }
    return window;
  }

  /** How many keys the row of each bucket tells; NaN where it tells none. */
  async keyCounts(buckets: readonly string[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const bucket of buckets) {
      const text = await this.bench.workbench.row(bucket).innerText({ timeout: 5_000 });
      counts.set(bucket, numberIn(/([\d,]+) keys?/, text));
    }
    return counts;
  }

  /** The bucket of the table, and how many keys the table tells. */
  async tableCount(): Promise<{ readonly bucket: string; readonly keys: number }> {
    const frame = await this.frameWith('[role="grid"]');
    const text = await frame.locator('body').innerText();
    return { bucket: this.tabled, keys: numberIn(/([\d,]+) keys/, text) };
  }

  /** How many changes Live says that it has received. */
  async liveCount(): Promise<number> {
    const frame = await this.frameWith('.watch');
    return numberIn(/of ([\d,]+) changes?/, await frame.locator('footer').innerText());
  }

  async texts(): Promise<Readonly<Record<string, string>>> {
    return this.bench.probe.texts(this.keys.map(({ uri }) => uri));
  }

  private async fill(servers: readonly SoakServer[]): Promise<void> {
    await this.openBuckets(servers);
    await this.watch();
    await this.openTable();
    await this.bench.probe.open(this.keys.map(({ uri }) => uri));
    await this.openFolders();
  }

  private async openBuckets(servers: readonly SoakServer[]): Promise<void> {
    const { workbench } = this.bench;
    for (const { connection } of servers) {
      await workbench.expand(connection.id);
      for (const bucket of connection.buckets) {
        await workbench.expand(bucket);
        await workbench.row(bucket).filter({ hasText: / keys/ }).waitFor(patient);
        await workbench.row(bucket).locator('.monaco-tl-twistie').click();
      }
    }
  }

  /** Those of the last row, so that the rows of all buckets stay in sight. */
  private async openFolders(): Promise<void> {
    const { workbench } = this.bench;
    await workbench.expand(this.tabled);
    await workbench.expand('orders');
    await workbench.expand('f3');
    await workbench.sideBar.locator('.monaco-list').first().hover();
    await workbench.page.mouse.wheel(0, -10_000);
    // Somebody who points at a row is taken to look at it.
    await workbench.page.mouse.move(0, 0);
  }

  private async openTable(): Promise<void> {
    await this.bench.workbench.chooseFromMenu(this.tabled, 'Open as Table');
    await this.frameWith('[role="grid"]');
  }

  private async watch(): Promise<void> {
    const { workbench } = this.bench;
    for (const bucket of this.watched) {
      await workbench.chooseFromMenu(bucket, 'Watch Keys…');
      await workbench.answer('Which keys', '>');
      await workbench.pick('Updates only');
      await this.frameWith(`.watch.live:has-text("${bucket}")`);
    }
  }

  /** Pages of the extension are frames in frames; that one which has such an element. */
  private async frameWith(selector: string): Promise<Frame> {
    return eventually(async () => {
      for (const frame of this.bench.workbench.page.frames()) {
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        ) {
          return frame;
        }
      }
      return false;
    });
  }
}

function openKey(id: string, bucket: string, key: string): OpenKey {
  return { uri: `natskv://${id}/${bucket}/${key}`, bucket, key };
}

function numberIn(pattern: RegExp, text: string): number {
  return Number(pattern.exec(text)?.[1]?.replaceAll(',', ''));
}
