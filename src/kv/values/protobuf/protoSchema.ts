/** The types of fields that are one number, text or run of bytes on the wire. */
export type ScalarType =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** What a field holds. A group is a message between two tags in the place of a length. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'enum'; readonly enum: ProtoEnum }
  | { readonly kind: 'message' | 'group'; readonly message: ProtoMessage };

/** A field of a message. */
export interface ProtoField {
  readonly number: number;
  /** As the schema has it; an extension's with its package. */
  readonly name: string;
  /** As JSON has it: `createdAt`, and `[shop.note]` for an extension. */
  readonly jsonName: string;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Whether repeated numbers are written in one run. */
  readonly packed: boolean;
  readonly required: boolean;
  /** Whether its message is an entry of a map, with the fields 1 (key) and 2 (value). */
  readonly isMap: boolean;
  /** The oneof that it is a member of, if any. */
  readonly oneof: string | undefined;
}

/** A message type. */
export interface ProtoMessage {
  /** With its package and without a leading dot. */
  readonly name: string;
  readonly byNumber: ReadonlyMap<number, ProtoField>;
  /** By the names of JSON, and by those of the schema. */
  readonly byName: ReadonlyMap<string, ProtoField>;
}

/** An enum type. */
export interface ProtoEnum {
  readonly name: string;
  readonly numbers: ReadonlyMap<string, number>;
  /** The first name of a number that has several. */
  readonly names: ReadonlyMap<number, string>;
}

/** The message types of some files. */
export interface ProtoSchema {
  /** By its name with the package; undefined when there is none. */
  message(name: string): ProtoMessage | undefined;
  /** The names of all message types, sorted. */
  readonly messageNames: readonly string[];
}

/** The name of a field in JSON, where the schema does not give another. */
export function jsonNameOf(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** Both maps of a message's fields. */
export function indexed(fields: readonly ProtoField[]): Pick<ProtoMessage, 'byNumber' | 'byName'> {
  return {
    byNumber: new Map(fields.map((field) => [field.number, field])),
    byName: new Map([
      ...fields.map((field) => [field.name, field] as const),
      ...fields.map((field) => [field.jsonName, field] as const),
    ]),
  };
}

/** Both maps of an enum. */
export function enumOf(name: string, values: Iterable<readonly [string, number]>): ProtoEnum {
  const numbers = new Map(values);
  const names = new Map([...numbers].reverse().map(([each, number]) => [number, each]));
  return { name, numbers, names };
}
