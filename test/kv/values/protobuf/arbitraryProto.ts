import fc from 'fast-check';
import type {
  ProtoField,
  ProtoMessage,
  ProtoSchema,
} from '../../../../src/kv/values/protobuf/protoSchema';
import { isPackable, wireTypeOf } from '../../../../src/kv/values/protobuf/scalars';
import { writeRecord, writeVarint } from '../../../../src/kv/values/protobuf/wire';

const scalars = [
  ...['double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32'],
  ...['fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes'],
];
const keyTypes = scalars.filter((type) => !/double|float|bytes/.test(type));
const known = ['Any', 'Timestamp', 'Duration', 'Struct', 'Int64Value', 'FieldMask', 'StringValue'];

/** A field of the source of a schema: its rule, its type and its number. */
interface Declared {
  readonly rule: 'single' | 'optional' | 'repeated' | 'map' | 'oneof' | 'group';
  readonly type: string;
  readonly key: string;
  readonly packed: boolean | undefined;
}

const types = [
  ...scalars,
  'Kind',
  'M0',
  'M1',
  'M2',
  ...known.map((name) => `google.protobuf.${name}`),
];

const declared: fc.Arbitrary<Declared> = fc.record({
  rule: fc.constantFrom('single', 'optional', 'repeated', 'repeated', 'map', 'oneof', 'group'),
  type: fc.constantFrom(...types),
  key: fc.constantFrom(...keyTypes),
  packed: fc.constantFrom(true, false, undefined),
});

/** The source of a schema with the messages M0, M1 and M2 and the enum Kind. */
export const protoSource: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('proto2', 'proto3'),
    fc.tuple(...[0, 1, 2].map(() => fc.array(declared, { minLength: 1, maxLength: 8 }))),
  )
  .map(([syntax, messages]) =>
    [
      `syntax = "${syntax}";`,
      'package t;',
      ...['any', 'timestamp', 'duration', 'struct', 'wrappers', 'field_mask'].map(
        (name) => `import "google/protobuf/${name}.proto";`,
      ),
      'enum Kind { NONE = 0; ONE = 1; BELOW = -1; }',
      ...messages.map((fields, at) => messageSource(`M${at}`, fields, syntax)),
    ].join('\n'),
  );

function messageSource(name: string, fields: readonly Declared[], syntax: string): string {
  const lines = fields.map((field, at) => fieldSource(field, at, syntax));
  return `message ${name} {\n${lines.join('\n')}\n}`;
}

function fieldSource({ rule, type, key, packed }: Declared, at: number, syntax: string): string {
  const name = `some_field_${at}`;
  const number = at * 3 + 1;
  const label = syntax === 'proto2' ? 'optional ' : '';
  switch (rule) {
    case 'single':
      return `${label}${type} ${name} = ${number};`;
    case 'optional':
      return `optional ${type} ${name} = ${number};`;
    case 'map':
      return `map<${key}, ${type}> ${name} = ${number};`;
    case 'oneof':
      return `oneof one_${at} { ${type} ${name} = ${number}; ${type} other_${at} = ${number + 1}; }`;
    case 'group':
      return syntax === 'proto2'
        ? `repeated group Group${at} = ${number} { optional int32 a = 1; repeated M1 b = 2; }`
        : `repeated ${type} ${name} = ${number};`;
    case 'repeated': {
      const canPack = !/^(string|bytes|M\d|google.*)$/.test(type);
      const option = canPack && packed !== undefined ? ` [packed = ${packed}]` : '';
      return `repeated ${type} ${name} = ${number}${option};`;
    }
  }
}

/** What may stand in a message beside what its schema says. */
export interface Noise {
  /** Fields that the schema does not know, several values of one, several members of a oneof. */
  readonly isWild: boolean;
}

