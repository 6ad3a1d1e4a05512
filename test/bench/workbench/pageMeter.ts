import type { Locator } from 'playwright-core';

/** What a page measured of itself; times in milliseconds. */
export interface PageMeasurement {
  readonly longestTask: number;
  readonly frames: readonly number[];
}

/** Runs inside of the page: collects its long tasks and, while it is on, the times between frames. */
const meter = `(() => {
  const found = { longestTask: 0, frames: [] };
  let isOn = false;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries().filter(({ name }) => name === 'self')) {
      found.longestTask = Math.max(found.longestTask, duration);
    }
  }).observe({ type: 'longtask' });
  const frame = (last) => requestAnimationFrame((now) => {
    found.frames.push(now - last);
    if (isOn) frame(now);
  });
  window.benchMeter = {
    found,
    frames(on) {
      isOn = on;
      if (on) requestAnimationFrame((now) => frame(now));
    },
    clear() {
      found.longestTask = 0;
      found.frames.length = 0;
    },
  };
})()`;

/** Measures the page of a webview from inside. `body` is that page's. */
export class PageMeter {
  constructor(private readonly body: () => Locator) {}

  async start(): Promise<void> {
    await this.body().evaluate(meter);
  }

  /** What was found since the start, or since `clear`. */
  async measured(): Promise<PageMeasurement> {
    const found: unknown = await this.body().evaluate('window.benchMeter.found');
    return found as PageMeasurement;
  }

  async clear(): Promise<void> {
    await this.body().evaluate('window.benchMeter.clear()');
  }

  /** Counts frames while something is done. */
  async frames(run: () => Promise<void>): Promise<void> {
    await this.body().evaluate('window.benchMeter.frames(true)');
    await run();
    await this.body().evaluate('window.benchMeter.frames(false)');
  }
}

/** The time that this share of the frames took at most. */
export function frameAt(frames: readonly number[], share: number): number {
  const sorted = frames.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
