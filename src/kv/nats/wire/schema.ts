/**
 * Looks at a value that came as JSON; tells what is wrong with it, undefined when nothing is. The
 * text goes right behind the name of what is looked at: ` is missing`, `.state is a list`.
 */
export interface Schema<T> {
  (value: unknown): string | undefined;
  readonly isOptional?: boolean;
  /** Never there: it ties the schema to what it lets through. */
  readonly type?: T;
}

/** A schema of a field that may be missing. */
export interface OptionalSchema<T> extends Schema<T> {
  readonly isOptional: true;
}

/** A schema for each field that a type declares, optional where that is. */
export type FieldSchemas<T> = {
  readonly [Field in keyof T]-?: undefined extends T[Field]
    ? OptionalSchema<Exclude<T[Field], undefined>>
    : Schema<T[Field]>;
};

/** Larger ones are no numbers of a server: it counts in 64 bits. */
const largest = 2 ** 64;
const longestRaw = 21;

export const text: Schema<string> = (value) => (typeof value === 'string' ? undefined : isA(value));

export const flag: Schema<boolean> = (value) =>
  typeof value === 'boolean' ? undefined : isA(value);

/** Also below 0 and beyond 2^53, where it may be a `JSON.rawJSON` (exactJson.ts). */
export const integer: Schema<number> = (value) => {
  const isInteger = Number.isInteger(value) && Math.abs(Number(value)) <= largest;
  return isInteger || isRawInteger(value) ? undefined : isA(value);
};

/** As `integer`, from 0 on. */
export const natural: Schema<number> = (value) =>
  integer(value) ?? (isNegative(value) ? ' is negative' : undefined);

/** From 0 on, and told exactly: a revision beyond 2^53 would be another one. */
export const count: Schema<number> = (value) => {
  if (Number.isSafeInteger(value) && Number(value) >= 0) {
    return undefined;
  }
  const isTooLarge = isRawInteger(value) || (Number.isInteger(value) && Number(value) > 0);
  return isTooLarge ? ' is a number beyond 2^53, which cannot be told exactly' : isA(value);
};

/** A time as Go writes it. */
export const time: Schema<string> = (value) => {
  const isTime = typeof value === 'string' && !Number.isNaN(Date.parse(value));
  return isTime ? undefined : typeof value === 'string' ? ' is not a time' : isA(value);
};

/** What may be missing, or null, which Go writes for what is empty: a null field is removed. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  const whenThere = (value: unknown) =>
    value === undefined || value === null ? undefined : schema(value);
  return Object.assign(whenThere, { isOptional: true as const });
}

/** Anything at all, also nothing. */
export const anything: OptionalSchema<unknown> = optional<unknown>(() => undefined);

export function list<T>(schema: Schema<T>): Schema<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) {
      return isA(value);
    }
    for (let at = 0; at < value.length; at++) {
      const problem = schema(value[at]);
      if (problem !== undefined) {
        return `[${at}]${problem}`;
      }
    }
    return undefined;
  };
}

/** An object of any names, which come from outside and are not told. */
export function record<T>(schema: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) {
      return isA(value);
    }
    for (const name in value) {
      const problem = schema(value[name]);
      if (problem !== undefined) {
        return `.*${problem}`;
      }
    }
    return undefined;
  };
}

/** An object of at least these fields; those that it does not name stay as they are. */
export function object<T extends object>(fields: FieldSchemas<T>): Schema<T> {
  const entries = Object.entries<Schema<unknown>>(fields);
  return (value) => {
    if (!isObject(value)) {
      return isA(value);
    }
    for (const [name, schema] of entries) {
      const field = value[name];
      if (field === null && schema.isOptional) {
        delete value[name];
      } else {
        const problem = schema(field);
        if (problem !== undefined) {
          return `.${name}${problem}`;
        }
      }
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value);
}

function isRaw(value: object): value is { readonly rawJSON: string } {
  return Object.getPrototypeOf(value) === null && 'rawJSON' in value;
}

function isRawInteger(value: unknown): boolean {
  const raw = typeof value === 'object' && value !== null && isRaw(value) ? value.rawJSON : '';
  return raw.length <= longestRaw && /^-?\d+$/.test(raw);
}

function isNegative(value: unknown): boolean {
  return typeof value === 'object' && value !== null && isRaw(value)
    ? value.rawJSON.startsWith('-')
    : Number(value) < 0;
}

function isA(value: unknown): string {
  if (value === undefined) {
    return ' is missing';
  }
  if (value === null) {
    return ' is null';
  }
  if (typeof value === 'number') {
    return ` is ${value}`;
  }
  if (typeof value === 'string') {
    return ' is a text';
  }
  return typeof value === 'boolean'
    ? ` is ${value}`
    : Array.isArray(value)
      ? ' is a list'
      : ' is an object';
}