/** The bytes of a message, in any order, packed or not. */
export function messageBytes(
  type: ProtoMessage,
  schema: ProtoSchema,
  noise: Noise,
  depth = 0,
): fc.Arbitrary<Uint8Array> {
  const fields = [...type.byNumber.values()].filter(
    ({ type: of }) => depth < 2 || of.kind === 'scalar' || of.kind === 'enum',
  );
  const parts = fields.map((field) => fieldRecords(field, schema, noise, depth));
  const unknown = fc.array(unknownRecord, { maxLength: noise.isWild ? 2 : 0 });
  return fc
    .tuple(fc.tuple(...parts), unknown, fc.array(fc.nat(), { maxLength: 40 }))
    .map(([known, others, order]) => {
      const records = [...oneOfEach(known, fields, noise), others].flat();
      order.forEach((by, at) => {
        const a = at % Math.max(1, records.length);
        const b = by % Math.max(1, records.length);
        [records[a], records[b]] = [records[b] as Uint8Array, records[a] as Uint8Array];
      });
      return Buffer.concat(records.filter((record) => record !== undefined));
    });
}

/** At most one member of each oneof, unless there is to be noise. */
function oneOfEach(
  known: readonly (readonly Uint8Array[])[],
  fields: readonly ProtoField[],
  { isWild }: Noise,
): Uint8Array[][] {
  const seen = new Set<string>();
  return known.map((records, at) => {
    const oneof = fields[at]?.oneof;
    const isSecond = oneof !== undefined && seen.has(oneof);
    if (oneof !== undefined && records.length > 0) {
      seen.add(oneof);
    }
    return isSecond && !isWild ? [] : [...records];
  });
}

const unknownRecord = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1000, max: 2000 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
    .map(([number, value]) => writeRecord(number, 0, writeVarint(value))),
  fc
    .tuple(fc.integer({ min: 1000, max: 2000 }), fc.uint8Array({ maxLength: 5 }))
    .map(([number, bytes]) => writeRecord(number, 2, bytes)),
);

function fieldRecords(
  field: ProtoField,
  schema: ProtoSchema,
  noise: Noise,
  depth: number,
): fc.Arbitrary<Uint8Array[]> {
  const { number, type } = field;
  const wire = wireTypeOf(type);
  const most = field.repeated ? 3 : noise.isWild ? 2 : 1;
  const min = field.required ? 1 : 0;
  return fc
    .tuple(
      fc.array(payloadOf(field, schema, noise, depth), { maxLength: most, minLength: min }),
      fc.boolean(),
    )
    .map(([payloads, isRun]) =>
      isRun && field.repeated && isPackable(type) && payloads.length > 0
        ? [writeRecord(number, 2, Buffer.concat(payloads))]
        : payloads.map((payload) => writeRecord(number, wire, payload)),
    );
}

function payloadOf(
  { type }: ProtoField,
  schema: ProtoSchema,
  noise: Noise,
  depth: number,
): fc.Arbitrary<Uint8Array> {
  if (type.kind === 'message' || type.kind === 'group') {
    return type.message.name === 'google.protobuf.Any'
      ? anyBytes(schema, noise, depth + 1)
      : messageBytes(type.message, schema, noise, depth + 1);
  }
  if (type.kind === 'enum') {
    return fc.constantFrom(0n, 1n, -1n, 7n).map(writeVarint);
  }
  switch (wireTypeOf(type)) {
    case 1:
      return fc.uint8Array({ minLength: 8, maxLength: 8 });
    case 5:
      return fc.uint8Array({ minLength: 4, maxLength: 4 });
    case 0:
      return fc
        .oneof(
          fc.bigInt({ min: -(2n ** 31n), max: 300n }),
          fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        )
        .map(writeVarint);
    default:
      return type.kind === 'scalar' && type.scalar === 'string'
        ? fc.string({ unit: 'binary', maxLength: 6 }).map((text) => Buffer.from(text))
        : fc.uint8Array({ maxLength: 6 });
  }
}

/** An Any of a type of the schema, of one that nobody knows, or without any. */
function anyBytes(schema: ProtoSchema, noise: Noise, depth: number): fc.Arbitrary<Uint8Array> {
  const names = depth < 2 ? ['t.M1', 'google.protobuf.Duration', 'no.Such'] : ['no.Such'];
  return fc.constantFrom(...names).chain((name) => {
    const inner = schema.message(name);
    const content = inner
      ? messageBytes(inner, schema, noise, depth)
      : fc.uint8Array({ maxLength: 5 });
    return content.map((bytes) =>
      Buffer.concat([
        writeRecord(1, 2, Buffer.from(`type.googleapis.com/${name}`)),
        ...(bytes.length > 0 ? [writeRecord(2, 2, bytes)] : []),
      ]),
    );
  });
}
