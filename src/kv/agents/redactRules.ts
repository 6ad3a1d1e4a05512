import { globExpression } from '../keys/keyGlob';
import { parseJsonPath, type JsonPath } from '../find/jsonPath';

/** What stands in the place of what agents must not see. */
export const redacted = '‹redacted›';

/**
 * What agents must not see: parts by their names (`isSecretName`), values of keys (`isSecretKey`), and
 * places in JSON (`paths`).
 */
export interface RedactRules {
  readonly isSecretName: (name: string) => boolean;
  readonly isSecretKey: (bucket: string, key: string) => boolean;
  readonly paths: readonly JsonPath[];
  /** The names that the paths end in: what is no JSON and has them is withheld. */
  readonly pathNames: ReadonlySet<string>;
  /** Whether there is anything to withhold. */
  readonly isActive: boolean;
}

/** Names that are remembered with what was found out about them; then all are forgotten. */
const mostRemembered = 20_000;
const isAscii = /^[\0-\x7f]*$/;
/** Shorter words are looked for as words, longer ones anywhere in a name. */
const leastAnywhere = 5;

/**
 * Reads the setting: words such as `password`, names with `*` and `?`, patterns of `bucket/key` (as in
 * `natsKv.schemas`), and JSON paths that begin with `$`. Returns the entry that is none of these: nothing
 * may be shown then.
 */
export function parseRedactRules(setting: unknown): RedactRules | { readonly problem: string } {
  if (!Array.isArray(setting)) {
    return { problem: 'it is not a list' };
  }
  const words: string[] = [];
  const names: RegExp[] = [];
  const keys: RegExp[] = [];
  const paths: JsonPath[] = [];
  for (const entry of setting as readonly unknown[]) {
    const text = typeof entry === 'string' ? entry.trim() : '';
    const parsed = text.startsWith('$') ? parseJsonPath(text) : undefined;
    if (parsed && 'path' in parsed) {
      paths.push(parsed.path);
    } else if (!parsed && text.includes('/')) {
      keys.push(globExpression(text));
    } else if (/^[\p{L}\p{N}_*? -]*[\p{L}\p{N}][\p{L}\p{N}_*? -]*$/u.test(text)) {
      if (/[*?]/.test(text)) {
        names.push(nameGlob(text));
      } else {
        words.push(compact(text));
      }
    } else {
      return { problem: `its entry ${JSON.stringify(entry)} cannot be read` };
    }
  }
  return rulesOf(words, names, keys, paths);
}

function rulesOf(
  words: readonly string[],
  names: readonly RegExp[],
  keys: readonly RegExp[],
  paths: readonly JsonPath[],
): RedactRules {
  const known = new Map<string, boolean>();
  // Most names have none of the words in them, which is found out at once where letters have one form only.
  const anyWord = new RegExp(words.join('|') || '[]', 'u');
  const hasNone = (name: string): boolean => isAscii.test(name) && !anyWord.test(compact(name));
  const isSecretName = (name: string): boolean => {
    let is = known.get(name);
    if (is === undefined) {
      is = (!hasNone(name) && isNamed(name, words)) || names.some((glob) => glob.test(plain(name)));
      if (known.size >= mostRemembered) {
        known.clear();
      }
      known.set(name, is);
    }
    return is;
  };
  return {
    isSecretName,
    isSecretKey: (bucket, key) =>
      isSecretName(bucket) ||
      tokensOf(key).some(isSecretName) ||
      keys.some((glob) => glob.test(`${bucket}/${key}`)),
    paths,
    pathNames: new Set(paths.flatMap(({ steps }) => steps.flatMap(({ take }) => lastName(take)))),
    isActive: words.length + names.length + keys.length + paths.length > 0,
  };
}

/** The parts of a key that are names. */
function tokensOf(key: string): string[] {
  return key.split(/[./:=]/).filter((token) => token !== '');
}

function lastName(take: JsonPath['steps'][number]['take']): string[] {
  return take.kind === 'name' ? [compact(take.name)] : [];
}

function isNamed(name: string, words: readonly string[]): boolean {
  const whole = compact(name);
  const parts = partsOf(name);
  return words.some((word) => {
    if (word.length >= leastAnywhere) {
      return whole.includes(word);
    }
    const isWord = (part: string): boolean => part === word || part === `${word}s`;
    return parts.some(isWord) || whole.endsWith(word) || whole.endsWith(`${word}s`);
  });
}

/** The words of a name: `apiKey_2` is `api`, `key`, `2`. */
function partsOf(name: string): string[] {
  return plain(name)
    .replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ')
    .replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .replace(/(\p{L})(?=\p{N})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
}

/** A name by its letters and digits alone, in lower case. */
export function compact(name: string): string {
  return plain(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** A name without accents, wide forms and characters that are not seen. */
export function plain(text: string): string {
  return isAscii.test(text) ? text : text.normalize('NFKD').replace(/[\p{M}\p{Cf}]+/gu, '');
}

function nameGlob(pattern: string): RegExp {
  const source = plain(pattern).replace(/[^\p{L}\p{N}]/gu, (part) =>
    part === '*' ? '.*' : part === '?' ? '.' : `\\x${part.charCodeAt(0).toString(16)}`,
  );
  return new RegExp(`^${source.replace(/(?:\.\*)+/g, '.*')}$`, 'isu');
}
