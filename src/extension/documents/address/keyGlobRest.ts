/**
 * What a pattern for `<bucket>/<key>` (see `globExpression`) leaves of itself for the rest of a name that begins
 * with `start`: as regular expressions, one of which has to match all of the rest. None where nothing that begins
 * so can match.
 */
export function restExpressions(pattern: string, start: string): string[] {
  const parts = pattern.match(/\*\*|[^]/gu) ?? [];
  const rests = alternatives(parts).flatMap((each) => restsOf(each, [...start]));
  const sources = rests.map((rest) => rest.map(sourceOf).join(''));
  return [...new Set(sources)].map((source) => `^${source}$`);
}

/**
 * The patterns that a pattern with braces stands for, each as its parts: two single stars that a choice of nothing
 * leaves side by side are not the `**` that crosses a slash.
 */
function alternatives(pattern: readonly string[]): (readonly string[])[] {
  const open = pattern.indexOf('{');
  if (open < 0) {
    return [pattern];
  }
  let depth = 0;
  const choices: (readonly string[])[] = [];
  let from = open + 1;
  for (let at = open; at <= pattern.length; at++) {
    const mark = pattern[at];
    // A brace that is not closed ends with the pattern.
    const isEnd = mark === undefined || (mark === '}' && --depth === 0);
    if (isEnd || (mark === ',' && depth === 1)) {
      choices.push(pattern.slice(from, at));
      from = at + 1;
    }
    if (isEnd) {
      const [before, after] = [pattern.slice(0, open), pattern.slice(at + 1)];
      return choices.flatMap((choice) => alternatives([...before, ...choice, ...after]));
    }
    depth += mark === '{' ? 1 : 0;
  }
  return [];
}

/** What is left of a pattern once the letters of a start are taken from it, in every way that they can be. */
function restsOf(pattern: readonly string[], start: readonly string[]): (readonly string[])[] {
  let rests = [pattern];
  for (const letter of start) {
    const next = rests.flatMap(unfolded).flatMap((each): (readonly string[])[] => {
      const [first, ...others] = each;
      switch (first) {
        case undefined:
          return [];
        case '**':
          return [each];
        case '*':
          return letter === '/' ? [] : [each];
        case '?':
          return letter === '/' ? [] : [others];
        default:
          return first === letter ? [others] : [];
      }
    });
    rests = [...new Map(next.map((each) => [each.join('\n'), each])).values()];
  }
  return rests;
}

/** A pattern, and what it is where its first wildcards stand for nothing. */
function unfolded(pattern: readonly string[]): (readonly string[])[] {
  const [first, ...others] = pattern;
  return first === '*' || first === '**' ? [pattern, ...unfolded(others)] : [pattern];
}

function sourceOf(part: string): string {
  switch (part) {
    case '**':
      return '[^]*';
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    default:
      return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
}
