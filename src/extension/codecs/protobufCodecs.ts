import { t } from '../../kv/base/l10n';
import type { Disposable } from '../../kv/base/event';
import { schemaOfDescriptors } from '../../kv/values/protobuf/descriptorSchema';
import { protobufCodec } from '../../kv/values/protobuf/protobufCodec';
import type { ProtoSchema } from '../../kv/values/protobuf/protoSchema';
import { SchemaError } from '../../kv/values/protobuf/schemaError';
import { schemaOfSources } from '../../kv/values/protobuf/sourceSchema';
import { codecOfText } from '../../kv/values/codecOfText';
import type { ValueCodec } from '../../kv/values/valueCodec';
import type { ProtobufEntry, TypeSought } from './protobufSettings';

/** The files of schemas. */
export interface SchemaFiles {
  /** Undefined where there is none. Throws a `SchemaError` when it cannot be read. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Calls back with the path of each file that changes, comes or goes, of those that were read. */
  watch(changed: (path: string) => void): Disposable;
}

/** A schema with the files that it was made of, also of those that were not there. */
interface Loaded {
  readonly schema: ProtoSchema | SchemaError;
  readonly paths: ReadonlySet<string>;
  readonly codecs: Map<string, ValueCodec>;
}

/**
 * Owns the schemas of the setting `natsKv.protobuf`, each from its first use on; changes only with the
 * setting and the files. A file that changed is read before what was made of it is given up.
 */
export class ProtobufCodecs implements Disposable {
  private readonly loaded = new Map<string, Loaded>();
  private readonly loading = new Map<string, Promise<void>>();
  /** When each file has changed last, counted in changes. */
  private readonly changedAt = new Map<string, number>();
  private changes = 0;
  private readonly watching: Disposable;

  constructor(
    private readonly entries: () => Readonly<Record<string, ProtobufEntry>>,
    private readonly files: SchemaFiles,
    private readonly tell: () => void,
  ) {
    this.watching = files.watch((path) => {
      this.fileChanged(path).then(undefined, tell);
    });
  }

  /** The codec of a type; one that is still to be loaded is told of then. */
  of({ entries, message, isNamed }: TypeSought): ValueCodec | undefined {
    const known = entries.flatMap((entry) => this.loaded.get(nameOf(entry)) ?? []);
    if (known.length < entries.length) {
      // Loading never fails: what is wrong with a schema is told of each of its values.
      this.load(entries).then(this.tell, this.tell);
      return undefined;
    }
    if (message === undefined) {
      return broken(t('neither the settings nor its Content-Type name a message type'));
    }
    const found = known.flatMap((each) => codecIn(each, message) ?? []);
    if (found.length === 0 && isNamed) {
      const schema = known[0]?.schema;
      return broken(
        schema instanceof SchemaError
          ? describe(schema)
          : t('the schema has no message type {0}', message),
      );
    }
    return found[0];
  }

  /** Has the schemas of entries loaded; what is wrong with one is told of each of its values. */
  async load(entries: readonly ProtobufEntry[]): Promise<void> {
    await Promise.all(entries.map((entry) => this.loadOne(entry)));
  }

  dispose(): void {
    this.watching.dispose();
  }

  private async loadOne(entry: ProtobufEntry): Promise<void> {
    const name = nameOf(entry);
    if (!this.loaded.has(name)) {
      const loading = this.loading.get(name) ?? this.read(name, entry);
      this.loading.set(name, loading);
      await loading;
    }
  }

  private async read(name: string, entry: ProtobufEntry): Promise<void> {
    const paths = new Set<string>();
    const begun = this.changes;
    const read = (path: string): Promise<Uint8Array | undefined> => {
      paths.add(path);
      return this.files.read(path);
    };
    const schema = await schemaOf(entry, read).catch((error: unknown) =>
      error instanceof SchemaError
        ? error
        : new SchemaError(error instanceof Error ? error.message : String(error)),
    );
    if ([...paths].some((path) => (this.changedAt.get(path) ?? 0) > begun)) {
      // It changed while it was read.
      return this.read(name, entry);
    }
    this.loaded.set(name, { schema, paths, codecs: new Map() });
    this.loading.delete(name);
  }

  private async fileChanged(path: string): Promise<void> {
    this.changedAt.set(path, ++this.changes);
    const entries = Object.values(this.entries());
    const touched = entries.filter((entry) => this.loaded.get(nameOf(entry))?.paths.has(path));
    await Promise.all(touched.map((entry) => this.read(nameOf(entry), entry)));
    if (touched.length > 0) {
      this.tell();
    }
  }
}

function codecIn({ schema, codecs }: Loaded, message: string): ValueCodec | undefined {
  const known = codecs.get(message);
  if (known || schema instanceof SchemaError) {
    return known;
  }
  try {
    const type = schema.message(message);
    const codec = type && codecOfText(protobufCodec(schema, type));
    if (codec) {
      codecs.set(message, codec);
    }
    return codec;
  } catch (error) {
    if (error instanceof SchemaError) {
      return broken(describe(error));
    }
    throw error;
  }
}

async function schemaOf(
  { files, descriptorSet, importPaths }: ProtobufEntry,
  read: (path: string) => Promise<Uint8Array | undefined>,
): Promise<ProtoSchema> {
  if (descriptorSet !== undefined) {
    const bytes = await read(descriptorSet);
    if (!bytes) {
      throw new SchemaError(t('there is no file {0}', descriptorSet), descriptorSet);
    }
    return schemaOfDescriptors(bytes);
  }
  if (files.length === 0) {
    throw new SchemaError(t('the settings name no files'));
  }
  const text = async (path: string): Promise<string | undefined> => {
    const bytes = await read(path);
    return bytes && Buffer.from(bytes).toString();
  };
  return schemaOfSources({ files, importPaths }, text);
}

function describe({ message, path }: SchemaError): string {
  return path === undefined || message.includes(path) ? message : `${path}: ${message}`;
}

/** Says of every value why it is not decoded. */
function broken(reason: string): ValueCodec {
  return codecOfText({
    label: 'Protobuf',
    decode: () => ({ kind: 'undecodable', reason }),
    encode: () => ({ kind: 'viewOnly', reason }),
  });
}

function nameOf(entry: ProtobufEntry): string {
  return JSON.stringify({ ...entry, message: undefined });
}
