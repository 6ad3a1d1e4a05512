import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../values/jsonValue';

/** What was seen at one place of several JSON values: counts of types, never a value. */
export interface JsonShape {
  /** How many values were seen here. */
  seen: number;
  readonly scalars: Set<string>;
  items?: JsonShape;
  members?: Map<string, JsonShape>;
  objects: number;
}

/** Members of one place that are told apart; an object of more is a map of names. */
const mostMembers = 60;
/** Names of which more than this part stand in one value alone are data. */
const mostDepth = 12;
const mostItems = 100;

export function emptyShape(): JsonShape {
  return { seen: 0, scalars: new Set(), objects: 0 };
}

/** Adds a value to what was seen. */
export function addToShape(shape: JsonShape, value: JsonValue, depth = 0): void {
  shape.seen++;
  if (depth >= mostDepth && typeof value === 'object' && value !== null) {
    shape.scalars.add('…');
  } else if (isJsonArray(value)) {
    const items = (shape.items ??= emptyShape());
    value.slice(0, mostItems).forEach((item) => addToShape(items, item, depth + 1));
  } else if (isJsonObject(value)) {
    shape.objects++;
    const members = (shape.members ??= new Map<string, JsonShape>());
    for (const name of Object.keys(value)) {
      const member = members.get(name) ?? emptyShape();
      if (members.size < 4 * mostMembers || members.has(name)) {
        members.set(name, member);
        addToShape(member, value[name] ?? null, depth + 1);
      }
    }
  } else {
    shape.scalars.add(
      value instanceof JsonNumber ? 'number' : value === null ? 'null' : typeof value,
    );
  }
}

/** The shape as a type: `{ id: number; tags?: string[] }`. Names that look like data are one `[name]`. */
export function shapeText(shape: JsonShape): string {
  const kinds = [...shape.scalars].sort();
  if (shape.items) {
    const inner = shape.items.seen === 0 ? 'unknown' : shapeText(shape.items);
    kinds.push(/[ |]/.test(inner) && !inner.startsWith('{') ? `(${inner})[]` : `${inner}[]`);
  }
  if (shape.members) {
    kinds.push(objectText(shape.members, shape.objects));
  }
  return kinds.join(' | ');
}

function objectText(members: ReadonlyMap<string, JsonShape>, objects: number): string {
  if (members.size === 0) {
    return '{}';
  }
  if (isMap(members, objects)) {
    const [first] = members.values();
    return first ? `{ [name: string]: ${shapeText(first)} }` : '{}';
  }
  const texts = [...members].map(([name, member]) => {
    const shown = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)
      ? name
      : JSON.stringify(name.slice(0, 60));
    return `${shown}${member.seen < objects ? '?' : ''}: ${shapeText(member)}`;
  });
  return `{ ${texts.join('; ')} }`;
}

/** Whether the names of members are data, such as ids: there are many, or none is a word that comes again. */
function isMap(members: ReadonlyMap<string, JsonShape>, objects: number): boolean {
  const names = [...members.keys()];
  const looksLikeData = (name: string): boolean =>
    /\d{3}|@|^[0-9a-f-]{8,}$|^\d/i.test(name) || name.length > 40 || /\s/.test(name);
  return (
    members.size > mostMembers ||
    (members.size > 0 && names.every(looksLikeData)) ||
    (objects > 3 &&
      members.size >= objects * 2 &&
      [...members.values()].every(({ seen }) => seen === 1))
  );
}
