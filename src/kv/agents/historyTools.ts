import { inParallel } from '../base/inParallel';
import type { Entry, KeyInfo } from '../model/entry';
import { formatPath, jsonDiff, type JsonChange } from '../values/jsonDiff';
import { parseJson, previewJson, type JsonValue } from '../values/jsonValue';
import { lineDiff } from '../values/lineDiff';
import { cut } from '../values/textDiff';
import { AgentRefusal } from './agentRefusal';
import { factsOf } from './keyTools';
import { limits } from './limits';
import { fittingRows, type ResultValue, type ToolResult } from './resultText';
import { shownValue, textOrWhy, type ShownValue } from './shownValue';
import {
  checkKey,
  placeOf,
  type BucketPlace,
  type PlaceInput,
  type ToolContext,
} from './toolContext';

export interface KeyHistoryInput extends PlaceInput {
  readonly key: string;
  readonly limit?: number;
  readonly before?: number;
}

const readAtOnce = 8;
const mostChanges = 100;

/** The stored revisions of a key, newest first. */
export async function keyHistory(
  context: ToolContext,
  input: KeyHistoryInput,
): Promise<ToolResult> {
  const place = placeOf(context, input);
  const { key, limit = 10, before = Infinity } = input;
  checkKey(key);
  const { connection, bucket } = place;
  const { signal } = context;
  const all = await connection.historyInfo(bucket, key, { signal });
  const wanted = all.toReversed().filter(({ revision }) => revision < before);
  const listed = wanted.slice(0, limit);
  const entries = new Map<number, Entry>();
  let bytes = 0;
  const isRead = ({ size }: KeyInfo): boolean =>
    size <= limits.valueBytes && (bytes += size) <= limits.readBytes;
  await inParallel(listed.filter(isRead), readAtOnce, async ({ revision }) => {
    const entry = await connection.getRevision(bucket, key, revision, { signal });
    if (entry) {
      entries.set(revision, entry);
    }
  });
  const rows = listed.map((info): ResultValue => {
    const entry = entries.get(info.revision);
    if (!entry) {
      return { revision: info.revision, why: 'it is too large, or gone meanwhile' };
    }
    const facts = factsOf(context, place, entry);
    const value = shownValue(entry, place.shown(key), context.policy.rules);
    return {
      ...facts,
      key: undefined,
      exists: undefined,
      ...(facts.exists && { preview: cut(textOrWhy(value), limits.excerpt) }),
    };
  });
  const { rows: shown } = fittingRows(rows);
  const left = wanted.length - shown.length;
  return {
    key: place.shown(key).name,
    stored: all.length,
    revisions: shown,
    ...(left > 0 && {
      leftOut: left,
      hint: `more: call again with before = ${listed[shown.length - 1]?.revision}`,
    }),
  };
}

export interface DiffRevisionsInput extends PlaceInput {
  readonly key: string;
  readonly from?: number;
  readonly to?: number;
}

/** What differs between two revisions, as far as agents see them. */
export async function diffRevisions(
  context: ToolContext,
  input: DiffRevisionsInput,
): Promise<ToolResult> {
  const place = placeOf(context, input);
  checkKey(input.key);
  const { from, to } = await revisionsOf(context, place, input);
  const [before, after] = await Promise.all([
    shownRevision(context, place, input.key, from),
    shownRevision(context, place, input.key, to),
  ]);
  const isWhole = [before, after].every((value) => value.kind !== 'text' || value.isWhole);
  const isHidden = !isWhole || before.kind === 'secret' || after.kind === 'secret';
  const facts = { key: place.shown(input.key).name, from, to };
  return {
    ...facts,
    ...(isHidden && { note: 'differences in redacted parts are not told' }),
    ...differences(before, after),
  };
}

async function revisionsOf(
  { signal }: ToolContext,
  { connection, bucket }: BucketPlace,
  { key, from, to }: DiffRevisionsInput,
): Promise<{ readonly from: number; readonly to: number }> {
  if (from !== undefined && to !== undefined) {
    return { from, to };
  }
  const all = (await connection.historyInfo(bucket, key, { signal })).map((each) => each.revision);
  const newer = to ?? all.at(-1);
  const older = from ?? all.findLast((revision) => newer !== undefined && revision < newer);
  if (newer === undefined || older === undefined) {
    throw new AgentRefusal(
      'there are no two revisions of this key; keyHistory tells which are stored',
    );
  }
  return { from: older, to: newer };
}

async function shownRevision(
  { signal, policy }: ToolContext,
  { connection, bucket, shown }: BucketPlace,
  key: string,
  revision: number,
): Promise<ShownValue> {
  const entry = await connection.getRevision(bucket, key, revision, { signal });
  if (!entry) {
    throw new AgentRefusal(
      `revision ${revision} of this key is not stored; keyHistory tells which are`,
    );
  }
  return shownValue(entry, shown(key), policy.rules);
}

function differences(before: ShownValue, after: ShownValue): ToolResult {
  const old = textOrWhy(before);
  const now = textOrWhy(after);
  if (old === now && before.kind !== 'binary' && before.kind !== 'tooLarge') {
    return { changes: [], same: true };
  }
  const oldJson = before.kind === 'text' ? parseJson(old) : undefined;
  const newJson = after.kind === 'text' ? parseJson(now) : undefined;
  if (oldJson !== undefined && newJson !== undefined) {
    const { changes, more } = jsonDiff(oldJson, newJson, mostChanges);
    const { rows, left } = fittingRows(changes.map(changeRow));
    return { changes: rows, ...(more + left > 0 && { leftOut: more + left }) };
  }
  if (before.kind !== 'text' || after.kind !== 'text') {
    return { changes: [{ before: cut(old, limits.excerpt), after: cut(now, limits.excerpt) }] };
  }
  const signs = { removed: '-', added: '+', same: ' ' };
  const lines = lineDiff(old, now)
    .filter(({ kind }) => kind !== 'same')
    .map(({ kind, text }) => `${signs[kind]} ${cut(text, limits.excerpt)}`);
  const { rows, left } = fittingRows(lines.slice(0, 2 * mostChanges));
  const more = left + Math.max(0, lines.length - 2 * mostChanges);
  return { lines: rows, ...(more > 0 && { leftOut: more }) };
}

function changeRow(change: JsonChange): ResultValue {
  const preview = (value: JsonValue): string => previewJson(value, limits.excerpt);
  return {
    path: cut(formatPath(change.path), limits.excerpt),
    ...(change.kind !== 'added' && { before: preview(change.before) }),
    ...(change.kind !== 'removed' && { after: preview(change.after) }),
  };
}
