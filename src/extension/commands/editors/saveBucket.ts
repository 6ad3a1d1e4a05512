import * as vscode from 'vscode';
import { mostBatchChanges } from '../../../kv/model/batch';
import { KvError } from '../../../kv/model/errors';
import { textOf } from '../../../kv/values/textForm';
import { diffLines } from '../../../views/plan/planDiff';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { DocumentId } from '../../documents/address/documentId';
import { findDocument } from '../../documents/editors/workspaceEditors';
import type { KeyDocument } from '../../documents/model/keyDocument';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import type { SavePlan } from '../../documents/model/savePlan';
import { bytesOf, isLiveVersion } from '../../documents/model/version';
import type { SaveRounds } from '../../documents/provider/saveRounds';
import { atomicOf } from '../../manyKeys/serverFacts';
import { inform } from '../../report';
import { confirmInProduction, refusesWrites } from '../confirmDestructive';
import { environmentTitle } from '../environmentTitle';
import { switchOnAtomic } from '../manyKeys/switchOnAtomic';
import { isInTheWay, sharedSave, unsavedTwice } from './sharedWrite';

interface Parts {
  readonly documents: KeyDocuments;
  readonly rounds: SaveRounds;
}

interface Row extends vscode.QuickPickItem {
  readonly id: DocumentId;
}

/** Saves the unsaved keys of a document's bucket that the user picks, as one change. */
export async function saveBucket(parts: Parts, { address }: DocumentId): Promise<void> {
  const { t } = vscode.l10n;
  const { bucket } = address;
  const unsaved = parts.documents.unsaved(address);
  const session = unsaved[0] && parts.documents.find(unsaved[0].uri)?.session;
  if (!session) {
    inform(t('No key of {0} has unsaved text in an editor.', bucket));
    return;
  }
  if ((await refusesWrites(session)) || !(await isPossible(session, bucket, unsaved))) {
    return;
  }
  const picked = await pick(parts.documents, session, unsaved);
  if (!picked || picked.length === 0) {
    return;
  }
  check(parts.documents, picked);
  if (await confirmInProduction({ session, bucket }, picked.length, t('Save'))) {
    await save(parts, picked);
  }
}

async function save({ documents, rounds }: Parts, ids: readonly DocumentId[]): Promise<void> {
  const round = rounds.open(ids, sharedSave(documents, ids));
  try {
    // What keeps one from being saved is told by VS Code, as of any save.
    await Promise.all(ids.map(async ({ uri }) => findDocument(uri)?.save()));
  } finally {
    round.dispose();
  }
}

/** Whether the bucket takes several keys in one write; offers to switch that on, or to save each by itself. */
async function isPossible(
  session: ConnectionSession,
  bucket: string,
  unsaved: readonly DocumentId[],
): Promise<boolean> {
  const { t } = vscode.l10n;
  const connection = await session.connect();
  const atomic = await atomicOf(connection, bucket);
  if (atomic === 'on') {
    return true;
  }
  const each = t('Save Each');
  const switchOn = t('Switch On Atomic Writes…');
  const message =
    atomic === 'off'
      ? t('{0} does not take several keys in one write yet.', bucket)
      : t('{0} does not take several keys in one write, which needs nats-server 2.12.', bucket);
  const buttons = atomic === 'off' ? [switchOn, each] : [each];
  const chosen = await plainWindow.showWarningMessage(message, { modal: true }, ...buttons);
  if (chosen === each) {
    for (const { uri } of unsaved) {
      await findDocument(uri)?.save();
    }
  }
  return chosen === switchOn && (await switchOnAtomic(session, bucket));
}

async function pick(
  documents: KeyDocuments,
  session: ConnectionSession,
  unsaved: readonly DocumentId[],
): Promise<readonly DocumentId[] | undefined> {
  const { t } = vscode.l10n;
  const rows = unsaved.map((id) => rowOf(documents, id));
  const bucket = unsaved[0]?.address.bucket ?? '';
  const title = environmentTitle(session.config, t('Save Keys of {0} as One Change', bucket));
  const placeHolder = t('All of these are stored, or none where somebody has changed one');
  const options = { title, placeHolder, canPickMany: true } as const;
  return (await plainWindow.showQuickPick(rows, options))?.map(({ id }) => id);
}

/** What a save would write of a document; one that would be refused is not picked by itself. */
function rowOf(documents: KeyDocuments, id: DocumentId): Row {
  const { t } = vscode.l10n;
  const document = documents.find(id.uri)?.document;
  const text = documents.editorOf(id.uri)?.text ?? '';
  const { base, latest } = document ?? {};
  const { key } = id.address;
  const label = id.variant === undefined ? key : `${key} (${id.variant})`;
  const origin = base ?? latest;
  if (!document || !origin) {
    return { id, label, description: t('not read yet'), picked: false };
  }
  const plan = document.planSave(bytesOf(text, origin));
  if (plan.kind === 'conflict') {
    const description = t('changed on the server: r{0}', document.latest.revision);
    return { id, label, description, picked: false };
  }
  if (plan.kind === 'refused') {
    return { id, label, description: plan.reason, picked: false };
  }
  const before = document.isNew ? '' : (textOf(origin.opened().shown) ?? '');
  const changes = diffLines(before, text).filter((line) => /^[+-]/.test(line));
  const description = describe(document, plan);
  const detail = changes.slice(0, mostLines).join('   ');
  const more =
    changes.length > mostLines ? `   ${t('and {0} more lines', changes.length - mostLines)}` : '';
  return { id, label, description, detail: `${detail}${more}`, picked: true };
}

function describe(document: KeyDocument, { kind }: SavePlan): string {
  const { t } = vscode.l10n;
  const { latest, isNew } = document;
  if (isNew) {
    return t('new');
  }
  if (!isLiveVersion(latest)) {
    return t('deleted on the server');
  }
  return kind === 'nothing' ? t('as on the server') : t('over r{0}', latest.revision);
}

/** Changed lines of a text that its row shows. */
const mostLines = 2;

function check(documents: KeyDocuments, ids: readonly DocumentId[]): void {
  const { t } = vscode.l10n;
  const twice = unsavedTwice(ids);
  if (twice !== undefined) {
    const text = t('{0} is unsaved in two editors: save or revert one of them first', twice);
    throw new KvError('invalidConfig', text);
  }
  if (ids.length > mostBatchChanges) {
    const text = t(
      'one change has at most {0} keys, and {1} are unsaved',
      mostBatchChanges,
      ids.length,
    );
    throw new KvError('limitReached', text);
  }
  const behind = ids.find(({ uri }) => isInTheWay(documents, uri));
  if (behind) {
    const { key } = behind.address;
    const text = t(
      '{0} changed on the server; nothing was sent. What can be done stands above its text',
      key,
    );
    throw new KvError('invalidConfig', text);
  }
}
