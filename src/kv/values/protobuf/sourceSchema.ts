import protobuf from 'protobufjs';
import { t } from '../../base/l10n';
import { MadeMessages } from './madeMessages';
import { optionTypes } from './optionTypes';
import {
  enumOf,
  indexed,
  type FieldType,
  type ProtoEnum,
  type ProtoField,
  type ProtoMessage,
  type ProtoSchema,
  type ScalarType,
} from './protoSchema';
import { SchemaError } from './schemaError';
import { qualifyTypes } from './typeScopes';

/** The text of a file, by its path; undefined where there is none. */
export type ReadProto = (path: string) => Promise<string | undefined>;

/** The files that a schema is made of. */
export interface ProtoSources {
  readonly files: readonly string[];
  /** The folders that imports are looked for in, in their order. */
  readonly importPaths: readonly string[];
}

/**
 * The message types of `.proto` files and of all that they import. What Google brings need not be there.
 * Throws a `SchemaError` for a file that is missing or wrong.
 */
export async function schemaOfSources(
  { files, importPaths }: ProtoSources,
  read: ReadProto,
): Promise<ProtoSchema> {
  const root = new protobuf.Root();
  protobuf.parse(optionTypes, root, { keepCase: true });
  const known = new Set<string>();
  const queue = files.map((path) => ({ candidates: [path], name: path }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { candidates, name } = next;
    const bundled = bundledFile(name);
    const isKnown = candidates.some((path) => known.has(path)) || known.has(name);
    if (isKnown) {
      continue;
    }
    const found = await firstOf(candidates, read);
    if (found) {
      known.add(found.path);
      const imports = parseFile(found.path, found.text, root);
      queue.push(...imports.map((each) => imported(each, found.path, importPaths)));
    } else if (bundled) {
      known.add(name);
      root.addJSON(bundled);
    } else if (name !== 'google/protobuf/descriptor.proto') {
      throw new SchemaError(t('there is no file {0}', name), name);
    }
  }
  return resolved(root);
}

/** Where an import may be. Throws a `SchemaError` for one that would lead out of its folders. */
function imported(
  name: string,
  by: string,
  importPaths: readonly string[],
): { candidates: string[]; name: string } {
  if (/^\/|^[a-z]:|\\|(^|\/)\.\.(\/|$)/i.test(name)) {
    throw new SchemaError(
      t('{0} imports {1}, which is not below the folders for it', by, name),
      by,
    );
  }
  const beside = by.includes('/') ? `${by.slice(0, by.lastIndexOf('/'))}/` : '';
  const folders = importPaths.map((path) => (path === '.' ? '' : `${path.replace(/\/+$/, '')}/`));
  return { name, candidates: [...folders, beside, ''].map((folder) => folder + name) };
}

async function firstOf(
  paths: readonly string[],
  read: ReadProto,
): Promise<{ path: string; text: string } | undefined> {
  for (const path of new Set(paths)) {
    const text = await read(path);
    if (text !== undefined) {
      return { path, text };
    }
  }
  return undefined;
}

function bundledFile(name: string): Record<string, protobuf.AnyNestedObject> | undefined {
  return protobuf.common.get(name)?.nested;
}

/** What a file imports. */
function parseFile(path: string, text: string, root: protobuf.Root): string[] {
  try {
    Object.assign(protobuf.parse, { filename: path });
    const { imports, weakImports } = protobuf.parse(text, root, { keepCase: true });
    return [...(imports ?? []), ...(weakImports ?? [])];
  } catch (error) {
    throw new SchemaError(reasonOf(error), path);
  }
}

function resolved(root: protobuf.Root): ProtoSchema {
  qualifyTypes(root);
  try {
    root.resolveAll();
  } catch (error) {
    throw new SchemaError(reasonOf(error), undefined);
  }
  return new RootSchema(root);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The types of a resolved root, taken over when they are asked for. */
class RootSchema implements ProtoSchema {
  private readonly messages = new MadeMessages<protobuf.Type>();
  private readonly enums = new Map<protobuf.Enum, ProtoEnum>();
  private readonly types: ReadonlyMap<string, protobuf.Type>;
  readonly messageNames: readonly string[];

  constructor(root: protobuf.Root) {
    this.types = new Map(typesIn(root).map((type) => [plainName(type), type]));
    this.messageNames = [...this.types.keys()].sort();
  }

  message(name: string): ProtoMessage | undefined {
    const found = this.types.get(name);
    return found && this.messages.complete(() => this.messageOf(found));
  }

  private messageOf(type: protobuf.Type): ProtoMessage {
    const known = this.messages.get(type);
    if (known) {
      return known;
    }
    const message = { name: plainName(type), byNumber: new Map(), byName: new Map() };
    this.messages.begin(type, message);
    Object.assign(message, indexed(type.fieldsArray.map((field) => this.fieldOf(field))));
    return message;
  }

  private fieldOf(field: protobuf.Field): ProtoField {
    field.resolve();
    const { id: number, name, partOf } = field;
    const plain = name.replace(/^\./, '');
    const isExtension = name.startsWith('.');
    const isMap = field instanceof protobuf.MapField;
    return {
      ...{ number, isMap },
      name: plain,
      jsonName: isExtension ? `[${plain}]` : (field.jsonName ?? name),
      type: isMap ? this.entryOf(field) : this.typeOf(field),
      repeated: field.repeated || isMap,
      packed: field.packed,
      required: field.required,
      oneof: partOf?.name,
    };
  }

  private typeOf(field: protobuf.FieldBase & { readonly delimited?: boolean }): FieldType {
    const { resolvedType } = field;
    if (resolvedType instanceof protobuf.Type) {
      const message = this.messageOf(resolvedType);
      return { kind: field.delimited ? 'group' : 'message', message };
    }
    return resolvedType instanceof protobuf.Enum
      ? { kind: 'enum', enum: this.enumFor(resolvedType) }
      : { kind: 'scalar', scalar: field.type as ScalarType };
  }

  private entryOf(field: protobuf.MapField): FieldType {
    const key = single('key', 1, { kind: 'scalar', scalar: field.keyType as ScalarType });
    const value = single('value', 2, this.typeOf(field));
    const name = `${field.parent ? plainName(field.parent) : ''}.${field.name}`;
    return { kind: 'message', message: { name, ...indexed([key, value]) } };
  }

  private enumFor(type: protobuf.Enum): ProtoEnum {
    const made = this.enums.get(type) ?? enumOf(plainName(type), Object.entries(type.values));
    this.enums.set(type, made);
    return made;
  }
}

function single(name: string, number: number, type: FieldType): ProtoField {
  const rest = { repeated: false, packed: false, required: false, isMap: false, oneof: undefined };
  return { name, number, type, jsonName: name, ...rest };
}

function plainName({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, '');
}

function typesIn(space: protobuf.NamespaceBase): protobuf.Type[] {
  return space.nestedArray.flatMap((each) => [
    ...(each instanceof protobuf.Type ? [each] : []),
    ...(each instanceof protobuf.Namespace || each instanceof protobuf.Type ? typesIn(each) : []),
  ]);
}
