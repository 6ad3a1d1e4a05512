/** One measured number beside what it is held against. A row without a target is for information. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What `ratio` is taken of; undefined where the value itself has a target. */
  readonly baseline?: number;
  readonly ratio?: number;
  /** The limit of `ratio`, or of `value` without a baseline; `least` says that it is a minimum. */
  readonly target?: number;
  readonly least?: boolean;
  readonly met?: boolean;
}

/** A value against a baseline in the same unit: at most `target` times it. */
export function atMostTimes(
  name: string,
  unit: string,
  value: number,
  baseline: number,
  target: number,
): Row {
  const ratio = value / baseline;
  return { name, value, unit, baseline, ratio, target, met: ratio <= target };
}

/** A value against a baseline in the same unit: at least `target` times it. */
export function atLeastTimes(
  name: string,
  unit: string,
  value: number,
  baseline: number,
  target: number,
): Row {
  const ratio = value / baseline;
  return { name, value, unit, baseline, ratio, target, least: true, met: ratio >= target };
}

/** A value with a limit of its own. */
export function atMost(name: string, unit: string, value: number, target: number): Row {
  return { name, value, unit, target, met: value <= target };
}

/** A value that is told without being judged. */
export function told(name: string, unit: string, value: number): Row {
  return { name, value, unit };
}

/** A value against a baseline in the same unit, told without being judged. */
export function toldTimes(name: string, unit: string, value: number, baseline: number): Row {
  return { name, value, unit, baseline, ratio: value / baseline };
}

/** The rows as a table in Markdown. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${round(row.value)} ${row.unit}`,
    row.baseline === undefined ? '' : `${round(row.baseline)} ${row.unit}`,
    row.ratio === undefined ? '' : row.ratio.toFixed(3),
    targetOf(row),
    row.met === undefined ? '' : row.met ? 'yes' : 'NO',
  ]);
  const all = [['measured', 'value', 'against', 'ratio', 'target', 'met'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => width(line, column))));
  const lines = all.map((line) => toLine(line.map((cell, at) => cell.padEnd(widths?.[at] ?? 0))));
  const rule = toLine((widths ?? []).map((length) => '-'.repeat(length)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function targetOf({ target, least, baseline, unit }: Row): string {
  if (target === undefined) {
    return '';
  }
  const limit = baseline === undefined ? `${target} ${unit}` : `${target}x`;
  return `${least ? '>=' : '<='} ${limit}`;
}

function width(line: readonly string[], column: number): number {
  return line[column]?.length ?? 0;
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
