import * as vscode from 'vscode';
import { mostBatchChanges, takesBatches } from '../../../kv/model/batch';
import { isKvError, KvError } from '../../../kv/model/errors';
import { writeBatch, type BatchResult } from '../../../kv/operations/writeBatch';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { formatCount } from '../../../views/format/format';
import { plainWindow } from '../../../views/shown/plainWindow';
import { settingIds } from '../../contributions';
import type { DocumentId } from '../../documents/address/documentId';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import type { SharedPut } from '../../documents/model/putTogether';
import { isLiveVersion } from '../../documents/model/version';
import { SharedSave } from '../../documents/provider/sharedSave';
import { confirmInProduction } from '../confirmDestructive';
import { environmentTitle } from '../environmentTitle';
import { withKeyProgress } from '../keys/runOnKeys';

type Documents = Pick<KeyDocuments, 'conflict' | 'find'>;

/** How long a text that is to be saved may take to be handed over, with what formats it: milliseconds. */
const lateMs = 10_000;
const tellMs = 10_000;
const namedKeys = 10;

/**
 * How documents of one bucket that Save All saves at once are written: as one change where the bucket takes
 * that and the user wants it, undefined for each by itself. Throws where nothing shall be written.
 */
export async function chooseTogether(
  documents: Documents,
  ids: readonly DocumentId[],
): Promise<SharedSave | undefined> {
  const [first] = ids;
  const session = first && documents.find(first.uri)?.session;
  const isLocked = session?.lock.state.current.kind === 'locked';
  if (!session || isLocked || ids.length > mostBatchChanges || unsavedTwice(ids) !== undefined) {
    return undefined;
  }
  const { bucket } = first.address;
  if (!(await takes(session, bucket))) {
    return undefined;
  }
  if (vscode.workspace.getConfiguration().get<string>(settingIds.saveAll) === 'batch') {
    if (!(await confirmInProduction({ session, bucket }, ids.length, vscode.l10n.t('Save')))) {
      throw new KvError('cancelled', vscode.l10n.t('nothing was sent. Your text is kept'));
    }
  } else if (!(await asksForOne(documents, session, ids))) {
    return undefined;
  }
  return sharedSave(documents, ids);
}

/**
 * Whether what the server has of a document keeps its text from being saved. A key that is gone does not: its
 * save asks whether it shall be written anew.
 */
export function isInTheWay(documents: Documents, uri: string): boolean {
  const version = documents.conflict(uri);
  return version !== undefined && isLiveVersion(version);
}

/** A key that is unsaved in two ways of showing it: two values of it cannot be one change. */
export function unsavedTwice(ids: readonly DocumentId[]): string | undefined {
  const seen = new Set<string>();
  return ids.map(({ address }) => address.key).find((key) => seen.size === seen.add(key).size);
}

/** One change of the texts of these documents, which are about to be saved. */
export function sharedSave(documents: Documents, ids: readonly DocumentId[]): SharedSave {
  const bucket = ids[0]?.address.bucket ?? '';
  const { t } = vscode.l10n;
  return new SharedSave(ids, {
    write: (puts) => writeAsOne(bucket, puts),
    isInTheWay: (uri) => isInTheWay(documents, uri),
    saved: (first, last) => {
      const text = t(
        'Saved {0} keys of {1} as one: r{2} to r{3}',
        formatCount(last - first + 1),
        bucket,
        first,
        last,
      );
      plainWindow.setStatusBarMessage(text, tellMs);
    },
    whenLate: (run) => {
      const timer = setTimeout(run, lateMs);
      return () => clearTimeout(timer);
    },
  });
}

async function writeAsOne(bucket: string, puts: readonly SharedPut[]): Promise<BatchResult> {
  const connection = puts.at(-1)?.connection;
  const [bucketCreated, ...others] = new Set(
    puts.flatMap((put) => (put.bucketCreated === undefined ? [] : [put.bucketCreated])),
  );
  if (!connection || others.length > 0) {
    const remade = vscode.l10n.t('the bucket "{0}" was deleted and made again meanwhile', bucket);
    return { kind: 'notWritten', error: new KvError('notFound', remade) };
  }
  const title = vscode.l10n.t('Saving {0} keys of {1} as one', formatCount(puts.length), bucket);
  const changes = puts.map(({ change }) => change);
  return withKeyProgress(title, 1, (_, signal) =>
    writeBatch({ connection, bucket }, changes, { signal, bucketCreated }),
  );
}

/** Where that cannot be known now, each key is saved by itself, and tells what is in the way. */
async function takes(session: ConnectionSession, bucket: string): Promise<boolean> {
  try {
    const connection = session.linkIfUp;
    return connection !== undefined && takesBatches(await connection.bucketStatus(bucket));
  } catch (error) {
    if (isKvError(error)) {
      return false;
    }
    throw error;
  }
}

/** Whoever says no, by Escape too, has each file saved as Save All always does. */
async function asksForOne(
  documents: Documents,
  session: ConnectionSession,
  ids: readonly DocumentId[],
): Promise<boolean> {
  const { t } = vscode.l10n;
  const bucket = ids[0]?.address.bucket ?? '';
  const one = { title: t('Save as One') };
  const each = { title: t('Save Each'), isCloseAffordance: true };
  const question = t('Save {0} keys of {1} as one change?', formatCount(ids.length), bucket);
  const names = ids.map(({ uri, address }) =>
    isInTheWay(documents, uri) ? t('{0} (changed on the server)', address.key) : address.key,
  );
  const more =
    ids.length > namedKeys ? [t('and {0} more', formatCount(ids.length - namedKeys))] : [];
  const detail = [
    ...names.slice(0, namedKeys),
    ...more,
    '',
    t(
      'As one: all of them are stored, or none where somebody has changed one. Each: one by one, as other files.',
    ),
    t('"{0}" answers this for good.', settingIds.saveAll),
  ].join('\n');
  const title = environmentTitle(session.config, question);
  const options = { modal: true, detail };
  const chosen = await plainWindow.showInformationMessage(title, options, one, each);
  return chosen?.title === one.title;
}
