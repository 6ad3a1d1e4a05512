import type { CDPSession, Locator } from 'playwright-core';

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

/**
 * Counts the processor time of the thread that a page runs on, in milliseconds, until the function returned
 * is called: on a machine that does other things too, frames tell more of these than of the page.
 */
export async function measurePageCpu(body: Locator): Promise<() => Promise<number>> {
  const session = await sessionOf(body);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const begun = await taskMs();
  return async () => {
    const ms = (await taskMs()) - begun;
    await session.detach();
    return ms;
  };
}

/** A page of a process of its own has a session of its own. */
async function sessionOf(body: Locator): Promise<CDPSession> {
  const page = body.page();
  const frame = await (await body.elementHandle())?.ownerFrame();
  try {
    return await page.context().newCDPSession(frame ?? page);
  } catch (error) {
    if (/does not have a separate CDP session/.test(String(error))) {
      return page.context().newCDPSession(page);
    }
    throw error;
  }
}

/** The time that this share of the frames took at most. */
export function frameAt(frames: readonly number[], share: number): number {
  const sorted = frames.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
