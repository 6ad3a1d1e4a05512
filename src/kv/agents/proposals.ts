import type { Entry } from '../model/entry';
import type { ConnectionSession } from '../session/connectionSession';
import { AgentRefusal } from './agentRefusal';
import { parseVersion, versionOf } from './readValues';
import { redacted } from './redactRules';
import { shownValue } from './shownValue';
import {
  checkKey,
  placeOf,
  type BucketPlace,
  type PlaceInput,
  type ToolContext,
} from './toolContext';

/** A key with the text that an agent has for it, and what is stored now. */
export interface ProposedValue {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly bucketCreated: number;
  readonly key: string;
  readonly text: string;
  /** The last message; undefined where there is none. */
  readonly entry: Entry | undefined;
}

interface ProposedChange {
  readonly key: string;
  readonly text: string;
  readonly version?: string;
}

export interface ProposeValueInput extends PlaceInput {
  readonly changes: readonly ProposedChange[];
}

/** Checks what is proposed against what is stored now; writes nothing. Throws an `AgentRefusal`. */
export async function checkProposals(
  context: ToolContext,
  input: ProposeValueInput,
): Promise<ProposedValue[]> {
  const place = placeOf(context, input);
  const keys = input.changes.map(({ key }) => key);
  if (new Set(keys).size < keys.length) {
    throw new AgentRefusal('changes: a key is there twice');
  }
  const { signal } = context;
  const { created, mirrorOf } = await place.connection.bucketStatus(place.bucket, { signal });
  if (mirrorOf !== undefined) {
    throw new AgentRefusal('the bucket is a mirror, which cannot be written');
  }
  const values: ProposedValue[] = [];
  for (const change of input.changes) {
    values.push(await checkProposal(context, place, change, created));
  }
  return values;
}

/** Throws an `AgentRefusal` for values of codecs: a text of an agent must not be stored as their bytes. */
export function checkUncoded({ codecOf }: ToolContext, values: readonly ProposedValue[]): void {
  for (const { bucket, key, entry } of values) {
    const codec = codecOf?.({ bucket, key, headers: entry?.headers ?? [] });
    if (codec) {
      throw new AgentRefusal(
        `values of this key are stored as ${codec.label}, of which a text of yours cannot be made: only the user can change it`,
      );
    }
  }
}

/** The same of one change. */
async function checkProposal(
  context: ToolContext,
  place: BucketPlace,
  { key, text, version }: ProposedChange,
  bucketCreated: number,
): Promise<ProposedValue> {
  checkKey(key);
  if (text.includes(redacted)) {
    throw new AgentRefusal(`text: ${redacted} stands for something that only the user can write`);
  }
  if (/\0/.test(text) || /\p{Surrogate}/u.test(text)) {
    throw new AgentRefusal('text: it is no text that can be stored');
  }
  const { session, connection, bucket, shown } = place;
  const entry = await connection.get(bucket, key, { signal: context.signal, consistent: true });
  const value = entry && shownValue(entry, shown(key), context.policy.rules);
  const isWithheld = value?.kind === 'secret' || (value?.kind === 'text' && !value.isWhole);
  if (shown(key).isSecret || isWithheld) {
    throw new AgentRefusal('the value, or a part of it, is redacted: only the user can change it');
  }
  if (value?.kind === 'binary' || value?.kind === 'tooLarge') {
    throw new AgentRefusal('the value is no text, or too large: only the user can change it');
  }
  if (version !== undefined) {
    checkVersion(version, entry, bucketCreated);
  }
  return { session, bucket, bucketCreated, key, text, entry };
}

/** Throws an `AgentRefusal` unless the version is that of the last message. */
function checkVersion(version: string, entry: Entry | undefined, bucketCreated: number): void {
  parseVersion(version);
  if (version !== versionOf(entry, bucketCreated)) {
    throw new AgentRefusal('the key has changed since it was read: read it again');
  }
}
