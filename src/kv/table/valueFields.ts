import { valueAt, type JsonPlace } from '../values/jsonDiff';
import { isJsonArray, isJsonObject, previewJson, type JsonValue } from '../values/jsonValue';
import { idOf, typeOf, type ValueType } from './tableColumn';

/** A place in a value that can become a column. */
export interface ValueField {
  /** The id of its column. */
  readonly id: string;
  /** As it is named in what holds it; empty for the whole. */
  readonly name: string;
  /** From 0 on. */
  readonly depth: number;
  /** A scalar, or the beginning of what is in it. */
  readonly text: string;
  /** Of its column. */
  readonly type: ValueType;
  /** How many fields are right in it; undefined for a scalar. */
  readonly inside: number | undefined;
}

const mostFields = 1_000;
const mostInArray = 100;
const deepest = 12;
const longest = 120;

/** The fields of a value, what holds others before them, and how many more there are right in it. */
export function valueFields(value: JsonValue): {
  readonly fields: readonly ValueField[];
  readonly isCut: boolean;
} {
  const fields: ValueField[] = [];
  let isCut = false;
  const add = (each: JsonValue, name: string, path: JsonPlace): void => {
    if (fields.length >= mostFields) {
      isCut = true;
      return;
    }
    const steps = stepsOf(each);
    fields.push({
      id: idOf(path),
      ...{ name, depth: path.length, type: typeOf(each) ?? 'text', inside: steps?.length },
      text: typeof each === 'string' ? cut(each) : previewJson(each, longest),
    });
    if (steps && path.length < deepest) {
      const shown = steps.slice(0, isJsonArray(each) ? mostInArray : mostFields);
      isCut ||= shown.length < steps.length;
      shown.forEach((step) => {
        const member = valueAt(each, [step]);
        if (member !== undefined) {
          add(member, String(step), [...path, step]);
        }
      });
    } else if (steps && steps.length > 0) {
      isCut = true;
    }
  };
  add(value, '', []);
  return { fields, isCut };
}

/** Which type the values have at a path: text where they are of several, or none is known. */
export function typeAmong(values: readonly JsonValue[], path: JsonPlace): ValueType {
  const types = new Set<ValueType>();
  for (const value of values) {
    const found = valueAt(value, path);
    const type = found === undefined ? undefined : typeOf(found);
    if (type !== undefined) {
      types.add(type);
    }
  }
  const [only] = types;
  return types.size === 1 && only !== undefined ? only : 'text';
}

function stepsOf(value: JsonValue): readonly (string | number)[] | undefined {
  if (isJsonArray(value)) {
    return value.map((_, at) => at);
  }
  return isJsonObject(value) ? Object.keys(value) : undefined;
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
