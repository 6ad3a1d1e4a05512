const mapping = /^(\s*)((?:- )*)("[^"]*"|'[^']*'|[\w.$/@-]+):(?:\s+(.*))?$/;
const listItem = /^(\s*)- +(.*)$/;

/** What a text's lines say for and against YAML. */
interface Evidence {
  readonly keys: string[];
  readonly values: string[];
  nested: boolean;
}

/**
 * Whether a text is YAML: every line has its place in it, and together they are more than words with
 * a colon behind. 'Note: this is important' is prose, and a list of `- ` alone is just a list.
 */
export function isYaml(text: string): boolean {
  const hasMark = /^---[ \t]*\n/.test(text);
  const evidence = gather(text.replace(/^%[^\n]*\n/, ''));
  if (!evidence || evidence.keys.length === 0) {
    return false;
  }
  if (hasMark) {
    return true;
  }
  return evidence.keys.length > 1 && (evidence.nested || isPlainData(evidence));
}

/** The keys and values of a text, or undefined when a line of it cannot be YAML. */
function gather(text: string): Evidence | undefined {
  const evidence: Evidence = { keys: [], values: [], nested: false };
  let block: number | undefined;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    if (/^\s*(#.*)?$/.test(line) || /^(---|\.\.\.)\s*$/.test(line)) {
      continue;
    }
    if (block !== undefined && indent > block) {
      continue;
    }
    block = undefined;
    if (!takeLine(line, evidence)) {
      return undefined;
    }
    if (/(^|[:-])\s+[|>][+-]?\d?\s*$/.test(line)) {
      block = indent;
    }
  }
  return evidence;
}

function takeLine(line: string, evidence: Evidence): boolean {
  const [, indent, dashes, key, value = ''] = mapping.exec(line) ?? [];
  if (key !== undefined) {
    evidence.keys.push(`${indent}${dashes}${key}`);
    evidence.values.push(value);
    evidence.nested ||= (indent !== '' && isNestedKey(evidence)) || isOpened(dashes, value);
    return isScalar(value);
  }
  const item = listItem.exec(line)?.[2];
  if (item === undefined) {
    return false;
  }
  evidence.nested ||= evidence.values.at(-1) === '';
  return evidence.keys.length > 0 && isScalar(item);
}

/** An indented key belongs to one without a value, or to an element of a list. */
function isNestedKey({ keys, values }: Evidence): boolean {
  return values.at(-2) === '' || keys.some((key) => key.includes('- '));
}

function isOpened(dashes: string | undefined, value: string): boolean {
  return (dashes !== '' && value !== '') || /^[|>][+-]?$/.test(value);
}

/** Quoted, in brackets, or plain: a plain value has no `: ` in it. */
function isScalar(value: string): boolean {
  return /^(["'[{|>&*!].*|(?!.*: ).*)$/.test(value) && !/^[%@`]/.test(value);
}

/** Flat `key: value` lines: names of a program's kind with values of such, each name once. */
function isPlainData({ keys, values }: Evidence): boolean {
  const areNames = keys.every((key) => /^["']?[a-z_][\w.$/-]*["']?$/.test(key));
  const isOnce = new Set(keys).size === keys.length;
  const words = values.filter((value) => /^(["'[{].*|\S+)$/.test(value.replace(/\s+#.*$/, '')));
  return areNames && isOnce && words.length * 2 > values.length;
}
