import type { FilledBucket } from '../../support/fillBucket';
import { deepKeyAt } from '../../support/treeKeys';
import type { Group } from '../group';
import { sizeOf } from '../measure';
import { atMost, type Row, told } from '../row';
import { listingTimeoutMs, MeasuredWorkbench } from './measuredWorkbench';
import { frameAt, measurePageCpu, PageMeter } from './pageMeter';

const scrollSeconds = 5;
const patient = { timeout: listingTimeoutMs };

/** Each frame another place, from the top to the end and again: what dragging the scroll bar does. */
const drag = `new Promise((done) => {
  const grid = document.querySelector('.grid');
  const end = performance.now() + ${scrollSeconds * 1_000};
  const step = (at) => {
    grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * ((at % 120) / 120);
    requestAnimationFrame(() => (performance.now() < end ? step(at + 1) : done()));
  };
  step(0);
})`;

/** The table of a large bucket in the whole workbench, scrolled in each of the ways there are. */
export function tablePageGroup(scaled: (number: number) => number): Group {
  const keys = scaled(1_000_000);
  const deep: FilledBucket = { name: 'deep', keys, revisions: 1, keyOf: deepKeyAt };
  return {
    buckets: [deep],
    measure: async (url) => {
      const bench = await MeasuredWorkbench.open(url);
      try {
        return await measurePage(bench, deep);
      } finally {
        await bench.close();
      }
    },
  };
}

async function measurePage(bench: MeasuredWorkbench, bucket: FilledBucket): Promise<Row[]> {
  const { workbench } = bench;
  const { page } = workbench;
  await workbench.row(bucket.name).waitFor();
  await workbench.chooseFromMenu(bucket.name, 'Open as Table');
  const grid = workbench.webview.getByRole('grid');
  await workbench.webview.getByText(`${bucket.keys.toLocaleString('en')} keys`).waitFor(patient);
  await workbench.webview.locator('.row .text').first().waitFor();
  const meter = new PageMeter(() => workbench.webview.locator('body'));
  await meter.start();
  const name = `in VS Code, table of ${sizeOf(bucket)} keys`;
  const measure = async (way: string, run: () => Promise<unknown>): Promise<Row[]> => {
    await meter.clear();
    const cpu = await measurePageCpu(workbench.webview.locator('body'));
    const { stallMs } = await bench.measure(`table-${way}`, () =>
      meter.frames(async () => {
        await run();
      }),
    );
    const cpuMs = await cpu();
    const { frames, longestTask } = await meter.measured();
    return [
      told(`${name}, ${way}: half of the frames`, 'ms', frameAt(frames, 0.5)),
      atMost(`${name}, ${way}: 95% of the frames`, 'ms', frameAt(frames, 0.95), 17),
      told(`${name}, ${way}: processor time a frame`, 'ms', cpuMs / frames.length),
      told(`${name}, ${way}: longest frame`, 'ms', frameAt(frames, 1)),
      told(`${name}, ${way}: longest task of the page`, 'ms', longestTask),
      atMost(`${name}, ${way}: longest stall of the host`, 'ms', stallMs, 50),
    ];
  };
  const forSeconds = async (run: (step: number) => Promise<void>): Promise<void> => {
    const end = Date.now() + scrollSeconds * 1_000;
    for (let step = 0; Date.now() < end; step++) {
      await run(step);
    }
  };
  await grid.hover();
  const nothing = await measure('at rest', () => forSeconds(() => page.waitForTimeout(100)));
  const wheel = await measure('by the wheel', () =>
    forSeconds((step) => page.mouse.wheel(0, step % 20 < 14 ? 120 : -120)),
  );
  await grid.focus();
  const keys = await measure('by Page Down', () =>
    forSeconds(() => page.keyboard.press('PageDown')),
  );
  const bar = await measure('by the scroll bar', () => grid.evaluate(drag));
  const nodes = await workbench.webview.locator('.grid *').count();
  return [...nothing, ...wheel, ...keys, ...bar, told(`${name}: elements in the grid`, '', nodes)];
}
