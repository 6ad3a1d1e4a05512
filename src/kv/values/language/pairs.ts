const pair = /^(export\s+)?([\w.$-]+|"[^"]+")(\s*)=\s*(.*)$/;
const section = /^\[\[?\s*[\w."':/ -]+\s*\]\]?$/;

/** A value as TOML writes it; an INI file has bare words. */
const tomlValue =
  /^("([^"\\]|\\.)*"|'[^']*'|"""[^]*|'''[^]*|[+-]?(\d[\d_]*(\.\d+)?([eE][+-]?\d+)?|inf|nan)|0[xob][\da-fA-F_]+|true|false|\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:\d\d)?)?|\[.*|\{.*\})\s*(#.*)?$/;

interface Pairs {
  readonly keys: string[];
  readonly values: string[];
  sections: number;
  spaced: number;
  exported: boolean;
}

/**
 * The language of a text whose lines are all `name = value`, `[section]` or comments: `toml`, `ini`,
 * `dotenv` or `properties`. One line alone is none of them.
 */
export function pairsLanguage(text: string): string | undefined {
  const pairs = pairsOf(text);
  if (!pairs || pairs.keys.length === 0) {
    return undefined;
  }
  const { keys, values, sections, spaced, exported } = pairs;
  const isToml = !exported && values.every((value) => tomlValue.test(value));
  if (sections > 0) {
    return isToml ? 'toml' : 'ini';
  }
  if (keys.length < 2) {
    return undefined;
  }
  if (spaced === 0 && keys.every((key) => /^[A-Z_][A-Z0-9_]*$/.test(key))) {
    return 'dotenv';
  }
  if (isToml && spaced === keys.length && values.some((value) => /^["'[]/.test(value))) {
    return 'toml';
  }
  return keys.every((key) => /^[A-Za-z][\w.-]*$/.test(key)) ? 'properties' : undefined;
}

function pairsOf(text: string): Pairs | undefined {
  const pairs: Pairs = { keys: [], values: [], sections: 0, spaced: 0, exported: false };
  let isInArray = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (isInArray || line === '' || /^[#;!]/.test(line)) {
      isInArray &&= !line.startsWith(']');
      continue;
    }
    const [, exported, key, space, value = ''] = pair.exec(line) ?? [];
    if (key === undefined) {
      if (!section.test(line)) {
        return undefined;
      }
      pairs.sections++;
      continue;
    }
    pairs.keys.push(key);
    pairs.values.push(value);
    pairs.spaced += space === '' ? 0 : 1;
    pairs.exported ||= exported !== undefined;
    isInArray = /^\[[^\]]*$/.test(value);
  }
  return pairs;
}
