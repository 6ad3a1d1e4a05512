import { join } from 'node:path';
import { openWorkbench, type WorkbenchOptions } from '../../ui/openWorkbench';
import type { Workbench } from '../../ui/workbench';
import { ProbeClient } from './probeClient';

/** What the extension host measured of itself while something was done. */
export interface HostMeasurement {
  readonly stallMs: number;
  /** The same in processor time of its thread: what other programs took away is not in it. */
  readonly busyMs: number;
  readonly cpuMs: number;
  readonly refreshes: number;
  readonly refreshesPerSecond: number;
}

/** More than any listing takes. */
export const listingTimeoutMs = 120_000;

/** A workbench with the packaged extension, and a probe in its extension host. */
export class MeasuredWorkbench {
  private constructor(
    readonly workbench: Workbench,
    readonly probe: ProbeClient,
  ) {}

  /** Opens it on a server, with the view of buckets shown. */
  static async open(url: string): Promise<MeasuredWorkbench> {
    const bench = await MeasuredWorkbench.idle([{ name: 'bench', url }]);
    await bench.workbench.openContainer('NATS KV');
    return bench;
  }

  /** Opens it without a view of the extension, which VS Code then does not start. */
  static async idle(
    connections: WorkbenchOptions['connections'] = [],
    settings: WorkbenchOptions['settings'] = {},
  ): Promise<MeasuredWorkbench> {
    const probe = await ProbeClient.listen();
    // VS Code's server looks in its extension host for ports to forward, which is none of what is measured.
    const quiet = { 'bench.port': probe.port, 'remote.autoForwardPorts': false };
    const workbench = await openWorkbench({
      connections,
      settings: { ...quiet, ...settings },
      extensions: [process.env['NATS_KV_BENCH_PROBE'] ?? ''],
    });
    return new MeasuredWorkbench(workbench, probe);
  }

  /** Measures the host while `run` runs. Set BENCH_PROFILES to a folder for a profile of each. */
  async measure(name: string, run: () => Promise<void>): Promise<HostMeasurement> {
    const folder = process.env['BENCH_PROFILES'];
    const file = folder ? join(folder, `${name}.cpuprofile`) : undefined;
    await this.probe.ask('begin', file);
    await run();
    const told = await this.probe.ask('end', file);
    const { stallMs = NaN, busyMs = NaN, cpuMs = NaN } = told;
    const { refreshes = NaN, refreshesPerSecond = NaN } = told;
    return { stallMs, busyMs, cpuMs, refreshes, refreshesPerSecond };
  }

  /** Bytes in use once all garbage is gone, and what the process holds of the machine's memory. */
  async memory(): Promise<{ readonly bytes: number; readonly rss: number }> {
    const { bytes = NaN, rss = NaN } = await this.probe.ask('memory');
    return { bytes, rss };
  }

  /** Waits until the row of a bucket tells that many keys, not that they are so many at most. */
  async counted(bucket: string, keys: number): Promise<void> {
    const text = new RegExp(`(?<!up to |[\\d,])${keys.toLocaleString('en')} keys`);
    const row = this.workbench.row(bucket).filter({ hasText: text });
    await row.waitFor({ timeout: listingTimeoutMs });
  }

  async close(): Promise<void> {
    await this.workbench.close();
    await this.probe.close();
  }
}
