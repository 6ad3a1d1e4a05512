import { connect } from 'nats';
import { changesPerSecond } from '../contenders/liveWriter';
import type { Measurement } from '../contenders/measurement';
import type { Group } from '../group';
import { atMost, atMostTimes, type Row, told } from '../row';
import { runContender } from '../runContender';
import { LivePanel } from './livePanel';
import { MeasuredWorkbench } from './measuredWorkbench';
import { frameAt } from './pageMeter';

const bucket = 'LIVE';
/** Each gets ten changes a second: fewer within a lag than the history holds, so that none is dropped. */
const keys = 500;
const history = 64;
const loadSeconds = 30;

/** The Live panel in the whole workbench under 5,000 changes a second, seen and hidden. */
export function livePanelGroup(scaled: (number: number) => number): Group {
  const seconds = Math.max(6, scaled(loadSeconds));
  return {
    buckets: [],
    measure: async (url) => {
      await createBucket(url);
      const bench = await MeasuredWorkbench.open(url);
      try {
        return await measurePanel(bench, url, seconds);
      } finally {
        await bench.close();
      }
    },
  };
}

async function createBucket(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  const bucketOptions = { history, storage: 'memory' as never };
  await connection.jetstream().views.kv(bucket, bucketOptions);
  await connection.close();
}

async function measurePanel(
  bench: MeasuredWorkbench,
  url: string,
  seconds: number,
): Promise<Row[]> {
  const panel = new LivePanel(bench.workbench);
  const write = (time: number) =>
    runContender('publishChanges', { url, bucket, keys, seconds: time });
  await panel.watch(bucket);
  await panel.meter.start();
  // Fills what the panel keeps, so that from here on nothing may grow.
  const { written: filled = NaN } = await write(5);
  await panel.settled(filled);
  const before = await bench.memory();
  const seen = await costOf(bench, panel, 'live-seen', () => write(seconds));
  const wanted = filled + seconds * changesPerSecond;
  const missing = wanted - (await panel.settled(wanted));
  const after = await bench.memory();
  await panel.profiled('live-scroll-page', async () => {
    await Promise.all([write(seconds / 3), panel.scroll(seconds / 3)]);
  });
  const { longestTask, frames } = await panel.meter.measured();
  await panel.hide();
  await panel.calm();
  const hidden = await costOf(bench, panel, 'live-hidden', () => write(seconds / 3));
  await bench.workbench.runCommand('NATS KV: Stop Watching Keys…');
  await panel.calm();
  const nothing = await costOf(bench, panel, 'live-nothing', () => write(seconds / 3));
  const name = `Live panel, ${seconds} s of changes`;
  return [
    told(`${name}: written`, 'a second', seen.rate),
    atMost(`${name}: changes not counted`, 'changes', missing, 0),
    atMost(`${name}: longest stall of the host`, 'ms', seen.stallMs, 50),
    atMost(`${name}: longest task of the page, scrolled too`, 'ms', longestTask, 100),
    atMost(`${name}: 95% of frames while scrolling`, 'ms', frameAt(frames, 0.95), 34),
    told(`${name}: longest frame while scrolling`, 'ms', frameAt(frames, 1)),
    atMost(`${name}: growth of the host's memory`, 'MB', (after.bytes - before.bytes) / 1e6, 5),
    told(`${name}: the host's processor time, without a watch`, 'of a core', nothing.host),
    told(`${name}: the host's processor time, seen`, 'of a core', seen.host),
    told(`${name}: the host's processor time, hidden`, 'of a core', hidden.host),
    told(`${name}: the browser's, without the panel`, 'of a core', nothing.browser),
    told(`${name}: the browser's, seen`, 'of a core', seen.browser),
    told(`${name}: the browser's, hidden`, 'of a core', hidden.browser),
    atMostTimes(
      `${name}: what it costs hidden / seen`,
      'of a core',
      hidden.host + hidden.browser - nothing.host - nothing.browser,
      seen.host + seen.browser - nothing.host - nothing.browser,
      0.1,
    ),
    atMost(`${name}: longest stall of the host, hidden`, 'ms', hidden.stallMs, 50),
  ];
}

/** Shares of a core that the host and the browser need while something is written, and its rate. */
async function costOf(
  bench: MeasuredWorkbench,
  panel: LivePanel,
  name: string,
  write: () => Promise<Measurement>,
) {
  const browserBefore = await panel.browserCpuMs();
  let written: Measurement = {};
  const begun = performance.now();
  const { cpuMs, stallMs } = await bench.measure(name, () =>
    panel.profiled(`${name}-page`, async () => {
      written = await write();
    }),
  );
  const ms = performance.now() - begun;
  const browser = ((await panel.browserCpuMs()) - browserBefore) / ms;
  const rate = (written['written'] ?? NaN) / ((written['ms'] ?? NaN) / 1_000);
  return { host: cpuMs / ms, browser, stallMs, rate };
}
