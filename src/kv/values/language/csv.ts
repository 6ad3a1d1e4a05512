/** A header and two lines, in columns of one separator; prose has commas, but a space after them. */
export function isCsv(text: string): boolean {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length > 2 && [',', ';', '\t'].some((separator) => isTable(lines, separator));
}

/** The names are what tells a table from a list of numbers or coordinates. */
function isTable(lines: readonly string[], separator: string): boolean {
  const [header = [], ...rows] = lines.map((line) => cellsOf(line, separator));
  const areNames = header.every((cell) => /^"?[A-Za-z_][\w .()/-]{0,40}"?$/.test(cell));
  const isEven = rows.every((cells) => cells.length === header.length);
  const isProse = rows.some((cells) => cells.some((cell) => cell.startsWith(' ')));
  return header.length > 1 && areNames && isEven && !isProse && new Set(header).size > 1;
}

/** The cells of a line; a separator between quotes is part of its cell. */
function cellsOf(line: string, separator: string): string[] {
  const cells = [''];
  let quoted = false;
  for (const character of line) {
    quoted = character === '"' ? !quoted : quoted;
    if (character === separator && !quoted) {
      cells.push('');
    } else {
      cells[cells.length - 1] += character;
    }
  }
  return cells;
}
