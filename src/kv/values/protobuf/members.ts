import { t } from '../../base/l10n';
import type { Item } from '../items/item';
import type { ProtoField, ProtoMessage } from './protoSchema';
import { ValueError } from './scalars';

export type MapItem = Item & { kind: 'map' };

/** What does not fit in an edited text, and where: names of members and places in lists. */
export class PlacedError extends Error {
  override readonly name = 'PlacedError';

  constructor(
    message: string,
    readonly path: readonly (string | number)[] = [],
  ) {
    super(message);
  }
}

/** A member of an object, for a field: as the text calls it, and what it has there. */
export interface Member {
  readonly name: string;
  readonly value: Item;
}

/** Runs what writes a part of the text; what does not fit there is told with its place. */
export function under<T>(step: string | number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PlacedError) {
      throw new PlacedError(error.message, [step, ...error.path]);
    }
    throw error instanceof ValueError ? new PlacedError(error.message, [step]) : error;
  }
}

/** The members of an object that are fields of a message; null stands for a field that is not there. */
export function membersOf(item: Item, type: ProtoMessage): Map<ProtoField, Member> {
  const members = new Map<ProtoField, Member>();
  const oneofs = new Map<string, string>();
  for (const [name, value] of namesOf(item)) {
    const field = type.byName.get(name);
    if (!field) {
      throw new PlacedError(t('the message {0} has no field "{1}"', type.name, name), [name]);
    }
    if (isNull(value, field)) {
      continue;
    }
    if (members.has(field)) {
      throw new PlacedError(t('"{0}" is there twice', name), [name]);
    }
    const other = field.oneof === undefined ? undefined : oneofs.get(field.oneof);
    if (other !== undefined) {
      throw new PlacedError(t('only one of "{0}" and "{1}" can be there', other, name), [name]);
    }
    if (field.oneof !== undefined) {
      oneofs.set(field.oneof, name);
    }
    members.set(field, { name, value });
  }
  return members;
}

/** The members of an object by their names. Throws when one is there twice. */
export function namesOf(item: Item): Map<string, Item> {
  if (item.kind !== 'map') {
    throw new PlacedError(t('an object is expected'));
  }
  const members = new Map<string, Item>();
  for (const [key, value] of item.entries) {
    const name = key.kind === 'text' ? key.value : '';
    if (members.has(name)) {
      throw new PlacedError(t('"{0}" is there twice', name), [name]);
    }
    members.set(name, value);
  }
  return members;
}

/** Refuses null in a list or a map, where it would have to stand for a value. */
export function refuseNull(value: Item, field: ProtoField | undefined): void {
  if (field && isNull(value, { ...field, repeated: false })) {
    throw new ValueError(t('a value is expected in a list or a map'));
  }
}

function isNull(value: Item, { type, repeated }: ProtoField): boolean {
  const takesNull =
    type.kind === 'message' && type.message.name === 'google.protobuf.Value' && !repeated;
  return value.kind === 'constant' && value.value === null && !takesNull;
}
