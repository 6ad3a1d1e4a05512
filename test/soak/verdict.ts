import type { Sample } from './sample';

export interface Check {
  readonly text: string;
  /** Undefined for what is only told. */
  readonly isGood: boolean | undefined;
}

/** MB an hour that the heap of the host may grow by more than that of an idle one. */
const mostGrowth = 5;
/** Less time than that tells nothing of an hour. */
const leastSecondsJudged = 600;

/** What came of a soak: growth after the warm-up, consumers, and whether all that was shown was so. */
export function verdict(samples: readonly Sample[], warmUpSeconds: number): Check[] {
  const warm = samples.filter(({ seconds }) => seconds >= warmUpSeconds);
  const [first, last] = [warm[0], warm.at(-1)];
  if (!first || !last) {
    return [{ text: 'no sample was taken', isGood: false }];
  }
  const perHour = (of: (sample: Sample) => number) =>
    growthPerHour(warm.map((sample) => [sample.seconds, of(sample)]));
  const heap = perHour(({ heap }) => heap);
  const idle = perHour(({ idleHeap }) => idleHeap);
  const fewest = Math.min(...samples.map(({ consumers }) => consumers));
  const isLong = last.seconds - first.seconds >= leastSecondsJudged;
  const wrong = samples.flatMap((sample) =>
    sample.wrong.map((what) => `${what} at ${Math.round(sample.seconds)} s`),
  );
  const uncounted = last.toCount - last.counted;
  return [
    told(
      `written: ${last.written} changes, ${Math.round(last.written / last.seconds)} a second; ${last.cuts} cuts`,
    ),
    {
      text: `heap of the host: ${signed(heap)} MB an hour, of an idle host ${signed(idle)} (difference at most ${mostGrowth})`,
      isGood: isLong ? heap - idle < mostGrowth : undefined,
    },
    told(
      `memory of the process: ${signed(perHour(({ rss }) => rss))} MB an hour, idle ${signed(perHour(({ idleRss }) => idleRss))}`,
    ),
    {
      text: `consumers: ${last.consumers} at the end, ${fewest} at the fewest`,
      isGood: last.consumers <= fewest,
    },
    {
      text: `Live counted ${last.counted} of ${last.toCount} changes`,
      isGood: uncounted === 0,
    },
    {
      text: `shown otherwise than stored: ${wrong.length === 0 ? 'nothing' : wrong.join(', ')}`,
      isGood: wrong.length === 0,
    },
    told(
      `longest stall: ${Math.round(Math.max(...samples.map(({ stallMs }) => stallMs)))} ms, of the processor's time ${Math.round(Math.max(...samples.map(({ busyMs }) => busyMs)))} ms`,
    ),
  ];
}

/** The slope of the least-squares line through points of seconds and values, an hour. */
export function growthPerHour(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [middle, height] = [mean(([x]) => x), mean(([, y]) => y)];
  const above = mean(([x, y]) => (x - middle) * (y - height));
  const spread = mean(([x]) => (x - middle) ** 2);
  return spread === 0 ? 0 : (above / spread) * 3_600;
}

function told(text: string): Check {
  return { text, isGood: undefined };
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}
