import { t } from '../../base/l10n';
import { decodeUtf8 } from '../../base/bytes';
import { MadeMessages } from './madeMessages';
import {
  enumOf,
  indexed,
  jsonNameOf,
  type FieldType,
  type ProtoEnum,
  type ProtoField,
  type ProtoMessage,
  type ProtoSchema,
  type ScalarType,
} from './protoSchema';
import { SchemaError } from './schemaError';
import { readRecords, readVarint, WireError } from './wire';

/** The scalar types by their numbers in google/protobuf/descriptor.proto. */
const scalars: Readonly<Record<number, ScalarType>> = {
  ...{ 1: 'double', 2: 'float', 3: 'int64', 4: 'uint64', 5: 'int32', 6: 'fixed64', 7: 'fixed32' },
  ...{ 8: 'bool', 9: 'string', 12: 'bytes', 13: 'uint32', 15: 'sfixed32', 16: 'sfixed64' },
  ...{ 17: 'sint32', 18: 'sint64' },
};

const kinds = { group: 10, message: 11, enum: 14 };
const labels = { required: 2, repeated: 3 };

/** What a file says of all of its fields. */
interface FileRules {
  readonly isPacked: boolean;
  readonly isDelimited: boolean;
}

interface Declared {
  readonly descriptor: Descriptor;
  readonly rules: FileRules;
}

/**
 * The message types of a `FileDescriptorSet`, as `protoc --include_imports --descriptor_set_out` writes it.
 * Throws a `SchemaError` for other bytes.
 */
export function schemaOfDescriptors(bytes: Uint8Array): ProtoSchema {
  try {
    return new DescriptorSchema(new Descriptor(bytes).all(1));
  } catch (error) {
    if (error instanceof WireError) {
      throw new SchemaError(t('it is no descriptor set: {0}', error.message));
    }
    throw error;
  }
}

/** A message of google/protobuf/descriptor.proto, by the numbers of its fields. */
class Descriptor {
  private readonly fields = new Map<number, Uint8Array[]>();

  constructor(bytes: Uint8Array) {
    for (const { number, payload } of readRecords(bytes)) {
      const before = this.fields.get(number) ?? [];
      this.fields.set(number, [...before, payload]);
    }
  }

  all(number: number): Descriptor[] {
    return (this.fields.get(number) ?? []).map((payload) => new Descriptor(payload));
  }

  one(number: number): Descriptor | undefined {
    return this.all(number).at(-1);
  }

  text(number: number): string {
    const payload = this.fields.get(number)?.at(-1);
    return (payload && decodeUtf8(payload)) ?? '';
  }

  number(number: number): number | undefined {
    const payload = this.fields.get(number)?.at(-1);
    return payload && Number(BigInt.asIntN(32, readVarint(payload)));
  }
}

/** The types of a set, taken over when they are asked for. */
class DescriptorSchema implements ProtoSchema {
  private readonly messages = new Map<string, Declared>();
  private readonly enums = new Map<string, Descriptor>();
  private readonly extensions = new Map<string, { scope: string; of: Declared }[]>();
  private readonly made = new MadeMessages<string>();
  readonly messageNames: readonly string[];

  constructor(files: readonly Descriptor[]) {
    for (const file of files) {
      const scope = file.text(2);
      const rules = rulesOf(file);
      this.declare(scope, { descriptor: file, rules }, { messages: 4, enums: 5, extensions: 7 });
    }
    this.messageNames = [...this.messages]
      .filter(([, { descriptor }]) => !isMapEntry(descriptor))
      .map(([name]) => name)
      .sort();
    if (this.messageNames.length === 0) {
      throw new SchemaError(t('it has no message types'));
    }
  }

  message(name: string): ProtoMessage | undefined {
    return this.made.complete(() => this.messageFor(name));
  }

  private messageFor(name: string): ProtoMessage | undefined {
    const known = this.made.get(name);
    const declared = this.messages.get(name);
    if (known || !declared) {
      return known;
    }
    const { descriptor, rules } = declared;
    const message = { name, byNumber: new Map(), byName: new Map() };
    this.made.begin(name, message);
    const oneofs = descriptor.all(8).map((oneof) => oneof.text(1));
    const own = descriptor.all(2).map((field) => this.fieldOf(field, name, rules, oneofs));
    const added = (this.extensions.get(name) ?? []).map(({ scope, of }) => {
      const field = this.fieldOf(of.descriptor, scope, of.rules, []);
      const full = nameIn(scope, field.name);
      return { ...field, name: full, jsonName: `[${full}]` };
    });
    Object.assign(message, indexed([...own, ...added]));
    return message;
  }

