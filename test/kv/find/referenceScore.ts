/**
 * The score of a word in a key by trying every way to find its letters there; undefined when there is
 * none. Slow and plain: what the real scorer is held against.
 */
export function referenceScore(word: string, key: string): number | undefined {
  return best(word, key, 0, 0, -2);
}

function best(
  word: string,
  key: string,
  letter: number,
  from: number,
  before: number,
): number | undefined {
  if (letter === word.length) {
    return 0;
  }
  let most: number | undefined;
  for (let at = from; at < key.length; at++) {
    if (key[at]?.toLowerCase() !== word[letter]?.toLowerCase()) {
      continue;
    }
    const rest = best(word, key, letter + 1, at + 1, at);
    if (rest !== undefined) {
      const own = 1 + (key[at] === word[letter] ? 1 : 0);
      const place = at === before + 1 ? 8 : worth(key, at);
      most = Math.max(most ?? 0, own + place + rest);
    }
  }
  return most;
}

function worth(key: string, at: number): number {
  if (at === 0) {
    return 6;
  }
  const pair = key.slice(at - 1, at + 1);
  if (/^[./_:=-][^./_:=-]/.test(pair)) {
    return 5;
  }
  return /^[^A-Z./_:=-][A-Z]|^[^0-9./_:=-][0-9]/.test(pair) ? 4 : 0;
}
