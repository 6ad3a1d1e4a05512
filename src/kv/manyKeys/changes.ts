import type { BatchChange } from '../model/batch';
import { isLive, type Entry } from '../model/entry';
import { ownHeaders } from '../model/headers';
import { bytesOf, contentOf, isSameContent } from './keyContent';
import type { KeysAt, KeyText } from './manyKeys';

/** When a message was stored that was written and not read back yet. */
export const notTold = 0;

/** One key that a text changes. `before`: what it was made of; undefined for a key that is new. */
export interface KeyEdit {
  readonly change: BatchChange;
  readonly before: Entry | undefined;
}

/**
 * What a text changes of the keys that it was made of: values that say the same are left alone, however
 * they are formatted. In the order of the text, deleted keys last. `markers` tells the last revision of a
 * key that is new, 0 where there is none.
 */
export function editsOf(
  base: KeysAt['entries'],
  keys: readonly KeyText[],
  markers: (key: string) => number = () => 0,
): KeyEdit[] {
  const edits = keys.flatMap((text): KeyEdit[] => {
    const before = base.get(text.key);
    return before && isUntouched(before, text)
      ? []
      : [{ change: put(text, before, markers), before }];
  });
  const there = new Set(keys.map(({ key }) => key));
  const gone = [...base.values()].filter(({ key }) => !there.has(key));
  return [
    ...edits,
    ...gone.map((before): KeyEdit => {
      const { key, revision: expected } = before;
      return { change: { kind: 'delete', key, expected }, before };
    }),
  ];
}

/** Keys that somebody else has changed, made or removed since, by what the server has now. */
export function changedElsewhere(base: KeysAt['entries'], latest: KeysAt['entries']): Set<string> {
  const keys = new Set([...base.keys(), ...latest.keys()]);
  return new Set([...keys].filter((key) => !isSameMessage(base.get(key), latest.get(key))));
}

/** Whether what was written is what the server has: then it is no conflict that both changed it. */
export function comesTo({ change }: KeyEdit, entry: Entry | undefined): boolean {
  if (change.kind === 'delete' || !entry || !isLive(entry)) {
    return change.kind === 'delete' && !(entry && isLive(entry));
  }
  const { key, value, headers = [], ttl } = change;
  const text = { key, offset: 0, length: 0, content: contentOf(value), headers, ttl };
  return isUntouched(entry, text);
}

function isSameMessage(a: Entry | undefined, b: Entry | undefined): boolean {
  const isSameTime = a?.created === b?.created || a?.created === notTold || b?.created === notTold;
  return a?.revision === b?.revision && isSameTime;
}

function isUntouched(before: Entry, { content, headers, ttl }: KeyText): boolean {
  const own = ownHeaders(before);
  const isSameHeader = ([name, value]: readonly [string, string], at: number): boolean =>
    own[at]?.[0] === name && own[at][1] === value;
  return (
    before.ttl === ttl &&
    own.length === headers.length &&
    headers.every(isSameHeader) &&
    isSameContent(contentOf(before.value), content)
  );
}

function put(
  { key, content, headers, ttl }: KeyText,
  before: Entry | undefined,
  markers: (key: string) => number,
): BatchChange {
  // Content that says the same keeps its bytes: only what is beside it changes.
  const isSame = before && isSameContent(contentOf(before.value), content);
  return {
    kind: 'put',
    key,
    value: isSame ? before.value : bytesOf(content, before?.value),
    expected: before?.revision ?? markers(key),
    ...(headers.length > 0 && { headers }),
    ...(ttl !== undefined && { ttl }),
  };
}
