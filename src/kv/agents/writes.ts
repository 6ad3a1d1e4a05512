import { ownHeaders } from '../model/headers';
import type { WriteOutcome } from '../model/entry';
import { openValue } from '../values/valueForm';
import { textOf } from '../values/textForm';
import { visibleSession } from './agentPolicy';
import { AgentRefusal } from './agentRefusal';
import { checkProposals, checkUncoded, type ProposedValue } from './proposals';
import { proposedBytes } from './proposedEntry';
import type { ToolResult } from './resultText';
import { placeOf, type PlaceInput, type ToolContext } from './toolContext';

export interface PutKeyInput extends PlaceInput {
  readonly key: string;
  readonly text: string;
  readonly version: string;
}

export type DeleteKeyInput = Omit<PutKeyInput, 'text'>;

/** What the user is asked before a write: the text that is stored, and the one that comes, if any. */
export interface WriteQuestion {
  readonly kind: 'put' | 'delete';
  readonly connection: string;
  readonly bucket: string;
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Asks the user; false, or an abort meanwhile, and nothing is written. */
export type ConfirmWrite = (question: WriteQuestion, signal: AbortSignal) => Promise<boolean>;

/** Stores a value over the version that was read, once the user agreed. */
export async function putKey(
  context: ToolContext,
  input: PutKeyInput,
  confirm: ConfirmWrite,
): Promise<ToolResult> {
  const value = await checkWrite(context, input, input.text);
  checkUncoded(context, [value]);
  const bytes = proposedBytes(value);
  await agreed(context, input, confirm, questionOf('put', value, shownText(bytes)));
  const { connection, bucket } = placeOf(context, input);
  const { entry, key } = value;
  const outcome = await connection.put(bucket, key, bytes, {
    ...expectedOf(value),
    ...(entry?.ttl !== undefined && entry.operation === 'PUT' && { ttl: { kind: 'keep' } }),
    ...(entry?.operation === 'PUT' && { headers: ownHeaders(entry) }),
  });
  return resultOf(outcome);
}

/** Leaves a marker over the version that was read, once the user agreed. */
export async function deleteKey(
  context: ToolContext,
  input: DeleteKeyInput,
  confirm: ConfirmWrite,
): Promise<ToolResult> {
  const value = await checkWrite(context, input, '');
  if (value.entry?.operation !== 'PUT') {
    throw new AgentRefusal('there is no such key');
  }
  await agreed(context, input, confirm, questionOf('delete', value, undefined));
  const { connection, bucket } = placeOf(context, input);
  return resultOf(await connection.delete(bucket, value.key, expectedOf(value)));
}

/** Throws an `AgentRefusal` where the settings, the connection or the key do not allow a write. */
async function checkWrite(
  context: ToolContext,
  input: DeleteKeyInput,
  text: string,
): Promise<ProposedValue> {
  checkAllowed(context, input);
  const { connection, bucket, key, version } = input;
  const place = connection === undefined ? { bucket } : { connection, bucket };
  const [value] = await checkProposals(context, { ...place, changes: [{ key, text, version }] });
  if (!value) {
    throw new AgentRefusal('there is nothing to write');
  }
  return value;
}

function checkAllowed({ sessions, policy }: ToolContext, input: PlaceInput): void {
  const { config } = visibleSession(sessions, policy, input.connection);
  if (!policy.writes(config)) {
    throw new AgentRefusal(
      'writes are not allowed on this connection: use proposeValue, which the user saves (natsKv.agents.allowWrites allows them, but never for production and read-only connections)',
    );
  }
}

/** Throws unless the user agrees, and the call is still wanted and allowed then. */
async function agreed(
  context: ToolContext,
  input: PlaceInput,
  confirm: ConfirmWrite,
  question: WriteQuestion,
): Promise<void> {
  const isAgreed = await confirm(question, context.signal);
  if (!isAgreed || context.signal.aborted) {
    throw new AgentRefusal('the user did not agree; nothing was written');
  }
  checkAllowed({ ...context, policy: context.current() }, input);
}

function questionOf(
  kind: WriteQuestion['kind'],
  { session, bucket, key, entry }: ProposedValue,
  after: string | undefined,
): WriteQuestion {
  const before = entry?.operation === 'PUT' ? shownText(entry.value) : undefined;
  return { kind, connection: session.name, bucket, key, before, after };
}

/** A value as an editor shows it, so that a difference is one of what is in it and not of its white space. */
function shownText(value: Uint8Array): string | undefined {
  return textOf(openValue(value).shown);
}

function expectedOf({ entry, bucketCreated }: ProposedValue) {
  return { expected: entry?.revision ?? 0, bucketCreated };
}

function resultOf(outcome: WriteOutcome): ToolResult {
  switch (outcome.kind) {
    case 'saved':
      return { saved: true, revision: outcome.revision };
    case 'conflict':
      throw new AgentRefusal('the key has changed meanwhile; nothing was written: read it again');
    case 'unknown':
      throw new AgentRefusal(
        'the connection broke before the answer: it may or may not be written; read the key',
      );
  }
}
