import protobuf from 'protobufjs';
import { t } from '../../base/l10n';
import { SchemaError } from './schemaError';

type Declared = ReadonlyMap<string, protobuf.ReflectionObject>;

/**
 * Gives the fields of a root the full names of their types, found as Protobuf says: from the innermost scope
 * outwards, and the first part of a name decides. protobufjs would look below a scope first.
 * Throws a `SchemaError` for a type that is not there.
 */
export function qualifyTypes(root: protobuf.Root): void {
  const all = objectsIn(root);
  const declared = new Map(all.map((each) => [each.fullName, each]));
  const fields = all.flatMap((each) => [
    ...(each instanceof protobuf.Type ? each.fieldsArray : []),
    ...(each instanceof protobuf.Field ? [each] : []),
  ]);
  for (const field of fields.filter((each) => !each.declaringField)) {
    if (!Object.hasOwn(protobuf.types.basic, field.type)) {
      field.type = typeNamed(field.type, field, declared).fullName;
    }
    placeExtension(field, declared);
  }
}

/** An extension is a field of the message that it extends, too. */
function placeExtension(field: protobuf.Field, declared: Declared): void {
  const { extend, extensionField } = field;
  if (extend === undefined || !extensionField) {
    return;
  }
  const extended = typeNamed(extend, field, declared);
  if (extended instanceof protobuf.Type && extended !== extensionField.parent) {
    extensionField.parent?.remove(extensionField);
    extended.add(extensionField);
  }
  extensionField.type = field.type;
}

function typeNamed(
  name: string,
  field: protobuf.Field,
  declared: Declared,
): protobuf.ReflectionObject {
  const found = name.startsWith('.')
    ? declared.get(name)
    : typeFrom(field.parent, name.split('.'), declared);
  if (!isType(found)) {
    throw new SchemaError(t('{0} is of the type {1}, which is not there', plain(field), name));
  }
  return found;
}

function typeFrom(
  scope: protobuf.NamespaceBase | null,
  [first = '', ...rest]: readonly string[],
  declared: Declared,
): protobuf.ReflectionObject | undefined {
  for (let at = scope; at; at = at.parent) {
    const outer = declared.get(`${at.fullName}.${first}`);
    const found = outer && declared.get([outer.fullName, ...rest].join('.'));
    // A package may be that of a file which is not imported here: it hides nothing.
    const isDecided = rest.length > 0 && outer instanceof protobuf.Type;
    if (isType(found) || isDecided) {
      return found;
    }
  }
  return undefined;
}

function isType(
  object: protobuf.ReflectionObject | undefined,
): object is protobuf.Type | protobuf.Enum {
  return object instanceof protobuf.Type || object instanceof protobuf.Enum;
}

function objectsIn(space: protobuf.NamespaceBase): protobuf.ReflectionObject[] {
  return space.nestedArray.flatMap((each) => [
    each,
    ...(each instanceof protobuf.Namespace || each instanceof protobuf.Type ? objectsIn(each) : []),
  ]);
}

function plain({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, '');
}
