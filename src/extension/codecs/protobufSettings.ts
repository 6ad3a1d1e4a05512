import { bestMatch } from '../../kv/keys/keyGlob';
import type { ValuePlace } from '../../kv/values/valueCodec';

/** What an entry of the setting says: where the types of some keys are declared. */
export interface ProtobufEntry {
  /** Paths in the workspace, of `.proto` files or of one descriptor set. */
  readonly files: readonly string[];
  readonly descriptorSet: string | undefined;
  readonly importPaths: readonly string[];
  /** The message type, with its package; undefined where each value says it itself. */
  readonly message: string | undefined;
}

/** The entries of the setting by their patterns; what is none of the kind is empty. */
export function protobufEntries(set: unknown): Readonly<Record<string, ProtobufEntry>> {
  const entries = Object.entries(typeof set === 'object' && set !== null ? set : {});
  return Object.fromEntries(entries.map(([pattern, entry]) => [pattern, entryOf(entry)]));
}

function entryOf(entry: unknown): ProtobufEntry {
  const {
    files,
    descriptorSet,
    importPaths = ['.'],
    message,
  } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  return {
    files: texts(files),
    importPaths: texts(importPaths),
    descriptorSet: texts(descriptorSet)[0],
    message: texts(message)[0]?.replace(/^\./, ''),
  };
}

function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []));
}

/** The entries that may have the type of a value, and the name of the type. */
export interface TypeSought {
  readonly entries: readonly ProtobufEntry[];
  /** Undefined where neither the settings nor the value say it. */
  readonly message: string | undefined;
  /** Whether a pattern of the settings names the key, so that it must be there. */
  readonly isNamed: boolean;
}

/**
 * What decodes a value: the entry of the best pattern, with the type that `Content-Type` names, else its
 * own; without an entry, whichever has the type of `Content-Type`. Undefined when the value says that it
 * is something else.
 */
export function typeSought(
  entries: Readonly<Record<string, ProtobufEntry>>,
  { bucket, key, headers }: ValuePlace,
): TypeSought | undefined {
  const entry = bestMatch(entries, bucket, key);
  const header = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const [, type = '', rest = ''] = /^\s*([^;\s]*)\s*(.*)$/s.exec(header ?? '') ?? [];
  const isProtobuf = /^application\/(x-)?protobuf$/i.test(type);
  const named = /;\s*messageType\s*=\s*"?([\w.]+)"?/i.exec(rest)?.[1]?.replace(/^\./, '');
  if (header !== undefined && !isProtobuf && type.toLowerCase() !== 'application/octet-stream') {
    return undefined;
  }
  if (entry) {
    const message = (isProtobuf ? named : undefined) ?? entry.message;
    return { entries: [entry], message, isNamed: true };
  }
  return isProtobuf && named !== undefined
    ? { entries: Object.values(entries), message: named, isNamed: false }
    : undefined;
}
