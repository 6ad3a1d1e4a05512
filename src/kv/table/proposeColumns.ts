import type { JsonPlace } from '../values/jsonDiff';
import { isJsonArray, isJsonObject, type JsonValue } from '../values/jsonValue';
import { idOf, typeOf, type TableColumn, type ValueType } from './tableColumn';

const deepest = 3;
const mostSeen = 500;

interface Seen {
  readonly path: JsonPlace;
  readonly types: Map<ValueType, number>;
  count: number;
}

/**
 * The paths of scalars that the values have, as columns: the most frequent first, then as they come
 * in the values. A path whose values are of several types is text.
 */
export function proposeColumns(values: readonly JsonValue[], most: number): TableColumn[] {
  const seen = new Map<string, Seen>();
  values.forEach((value) => collect(value, [], seen));
  return [...seen.entries()]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, most)
    .map(([id, { path, types }]) => ({ id, path, type: typeOfAll(types) }));
}

function typeOfAll(types: ReadonlyMap<ValueType, number>): ValueType {
  const [only] = types.keys();
  return types.size === 1 && only !== undefined ? only : 'text';
}

function collect(value: JsonValue, path: JsonPlace, seen: Map<string, Seen>): void {
  if (isJsonObject(value) && path.length < deepest) {
    for (const [name, member] of Object.entries(value)) {
      collect(member, [...path, name], seen);
    }
    return;
  }
  // A list has as many places as it is long: none of them is what all values share.
  const type = isJsonArray(value) ? undefined : typeOf(value);
  if (path.length === 0 || (type === undefined && value !== null)) {
    return;
  }
  const id = idOf(path);
  const known = seen.get(id) ?? { path, types: new Map<ValueType, number>(), count: 0 };
  if (seen.size < mostSeen || seen.has(id)) {
    known.count++;
    if (type !== undefined) {
      known.types.set(type, (known.types.get(type) ?? 0) + 1);
    }
    seen.set(id, known);
  }
}
