const shifts = [16, 8, 0];

/**
 * At most `most` colors that stand for those of the pixels, by median cut: the box of colors that is seen
 * most and is widest is halved until there are enough. Pixels are 0xrrggbb.
 */
export function palette(pixels, most) {
  const counts = new Map();
  for (const pixel of pixels) {
    counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  }
  const boxes = [boxOf([...counts])];
  while (boxes.length < most) {
    boxes.sort((a, b) => b.weight - a.weight);
    if (boxes[0].weight === 0) {
      break;
    }
    boxes.push(...halves(boxes.shift()));
  }
  const colors = boxes.map(({ entries }) => mean(entries));
  const indexes = new Map(
    boxes.flatMap(({ entries }, index) => entries.map(([color]) => [color, index])),
  );
  return { colors, indexOf: (pixel) => indexes.get(pixel) };
}

/** `weight` is 0 for a box of one color, which cannot be halved. */
function boxOf(entries) {
  const widths = shifts.map((shift) => {
    const values = entries.map(([color]) => (color >> shift) & 255);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const width = Math.max(...widths);
  const seen = entries.reduce((sum, [, count]) => sum + count, 0);
  // The root keeps grounds, which are most of a picture, from taking all colors.
  return { entries, shift: shifts[widths.indexOf(width)], weight: width * Math.sqrt(seen) };
}

function halves({ entries, shift }) {
  const sorted = entries.toSorted(([a], [b]) => ((a >> shift) & 255) - ((b >> shift) & 255));
  const half = sorted.reduce((sum, [, count]) => sum + count, 0) / 2;
  let seen = 0;
  const at = sorted.findIndex(([, count]) => (seen += count) >= half);
  const cut = Math.min(Math.max(at, 1), sorted.length - 1);
  return [boxOf(sorted.slice(0, cut)), boxOf(sorted.slice(cut))];
}

/** The mean of colors as often as they are seen; one that is most of its box stands for it as it is. */
function mean(entries) {
  const all = entries.reduce((sum, [, count]) => sum + count, 0);
  const [main, count] = entries.reduce((a, b) => (b[1] > a[1] ? b : a));
  if (count > all / 2) {
    return main;
  }
  return shifts.reduce((color, shift) => {
    const sum = entries.reduce(
      (total, [each, times]) => total + ((each >> shift) & 255) * times,
      0,
    );
    return color | (Math.round(sum / all) << shift);
  }, 0);
}
