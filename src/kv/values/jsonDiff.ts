import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from './jsonValue';

/** Steps from the root of a JSON value: keys of objects, indexes of arrays. */
export type JsonPlace = readonly (string | number)[];

/** One difference between two JSON values, at the deepest place where they differ. */
export type JsonChange =
  | {
      readonly kind: 'changed';
      readonly path: JsonPlace;
      readonly before: JsonValue;
      readonly after: JsonValue;
    }
  | { readonly kind: 'added'; readonly path: JsonPlace; readonly after: JsonValue }
  | { readonly kind: 'removed'; readonly path: JsonPlace; readonly before: JsonValue };

export interface JsonDiff {
  readonly changes: readonly JsonChange[];
  /** How many more there are than were asked for. */
  readonly more: number;
}

/**
 * The differences of two values in the order of the second one's keys, removed ones last. Arrays are
 * compared by index; numbers by their digits, so that `1` and `1.0` differ, as do two huge ones.
 */
export function jsonDiff(before: JsonValue, after: JsonValue, limit = Infinity): JsonDiff {
  const changes: JsonChange[] = [];
  let total = 0;
  const add = (change: JsonChange): void => {
    if (++total <= limit) {
      changes.push({ ...change, path: [...change.path] });
    }
  };
  compare(before, after, [], add);
  return { changes, more: total - changes.length };
}

/** `path` is one array that grows and shrinks on the way: a copy for each member would cost most. */
function compare(
  before: JsonValue,
  after: JsonValue,
  path: (string | number)[],
  add: (change: JsonChange) => void,
): void {
  if (isJsonArray(before) && isJsonArray(after)) {
    compareArrays(before, after, path, add);
  } else if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of Object.keys(after)) {
      compareMembers(ownValue(before, key), after[key], key, path, add);
    }
    for (const key of Object.keys(before)) {
      if (!Object.hasOwn(after, key)) {
        compareMembers(before[key], undefined, key, path, add);
      }
    }
  } else if (!isSameScalar(before, after)) {
    add({ kind: 'changed', path, before, after });
  }
}

function compareArrays(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: (string | number)[],
  add: (change: JsonChange) => void,
): void {
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    compareMembers(before[at], after[at], at, path, add);
  }
}

function compareMembers(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  step: string | number,
  path: (string | number)[],
  add: (change: JsonChange) => void,
): void {
  path.push(step);
  if (before === undefined && after !== undefined) {
    add({ kind: 'added', path, after });
  } else if (before !== undefined && after === undefined) {
    add({ kind: 'removed', path, before });
  } else if (before !== undefined && after !== undefined) {
    compare(before, after, path, add);
  }
  path.pop();
}

function isSameScalar(a: JsonValue, b: JsonValue): boolean {
  return a instanceof JsonNumber && b instanceof JsonNumber ? a.text === b.text : a === b;
}

/** Without what objects inherit: `constructor` is a key like any other. */
function ownValue(object: { readonly [key: string]: JsonValue }, key: string) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A path as one writes it in code: `items[0].price`, `["odd key"]`; empty for the root. */
export function formatPath(path: JsonPlace): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') {
      text += `[${step}]`;
    } else if (/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step)) {
      text += text === '' ? step : `.${step}`;
    } else {
      text += `[${JSON.stringify(step)}]`;
    }
  }
  return text;
}

/** The value at a path; undefined where there is none. Only own keys count. */
export function valueAt(root: JsonValue | undefined, path: JsonPlace): JsonValue | undefined {
  let value = root;
  for (const step of path) {
    if (typeof step === 'number') {
      value = isJsonArray(value) ? value[step] : undefined;
    } else {
      value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
  }
  return value;
}
