/** The first `1.2.3` in a text as numbers, or undefined. */
export function parseVersion(text) {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  return found === null ? undefined : found.slice(1).map(Number);
}

/** Whether `version` is not before `minimum`; both are `[major, minor, patch]`. */
export function isAtLeast(version, minimum) {
  for (const [at, least] of minimum.entries()) {
    if (version[at] !== least) {
      return version[at] > least;
    }
  }
  return true;
}