  /** Takes up what is declared in a file or a message, by the numbers of its fields for that. */
  private declare(
    scope: string,
    { descriptor, rules }: Declared,
    at: { readonly messages: number; readonly enums: number; readonly extensions: number },
  ): void {
    for (const each of descriptor.all(at.enums)) {
      this.enums.set(nameIn(scope, each.text(1)), each);
    }
    for (const each of descriptor.all(at.extensions)) {
      const extended = each.text(2).replace(/^\./, '');
      const before = this.extensions.get(extended) ?? [];
      this.extensions.set(extended, [...before, { scope, of: { descriptor: each, rules } }]);
    }
    for (const each of descriptor.all(at.messages)) {
      const name = nameIn(scope, each.text(1));
      this.messages.set(name, { descriptor: each, rules });
      const nested = { messages: 3, enums: 4, extensions: 6 };
      this.declare(name, { descriptor: each, rules }, nested);
    }
  }

  private fieldOf(
    field: Descriptor,
    scope: string,
    rules: FileRules,
    oneofs: readonly string[],
  ): ProtoField {
    const [label, options, oneof] = [field.number(4), field.one(8), field.number(9)];
    const features = options?.one(21);
    const encoding = features?.number(3);
    const packed = options?.number(2) ?? (encoding === undefined ? rules.isPacked : encoding === 1);
    const name = field.text(1);
    const type = this.typeOf(field, scope, features?.number(5) ?? (rules.isDelimited ? 2 : 1));
    return {
      ...{ name, type },
      number: field.number(3) ?? 0,
      jsonName: field.text(10) || jsonNameOf(name),
      repeated: label === labels.repeated,
      packed: Boolean(packed),
      required: label === labels.required || features?.number(1) === 3,
      isMap: type.kind === 'message' && this.isEntry(type.message.name),
      oneof: oneof === undefined ? undefined : oneofs[oneof],
    };
  }

  private isEntry(name: string): boolean {
    const declared = this.messages.get(name);
    return declared !== undefined && isMapEntry(declared.descriptor);
  }

  private typeOf(field: Descriptor, scope: string, messageEncoding: number): FieldType {
    const kind = field.number(5) ?? 0;
    const name = this.fullName(field.text(6), scope);
    const scalar = scalars[kind];
    if (scalar) {
      return { kind: 'scalar', scalar };
    }
    if (kind === kinds.enum) {
      return { kind: 'enum', enum: this.enumFor(name) };
    }
    const message = this.messageFor(name);
    if (!message) {
      throw new SchemaError(t('it lacks the type {0}: make it with its imports', name));
    }
    const isEntry = this.isEntry(name);
    const isGroup = kind === kinds.group || (messageEncoding === 2 && !isEntry);
    return { kind: isGroup ? 'group' : 'message', message };
  }

  /** A name as it is declared: one without a dot in front is looked for from the inside out. */
  private fullName(name: string, scope: string): string {
    const isDeclared = (full: string): boolean => this.messages.has(full) || this.enums.has(full);
    if (name.startsWith('.')) {
      return name.slice(1);
    }
    const outer = scope.split('.').map((_, at, all) => all.slice(0, all.length - at).join('.'));
    return outer.map((each) => nameIn(each, name)).find(isDeclared) ?? name;
  }

  private enumFor(name: string): ProtoEnum {
    const found = this.enums.get(name);
    if (!found) {
      throw new SchemaError(t('it lacks the type {0}: make it with its imports', name));
    }
    const values = found.all(2).map((value) => [value.text(1), value.number(2) ?? 0] as const);
    return enumOf(name, values);
  }
}

/** As proto3 and the editions since pack numbers, proto2 does not. */
function rulesOf(file: Descriptor): FileRules {
  const features = file.one(8)?.one(50);
  const isOld = !['proto3', 'editions'].includes(file.text(12));
  return {
    isPacked: !isOld && features?.number(3) !== 2,
    isDelimited: features?.number(5) === 2,
  };
}

function isMapEntry(descriptor: Descriptor): boolean {
  return descriptor.one(7)?.number(7) === 1;
}

function nameIn(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
