import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ActionView, PlotView, SeriesView } from '../../src/views/page/pageProtocol';
import { count, locale, size } from '../shared/texts';

const height = 170;
/** What one digit or letter takes of an axis. */
const letterWidth = 7;

/** A line shows so much time at least: its first points would else be far from each other. */
const leastSeconds = 300;
/** Between two lines of an axis of bytes: from 1 B to 1 PiB. */
const binarySteps = Array.from({ length: 51 }, (_, power) => 2 ** power);

/** What is drawn, and where. */
export interface Drawn {
  readonly element: HTMLElement;
  readonly view: PlotView;
}

/**
 * Owns the plots of the page; changes only through `draw`. A plot is made anew when its kind, the theme
 * or the width changes: canvas knows no variables of a style sheet.
 */
export class Plots {
  private readonly plots = new Map<string, { plot: uPlot; made: string; drawn: Drawn }>();

  constructor(private readonly act: (action: ActionView) => void) {}

  draw(shown: ReadonlyMap<string, Drawn>): void {
    for (const [id, { plot }] of this.plots) {
      if (!shown.has(id)) {
        plot.destroy();
        this.plots.delete(id);
      }
    }
    shown.forEach((drawn, id) => this.drawOne(id, drawn));
  }

  dispose(): void {
    this.draw(new Map());
  }

  private drawOne(id: string, drawn: Drawn): void {
    const { element, view } = drawn;
    const width = element.clientWidth;
    const names = view.kind === 'bars' ? view.categories.join('\n') : '';
    const made = `${width} ${document.body.className} ${view.series.length} ${names}`;
    const known = this.plots.get(id);
    if (known?.made === made && known.drawn.element === element) {
      known.drawn = drawn;
      known.plot.setData(dataOf(view));
      return;
    }
    known?.plot.destroy();
    if (width === 0) {
      this.plots.delete(id);
      return;
    }
    const plot = new uPlot(this.options(id, view, width), dataOf(view), element);
    this.plots.set(id, { plot, made, drawn });
  }

  private options(id: string, view: PlotView, width: number): uPlot.Options {
    const colors = themeColors();
    const isBars = view.kind === 'bars';
    const axis = { stroke: colors.text, font: colors.font, ticks: { show: false } };
    return {
      width,
      height,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
      scales: {
        x: isBars ? { time: false, range: () => [-0.5, view.categories.length - 0.5] } : {},
        ...Object.fromEntries(view.series.map((_, at) => [`y${at}`, { range: fromZero }])),
      },
      axes: [
        {
          ...axis,
          size: 28,
          grid: { show: false },
          ...(isBars
            ? {
                splits: () => view.categories.map((_, at) => at),
                values: () => namesThatFit(view.categories, width),
              }
            : { space: 90, values: (_: uPlot, times: number[]) => times.map(clockText) }),
        },
        ...view.series.map((series, at) => ({
          ...axis,
          scale: `y${at}`,
          side: at === 0 ? (3 as const) : (1 as const),
          size: 64,
          grid: { show: at === 0, stroke: colors.grid, width: 1 },
          ...(series.unit === 'bytes' && { incrs: binarySteps }),
          values: (_: uPlot, values: number[]) => values.map((value) => tickText(series, value)),
        })),
      ],
      series: [{}, ...view.series.map((_, at) => seriesOf(view, at, colors))],
      hooks: {
        ready: [
          (plot) =>
            plot.over.addEventListener('click', () => this.clicked(id, plot.cursor.idx ?? -1)),
        ],
      },
    };
  }

  private clicked(id: string, at: number): void {
    const action = this.plots.get(id)?.drawn.view.actions?.[at];
    if (action) {
      this.act(action);
    }
  }
}

function dataOf({ kind, categories, times = [], series }: PlotView): uPlot.AlignedData {
  if (kind === 'bars') {
    return [categories.map((_, at) => at), ...series.map(({ values }) => [...values])];
  }
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const isShort = last - first < leastSeconds;
  return isShort
    ? [[last - leastSeconds, ...times], ...series.map(({ values }) => [null, ...values])]
    : [[...times], ...series.map(({ values }) => [...values])];
}

function fromZero(_: uPlot, __: number, most: number): [number, number] {
  return [0, most > 0 ? most * 1.08 : 1];
}

function clockText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(locale(), { timeStyle: 'medium' });
}

interface Colors {
  readonly text: string;
  readonly grid: string;
  readonly font: string;
  readonly series: readonly string[];
}

function themeColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string, otherwise: string) =>
    style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const text = color('foreground', 'gray');
  const family = style.getPropertyValue('--vscode-font-family').trim() || 'sans-serif';
  return {
    text,
    grid: color('editorWidget-border', color('contrastBorder', 'gray')),
    font: `11px ${family}`,
    series: [color('charts-blue', text), text],
  };
}

/** Two bars stand beside each other; the second one is hollow, so that they differ without colour. */
function seriesOf({ kind, series }: PlotView, at: number, colors: Colors): uPlot.Series {
  const stroke = colors.series[at] ?? colors.text;
  const common = { scale: `y${at}`, stroke, points: { show: false } };
  if (kind === 'line') {
    return { ...common, width: 1.5, points: { show: true, size: 4, fill: stroke } };
  }
  const isPair = series.length > 1;
  const bars = uPlot.paths.bars;
  return {
    ...common,
    width: 1,
    ...(at === 0 && { fill: stroke }),
    ...(bars && {
      paths: bars({ size: [isPair ? 0.35 : 0.7, 60], align: isPair ? (at === 0 ? -1 : 1) : 0 }),
    }),
  };
}

function tickText({ unit }: SeriesView, value: number): string {
  return unit === 'bytes' ? size(value) : Number.isInteger(value) ? count(value) : '';
}

/** Names as long as there is room for each. */
function namesThatFit(names: readonly string[], width: number): string[] {
  const room = Math.max(3, Math.floor((width - 130) / Math.max(1, names.length) / letterWidth));
  return names.map((name) => (name.length > room ? `${name.slice(0, room - 1)}…` : name));
}
