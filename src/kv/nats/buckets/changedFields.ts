import { ownMetadata } from './toBucketStatus';

/** A stream's configuration, or part of one, in the server's names. */
type Fields = object;

/** What a field that is left out stands for, where that is not empty: servers before 2.10 lack it. */
const implied = new Map<string, unknown>([['compression', 'none']]);

/**
 * The fields that the server stored otherwise than it was asked to: servers before 2.12 drop
 * what they do not know without a word. What the server added is no difference.
 */
export function changedFields(asked: Fields, echoed: Fields): string[] {
  const stored = new Map<string, unknown>(Object.entries(echoed));
  return Object.entries(asked)
    .filter(([field, value]) =>
      field === 'metadata'
        ? !isSameMetadata(value, stored.get(field))
        : !contains(stored.get(field) ?? implied.get(field), value ?? implied.get(field)),
    )
    .map(([field]) => field);
}

/** The fields in which two configurations differ, in either direction. */
export function differingFields(one: Fields, other: Fields): string[] {
  return [...new Set([...changedFields(one, other), ...changedFields(other, one)])];
}

/** Whether what was asked for is in what was stored; nested fields may have been added. */
function contains(stored: unknown, asked: unknown): boolean {
  if (isEmpty(asked)) {
    return isEmpty(stored);
  }
  if (!isObject(asked) || !isObject(stored) || isRaw(asked)) {
    return JSON.stringify(asked) === JSON.stringify(stored);
  }
  if (Array.isArray(asked) && (!Array.isArray(stored) || stored.length !== asked.length)) {
    return false;
  }
  const fields = new Map(Object.entries(stored));
  return Object.entries(asked).every(([field, value]) => contains(fields.get(field), value));
}

function isSameMetadata(asked: unknown, stored: unknown): boolean {
  const sorted = (value: unknown) =>
    JSON.stringify(Object.entries(ownMetadata(toRecord(value))).toSorted());
  return sorted(asked) === sorted(stored);
}

function toRecord(value: unknown): Record<string, string> {
  return isObject(value) ? (value as Record<string, string>) : {};
}

/** The server leaves out what is empty or zero. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (isObject(value) && !isRaw(value) && Object.keys(value).length === 0)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `JSON.rawJSON`, the form of numbers that a double does not hold. */
function isRaw(value: object): boolean {
  return 'rawJSON' in value;
}
