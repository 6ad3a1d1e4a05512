import type { Node } from 'jsonc-parser';
import { GuardedRun } from '../find/guardedRun';
import { parseJsonPath, type JsonPath } from '../find/jsonPath';
import { valuesAt } from '../find/jsonPathMatch';
import { parseStrictly } from '../find/valueQuery';
import type { Entry } from '../model/entry';
import { AgentRefusal } from './agentRefusal';
import type { ShownValue } from './shownValue';
import { textOrWhy } from './shownValue';

/** How long a path may take on one value, in milliseconds: conditions in conditions can take for ever. */
const mostMs = 500;
/** Values that a path leads to, at most. */
const mostAtPath = 200;

/** The path of an input. Throws an `AgentRefusal` that says where it cannot be read. */
export function pathOf(text: string): JsonPath {
  const parsed = parseJsonPath(text);
  if (!('path' in parsed)) {
    throw new AgentRefusal(`path: ${parsed.reason} (character ${parsed.position + 1})`);
  }
  return parsed.path;
}

/** What a path leads to in what agents see of a value, each as JSON in its own line; a reason for none. */
export function textAtPath(
  value: ShownValue,
  path: JsonPath,
): { readonly text: string } | { readonly none: string } {
  if (value.kind !== 'text') {
    return { none: textOrWhy(value) };
  }
  const root = parseStrictly(value.text);
  if (!root) {
    return { none: 'the value is no JSON' };
  }
  let nodes: readonly Node[] = [];
  if (!new GuardedRun(mostMs).run(() => (nodes = valuesAt(root, path)))) {
    throw new AgentRefusal('path: it takes too long on this value');
  }
  if (nodes.length === 0) {
    return { none: value.isWhole ? 'nothing is there' : 'nothing is there that may be seen' };
  }
  const texts = nodes
    .slice(0, mostAtPath)
    .map(({ offset, length }) => value.text.slice(offset, offset + length));
  return { text: texts.join('\n') };
}

/** What a write may replace: the revision, and which bucket of this name it was seen in. */
export function versionOf(
  entry: Pick<Entry, 'revision'> | undefined,
  bucketCreated: number,
): string {
  return `${entry?.revision ?? 0}@${bucketCreated.toString(36)}`;
}

/** The version that was given out by `versionOf`. Throws an `AgentRefusal` for any other text. */
export function parseVersion(version: string): {
  readonly revision: number;
  readonly bucketCreated: number;
} {
  const [, revision = '', created = ''] = /^(\d{1,16})@([0-9a-z]{1,12})$/.exec(version) ?? [];
  if (revision === '') {
    throw new AgentRefusal('version: it is none that readKey has told');
  }
  return { revision: Number(revision), bucketCreated: parseInt(created, 36) };
}

/** A piece of a text that does not end in the middle of a character, and where the next one begins. */
export function pieceOf(text: string, offset: number, length: number) {
  const start = isLow(text.charCodeAt(offset)) ? offset + 1 : offset;
  const wanted = Math.min(text.length, start + length);
  const end = wanted < text.length && isLow(text.charCodeAt(wanted)) ? wanted + 1 : wanted;
  return { piece: text.slice(start, end), next: end < text.length ? end : undefined };
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
