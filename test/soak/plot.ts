import type { Sample } from './sample';

interface Line {
  readonly name: string;
  readonly color: string;
  readonly of: (sample: Sample) => number;
}

const lines: readonly Line[] = [
  { name: 'heap of the host', color: '#0066bf', of: ({ heap }) => heap },
  { name: 'heap of an idle host', color: '#7a7a7a', of: ({ idleHeap }) => idleHeap },
  { name: 'process / 4', color: '#c25b00', of: ({ rss }) => rss / 4 },
  { name: 'idle process / 4', color: '#c9a98c', of: ({ idleRss }) => idleRss / 4 },
  { name: 'consumers', color: '#2a8a3c', of: ({ consumers }) => consumers },
];

const [width, height, margin, legend] = [900, 420, 50, 24];

/** Memory in MB and consumers over time as an SVG picture, with a mark where a connection was ended. */
export function toSvg(samples: readonly Sample[]): string {
  const most = Math.max(10, ...samples.flatMap((sample) => lines.map(({ of }) => of(sample))));
  const end = Math.max(1, samples.at(-1)?.seconds ?? 1);
  const x = (seconds: number) => margin + (seconds / end) * (width - 2 * margin);
  const y = (value: number) => height - margin - (value / most) * (height - 2 * margin);
  const parts = [
    ...ticks(most).map((value) => rule(y(value), `${value}`)),
    ...ticks(end / 60).map((minutes) => text(x(minutes * 60), height - 28, `${minutes} min`)),
    ...cutsOf(samples).map(
      (seconds) => `<path d="M${at(x(seconds))} ${height - margin}v-8" stroke="#b00020"/>`,
    ),
    ...lines.map((line, index) => drawn(line, index)),
  ];
  function drawn({ name, color, of }: Line, index: number): string {
    const points = samples.map((sample) => `${at(x(sample.seconds))},${at(y(of(sample)))}`);
    const path = `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${points.join(' ')}"/>`;
    return path + text(margin + index * 160, legend, name, color);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** When the samples tell of more ends than before. */
function cutsOf(samples: readonly Sample[]): number[] {
  return samples
    .filter(({ cuts }, index) => cuts > (samples[index - 1]?.cuts ?? 0))
    .map(({ seconds }) => seconds);
}

/** Some round numbers from 0 on. */
function ticks(most: number): number[] {
  const rough = most / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => round(index * step));
}

function rule(y: number, label: string): string {
  return `<path d="M${margin} ${at(y)}H${width - margin}" stroke="#e4e4e4"/>${text(8, y + 4, label)}`;
}

function text(x: number, y: number, content: string, color = '#333'): string {
  return `<text x="${at(x)}" y="${at(y)}" fill="${color}">${content}</text>`;
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;
const at = (value: number) => value.toFixed(1);
