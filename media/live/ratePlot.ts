import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { RatesMessage } from '../../src/views/live/liveProtocol';
import { markOf } from './marks';

const height = 48;

/** The highest rate of all that is drawn. */
export function highestRate({ series }: RatesMessage): number {
  return fullSeconds(series).reduce((most, line) => Math.max(most, ...line), 0);
}

/** The present second is not over yet: its count would always look like a fall. */
function fullSeconds(series: RatesMessage['series']): number[][] {
  return series.map(({ counts }) => counts.slice(0, -1));
}

/**
 * Owns the plot of changes a second, a line for each watch; changes only through `draw`. It is made
 * anew when watches, the theme or the width change: canvas knows no variables of a style sheet.
 */
export class RatePlot {
  private plot: uPlot | undefined;
  private made = '';

  constructor(private readonly element: HTMLElement) {}

  draw({ at, series }: RatesMessage): void {
    const width = this.element.clientWidth;
    const length = series[0]?.counts.length ?? 0;
    const now = Math.floor(at / 1000);
    const times = Array.from(
      { length: Math.max(0, length - 1) },
      (_, back) => now - length + 1 + back,
    );
    const data: uPlot.AlignedData = [times, ...fullSeconds(series)];
    const wanted = `${width} ${document.body.className} ${series.map(({ watch }) => watch).join()}`;
    if (this.made !== wanted || !this.plot) {
      this.made = wanted;
      this.plot?.destroy();
      this.plot = new uPlot(
        this.options(
          width,
          series.map(({ watch }) => watch),
        ),
        data,
        this.element,
      );
    } else {
      this.plot.setData(data);
    }
  }

  dispose(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }

  private options(width: number, watches: readonly number[]): uPlot.Options {
    const style = getComputedStyle(document.documentElement);
    const line = (watch: number): uPlot.Series => {
      const { color, dash } = markOf(watch);
      const stroke = style.getPropertyValue(`--vscode-charts-${color}`).trim() || 'gray';
      return { stroke, dash, width: 1.5, points: { show: false } };
    };
    return {
      width,
      height,
      padding: [4, 0, 2, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      series: [{}, ...watches.map(line)],
    };
  }
}
