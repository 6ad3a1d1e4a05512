import type { Entry } from '../model/entry';
import { sameBytes } from '../base/bytes';
import { displayText } from '../values/displayText';
import { formatPath, jsonDiff, type JsonChange } from '../values/jsonDiff';
import { isJsonArray, isJsonObject, previewJson, type JsonValue } from '../values/jsonValue';
import { cut, textDiff, type TextSegment } from '../values/textDiff';
import { exactText } from '../values/textForm';
import { jsonOf, maxJsonBytes } from '../values/valueText';

/** A changed place of a JSON value; texts are short and hold nothing unseen. */
export interface PathChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * What a change did to a key's value, in a line. `value`: what came before is not known or is no
 * value, or they are too large to be compared, so it tells the new one. `ended`: there is no value
 * any more; `text` is the last one.
 */
export type ChangeSummary =
  | { readonly kind: 'json'; readonly changes: readonly PathChange[]; readonly more: number }
  | { readonly kind: 'text'; readonly segments: readonly TextSegment[] }
  | { readonly kind: 'binary'; readonly before: number | undefined; readonly after: number }
  | { readonly kind: 'value'; readonly text: string; readonly isTooLarge?: boolean }
  | { readonly kind: 'same' }
  | { readonly kind: 'ended'; readonly text: string | undefined };

const maxPaths = 4;
const maxText = 60;
const maxWhole = 24;
const maxPreview = 160;

/** Summarizes the step from one entry of a key to a later one. */
export function summarize(before: Entry | undefined, after: Entry): ChangeSummary {
  const known = before?.operation === 'PUT' ? before.value : undefined;
  if (after.operation !== 'PUT') {
    return { kind: 'ended', text: known && preview(known) };
  }
  if (known && sameBytes(known, after.value)) {
    return { kind: 'same' };
  }
  const text = preview(after.value);
  if (text === undefined) {
    return { kind: 'binary', before: known?.length, after: after.size };
  }
  if (!known) {
    return { kind: 'value', text };
  }
  return Math.max(known.length, after.size) <= maxJsonBytes
    ? difference(known, after.value)
    : { kind: 'value', text, isTooLarge: true };
}

function difference(before: Uint8Array, after: Uint8Array): ChangeSummary {
  const a = jsonOf(before);
  const b = jsonOf(after);
  if (isTree(a) && isTree(b)) {
    const { changes, more } = jsonDiff(a, b, maxPaths);
    // None at all: white space or the order of keys has changed, which the text shows.
    if (changes.length > 0) {
      return { kind: 'json', changes: changes.map(pathChange), more };
    }
  }
  const old = exactText(before);
  if (old === undefined) {
    return { kind: 'binary', before: before.length, after: after.length };
  }
  const segments = shortDiff(old, exactText(after) ?? '').map((segment) => ({
    kind: segment.kind,
    text: displayText(segment.text),
  }));
  return { kind: 'text', segments };
}

/** Words are told whole: `on -> off` reads better than the letters that differ. */
function shortDiff(before: string, after: string): TextSegment[] {
  return Math.max(before.length, after.length) > maxWhole || before === '' || after === ''
    ? textDiff(before, after, maxText)
    : [
        { kind: 'removed', text: before },
        { kind: 'same', text: ' -> ' },
        { kind: 'added', text: after },
      ];
}

function pathChange(change: JsonChange): PathChange {
  const short = (value: JsonValue) => displayText(previewJson(value, maxText));
  return {
    path: displayText(cut(formatPath(change.path), maxText)),
    before: change.kind === 'added' ? undefined : short(change.before),
    after: change.kind === 'removed' ? undefined : short(change.after),
  };
}

function preview(value: Uint8Array): string | undefined {
  const text = exactText(value);
  return text === undefined ? undefined : displayText(cut(text, maxPreview));
}

function isTree(value: JsonValue | undefined): value is JsonValue {
  return isJsonArray(value) || isJsonObject(value);
}
