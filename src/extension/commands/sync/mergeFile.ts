import * as vscode from 'vscode';
import { isLive, type Entry } from '../../../kv/model/entry';
import { KvError, messageOf } from '../../../kv/model/errors';
import { fileOf, hashOf } from '../../../kv/sync/fileForm';
import { resolveRow } from '../../../kv/sync/resolveRow';
import type { SyncComparison } from '../../../kv/sync/syncComparison';
import type { SyncRow } from '../../../kv/sync/syncRows';
import { textOf } from '../../../kv/values/textForm';
import { diffLines } from '../../../views/plan/planDiff';
import { heading } from '../../../views/plan/planText';
import { plainWindow } from '../../../views/shown/plainWindow';
import { mergeTexts } from '../../documents/editors/mergeTexts';
import { inform, warn } from '../../report';
import { folderText, placeText, unsavedIn } from '../../sync/pairTexts';
import type { PlaceInPair } from '../../sync/syncPairs';
import { withPlanProgress } from '../planProgress';
import type { SyncCommandParts } from './syncParts';

/** A conflict, with what both sides hold. */
interface Conflict {
  readonly comparison: SyncComparison;
  readonly row: SyncRow;
  readonly entry: Entry | undefined;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Merges a file that was changed here and there, with what both sides had last as the base: as a dry run
 * where nothing overlaps, else in the merge editor. Nothing is written before the user says so.
 */
export async function mergeFile(parts: SyncCommandParts, place: PlaceInPair): Promise<void> {
  const { t } = vscode.l10n;
  const { placed, path } = place;
  const { work } = await parts.synced();
  if (unsavedIn(placed)(path)) {
    throw new KvError('unsupported', t('{0} has unsaved changes; save it first', path));
  }
  const conflict = await withPlanProgress(
    t('Comparing {0} with {1}', folderText(placed), placeText(placed)),
    undefined,
    async (signal, onProgress) =>
      conflictAt(await work.compare(placed, { signal, onProgress }), path, signal),
  );
  if (typeof conflict === 'string') {
    inform(conflict);
    return;
  }
  const texts = await textsOf(conflict);
  if (!texts) {
    await chooseSide(parts, place, conflict);
    return;
  }
  const { base, server, yours } = texts;
  const merged = mergeTexts(base, server, yours);
  if (merged.conflicts === 0) {
    await openMergePlan(parts, place, conflict, { yours, merged: merged.text });
  } else if (!(await openMergeEditor(parts, place, conflict, { ...texts, marked: merged.text }))) {
    await chooseSide(parts, place, conflict);
  }
}

/** The conflict of a file, or why there is none. */
async function conflictAt(
  comparison: SyncComparison,
  path: string,
  signal: AbortSignal,
): Promise<Conflict | string> {
  const { t } = vscode.l10n;
  const { folder, source } = comparison.parts;
  const key = folder.keyAt(path);
  const row = key === undefined ? undefined : comparison.rows.get(key);
  switch (row?.state) {
    case undefined:
      return t('There is nothing to merge: {0} is the same on both sides.', path);
    case 'here':
      return t('There is nothing to merge: {0} was changed here only. Push it.', path);
    case 'there':
      return t('There is nothing to merge: {0} was changed there only. Pull it.', path);
    case 'both': {
      const entry = await source.side.readLatest(comparison.nameOf(row.key), signal);
      const bytes = row.file && (await folder.bytesAt(row.file.path));
      return { comparison, row, entry, bytes };
    }
  }
}

/** The texts of both sides and of the base, which is empty where it is not known; undefined for what is no text. */
async function textsOf({ comparison, row, entry, bytes }: Conflict) {
  const { bases, pair } = comparison.parts;
  const content = row.base && (await bases.contentOf(row.base));
  const base = content === undefined ? '' : textOf(fileOf(content, pair.compare));
  const server = entry && isLive(entry) ? textOf(fileOf(entry.value, pair.compare)) : undefined;
  const yours = bytes && textOf(bytes);
  return base === undefined || server === undefined || yours === undefined
    ? undefined
    : { base, server, yours };
}

async function openMergePlan(
  parts: SyncCommandParts,
  place: PlaceInPair,
  conflict: Conflict,
  { yours, merged }: { readonly yours: string; readonly merged: string },
): Promise<void> {
  const { t } = vscode.l10n;
  const { path } = place;
  const title = t('Merge {0}', path);
  const lines = diffLines(yours, merged);
  await parts.plans.open({
    name: title,
    text: [
      ...heading(title, [
        t('What was changed here and there does not overlap: both are kept.'),
        t('This is what the file gets; Push brings the rest to {0}.', placeText(place.placed)),
      ]),
      ...(lines.length > 0 ? lines : [t('# The file stays as it is.')]),
      '',
    ].join('\n'),
    action: t('Write the Merged File'),
    carryOut: async () => {
      await resolve(parts, place, conflict, bytesLike(merged, conflict.bytes));
      return [...heading(title, [t('Merged. Push brings it to the bucket.')]), ''].join('\n');
    },
  });
}

function openMergeEditor(
  parts: SyncCommandParts,
  place: PlaceInPair,
  conflict: Conflict,
  texts: {
    readonly base: string;
    readonly server: string;
    readonly yours: string;
    readonly marked: string;
  },
): Promise<boolean> {
  const { t } = vscode.l10n;
  const { base, server, yours, marked } = texts;
  const uri = vscode.Uri.joinPath(place.placed.folder, place.path);
  let present = conflict;
  return parts.merges.show({
    authority: uri.authority,
    path: uri.path,
    base,
    server: {
      text: server,
      title: placeText(place.placed),
      description: `r${conflict.entry?.revision ?? 0}`,
      detail: t('the value of the bucket'),
    },
    yours: {
      text: yours,
      title: t('File'),
      description: place.path,
      detail: t('as it is stored'),
    },
    marked,
    saved: (content) => {
      const bytes = bytesLike(textOf(content) ?? '', conflict.bytes);
      resolve(parts, place, present, bytes).then(
        (next) => {
          present = next;
          inform(t('{0} is merged. Push brings it to the bucket.', place.path));
        },
        (error: unknown) => warn(t('Failed to merge {0}: {1}.', place.path, messageOf(error))),
      );
    },
  });
}

/** Where texts cannot be put together one side is taken, which leaves the other one seen. */
async function chooseSide(
  parts: SyncCommandParts,
  place: PlaceInPair,
  conflict: Conflict,
): Promise<void> {
  const { t } = vscode.l10n;
  const { comparison, entry, row, bytes } = conflict;
  const value = entry && isLive(entry) ? entry.value : undefined;
  const items = [
    {
      label: row.file ? t('Keep the File') : t('Leave the File Deleted'),
      detail: t('Push brings it to the bucket'),
      content: bytes,
    },
    {
      label: value ? t("Take the Bucket's Value") : t('Delete the File'),
      detail: t('The file is replaced; git has it as far as it was committed'),
      content: value && fileOf(value, comparison.parts.pair.compare),
    },
  ];
  const title = t('{0} cannot be merged as a text', place.path);
  const chosen = await plainWindow.showQuickPick(items, { title, placeHolder: title });
  if (chosen) {
    await resolve(parts, place, conflict, chosen.content);
  }
}

/** Writes what a file gets, and gives the conflict as it is after that. Throws with the reason where it cannot. */
async function resolve(
  { synced }: SyncCommandParts,
  { placed, path }: PlaceInPair,
  conflict: Conflict,
  content: Uint8Array | undefined,
): Promise<Conflict> {
  const { comparison, row, entry } = conflict;
  const isUnsaved = unsavedIn(placed);
  const { work, follower } = await synced();
  const reason = await work.inTurn(placed, () =>
    resolveRow({ comparison, row, entry, content, isUnsaved }),
  );
  if (reason !== undefined) {
    throw new KvError('unsupported', reason);
  }
  follower.look(placed, path);
  const file = row.file && content && { ...row.file, hash: hashOf(content), size: content.length };
  return { ...conflict, row: { ...row, file } };
}

/** A text with the line ends of the file that it is for. */
function bytesLike(text: string, like: Uint8Array | undefined): Uint8Array {
  const isCrlf = like !== undefined && Buffer.from(like).includes('\r\n');
  return Buffer.from(isCrlf ? text.replace(/\n/g, '\r\n') : text);
}
