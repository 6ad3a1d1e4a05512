import { t } from '../base/l10n';
import { isLive, type Entry } from '../model/entry';
import type { BucketStatus } from '../model/bucket';
import { KvError } from '../model/errors';
import { mergedHeaders } from '../model/headers';
import type { KvConnection } from '../model/kvConnection';
import { putSeen, removeSeen, settled, type BulkOutcome } from '../operations/bulk';
import type { BulkResult } from '../operations/bulkResult';
import type { BulkRun } from '../operations/bulkRun';
import { runPlan } from '../operations/runPlan';
import { whyNotTaken } from '../transfer/whatBucketTakes';
import { noFacts } from './extras';
import { fileOf, hashOf, valueOf } from './fileForm';
import { FolderWriter } from './folderWriter';
import { whyNotAsSeen, type PlannedRow, type SyncPlan } from './planSync';
import type { SyncSource } from './syncRows';

export interface SyncRun extends BulkRun {
  readonly connection: KvConnection;
  /** The same bucket, over the connection of now. */
  readonly source: SyncSource;
  /** The bucket; only a push asks what it takes. */
  readonly status: BucketStatus;
  /** Whether a file has unsaved changes: those are nobody's to write over, nor to leave out. */
  readonly isUnsaved: (path: string) => boolean;
  /** Headers to store with what is put, besides those of the value. */
  readonly headers?: Entry['headers'];
}

const inFlight = 64;

/**
 * Carries a plan out: each key only while its file and its revision are those of the dry run, and only in
 * the bucket that was compared. Notes what both sides hold then. Never rejects but for what cannot be noted.
 */
export async function runSync(plan: SyncPlan, run: SyncRun): Promise<BulkResult> {
  const { comparison, targets, direction } = plan;
  const { folder, bases, source } = comparison.parts;
  if (run.source.created !== source.created) {
    throw new KvError('notFound', t('the bucket was deleted and made again since the dry run'));
  }
  const writer = new FolderWriter(folder);
  const result = await runPlan(targets, { inFlight, ...run }, (at, signal) => {
    const row = targets.rows[at];
    return !row
      ? Promise.resolve<BulkOutcome>({ kind: 'skipped', why: 'gone' })
      : direction === 'pull'
        ? settled(run.connection, signal, () => pull(plan, row, writer, { ...run, signal }))
        : settled(run.connection, signal, () => push(plan, row, { ...run, signal }));
  });
  await bases.save();
  return result;
}

async function pull(
  { comparison }: SyncPlan,
  row: PlannedRow,
  writer: FolderWriter,
  { source, isUnsaved, signal }: SyncRun,
): Promise<BulkOutcome> {
  const { bases, pair } = comparison.parts;
  const { key, there, file } = row;
  const entry = await source.side.readLatest(comparison.nameOf(key), signal);
  const value = entry && isLive(entry) ? entry : undefined;
  if ((value !== undefined) !== there.isLive || (value && value.revision !== there.revision)) {
    return { kind: 'skipped', why: 'changed' };
  }
  const path = file?.path ?? (value && writer.newPath(key, value.value));
  if (path === undefined) {
    return { kind: 'skipped', why: 'gone' };
  }
  const reason = await whyNotAsSeen(comparison.parts, row, path, isUnsaved);
  if (reason !== undefined) {
    return { kind: 'skipped', why: 'left', reason };
  }
  if (!value) {
    await writer.remove(key, path);
    bases.delete(key);
    return { kind: 'done', revision: there.revision };
  }
  const { revision } = value;
  const facts = comparison.factsOf(value);
  const bytes = fileOf(value.value, pair.compare);
  await writer.write(key, path, bytes, facts);
  await bases.set(key, value.value, { path, revision, fileHash: hashOf(bytes), ...facts });
  return { kind: 'done', revision };
}

async function push(plan: SyncPlan, row: PlannedRow, run: SyncRun): Promise<BulkOutcome> {
  const { folder, bases } = plan.comparison.parts;
  const { key, file, base } = row;
  if (file) {
    const reason = await whyNotAsSeen(plan.comparison.parts, row, file.path, run.isUnsaved);
    return reason === undefined
      ? put(plan, { ...row, file }, run)
      : { kind: 'skipped', why: 'left', reason };
  }
  if (base && (await folder.bytesAt(base.path)) !== undefined) {
    return { kind: 'skipped', why: 'left', reason: t('a file of it has come since the dry run') };
  }
  const outcome = await removeSeen(targetOf(plan, row, run), 'delete', run.signal);
  if (outcome.kind === 'done') {
    bases.delete(key);
  }
  return outcome;
}

async function put(
  plan: SyncPlan,
  row: PlannedRow & { readonly file: NonNullable<PlannedRow['file']> },
  run: SyncRun,
): Promise<BulkOutcome> {
  const { folder, bases, pair, source } = plan.comparison.parts;
  const { key, file } = row;
  const { headers, ttl } = file.facts;
  const bytes = await folder.bytesAt(file.path);
  if (!bytes || hashOf(bytes) !== file.hash) {
    return { kind: 'skipped', why: 'left', reason: t('its file was changed since the dry run') };
  }
  const value = valueOf(bytes, await replacedBy(plan, row, run), pair.compare);
  const problem = whyNotTaken(
    { key, operation: 'PUT', value, headers, ...(ttl !== undefined && { ttl }) },
    {
      ...{ status: run.status, maxPayload: maxPayloadOf(run.connection) },
      options: { mode: 'overwrite', mapping: {}, ttl: 'keep' },
    },
  );
  if (problem !== undefined) {
    return { kind: 'refused', error: new KvError('unsupported', problem) };
  }
  const all = mergedHeaders(headers, run.headers ?? noFacts.headers);
  const target = { ...targetOf(plan, row, run), bucketCreated: source.created };
  const outcome = await putSeen(target, value, { headers: all, ttl }, run.signal);
  if (outcome.kind === 'done') {
    const { revision } = outcome;
    await bases.set(key, value, { path: file.path, revision, fileHash: file.hash, headers, ttl });
  }
  return outcome;
}

/** The value that a push replaces, for the form that it is stored in. */
async function replacedBy(
  { comparison }: SyncPlan,
  { key, there, base }: PlannedRow,
  { source, signal }: SyncRun,
): Promise<Uint8Array | undefined> {
  if (!there.isLive) {
    return undefined;
  }
  const kept =
    base?.revision === there.revision ? await comparison.parts.bases.contentOf(base) : undefined;
  return kept ?? (await source.side.readLatest(comparison.nameOf(key), signal))?.value;
}

function maxPayloadOf({ state }: KvConnection): number {
  return state.current.kind === 'connected' ? state.current.server.maxPayload : -1;
}

function targetOf({ comparison }: SyncPlan, { key, there }: PlannedRow, run: SyncRun) {
  const { pair, source } = comparison.parts;
  return {
    ...{ connection: run.connection, bucket: pair.bucket, key: comparison.nameOf(key) },
    ...{ revision: there.revision, bucketCreated: source.created },
  };
}
