import * as vscode from 'vscode';
import { keyProblem } from '../../../kv/model/key';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import type { Connections } from '../../../kv/session/connections';
import { environmentTitle } from '../environmentTitle';
import { takenHint } from './takenHint';
import { askText, runSteps, type TextStep } from '../quickSteps';
import { pickBucket } from '../target';
import { describeRows, type ChosenRows } from './folderRows';
import { describeKeyProblem, keyStep } from './keyStep';
import { revealKey } from './revealKey';
import {
  moveBack,
  transferKeys,
  type BucketPlace,
  type DoneTransfer,
  type Transfer,
} from './transferKeys';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { commonPrefix, renamed, separatorOf, startOf } from './transferNames';
import { confirmTransfer } from './transferPlan';
import { displayText } from '../../../kv/values/displayText';
import { formatCount } from '../../../views/format/format';
import { openKeyEditor } from '../../documents/editors/openKeyEditor';
import { opening, tellDone, undoing } from '../tellDone';
import { inform } from '../../report';
import type { PlanDocuments } from '../../plans/planDocuments';
import type { FolderNode } from '../../../views/buckets/rows/nodes';
import type { FilterOf } from '../rowIndex';

export interface TransferParts {
  readonly connections: Connections;
  readonly view: BucketsView;
  readonly log: vscode.LogOutputChannel;
  /** What follows a key to where it was moved: its tabs, with their unsaved texts. */
  readonly moved: (from: KeyAddress, to: KeyAddress) => Promise<void>;
  readonly plans: PlanDocuments;
  /** What hides keys of folders in the tree: what is not seen is not touched. */
  readonly filterOf: FilterOf;
}

export interface TransferKind {
  readonly kind: 'copy' | 'move';
  /** Asks for the bucket, of any connection; the keys stay in their own otherwise. */
  readonly elsewhere: boolean;
}

/**
 * Copies or moves keys to where the user wants them: one to another key, several of a bucket to another
 * start in the place of what they have in common.
 */
export async function askAndTransfer(
  parts: TransferParts,
  { kind, elsewhere }: TransferKind,
  { keys, folder }: ChosenRows,
): Promise<void> {
  const [first] = keys;
  const same = keys.filter((key) => first && isInBucket(first, key));
  if (!first || same.length < keys.length) {
    inform(vscode.l10n.t('Select keys of one bucket in the NATS KV view first.'));
    return;
  }
  const target = elsewhere
    ? await pickBucket(parts.connections, undefined)
    : { session: first.session, bucket: first.bucket };
  const plain = target && titleOf(kind, { keys, folder }, elsewhere ? target : undefined);
  const title = plain && environmentTitle(target.session.config, plain);
  const names = title && (await askNames(kind, { keys, folder }, title, target));
  if (!target || !names) {
    return;
  }
  // A name that was left as it is means nothing, in the same bucket.
  const transfers = keys
    .map((from) => ({ from, to: { ...target, key: names(from.key) } }))
    .filter(({ from, to }) => !isInBucket(from, to) || from.key !== to.key);
  const action = actionOf(kind, elsewhere);
  if (!(await confirmTransfer(kind, action, transfers))) {
    return;
  }
  const done = await transfer(parts, kind, transfers);
  tellTransferred(parts, kind, elsewhere, done);
  const [only] = done;
  if (only && keys.length === 1 && !folder) {
    await revealKey(parts.view, only.to.session, only.to.bucket, only.to.key);
  }
}

/** The same for a folder of any size, by a plan that is shown first. */
export async function transferFolder(
  parts: TransferParts,
  { kind, elsewhere }: TransferKind,
  folder: FolderNode,
): Promise<void> {
  const place = elsewhere ? await pickBucket(parts.connections, undefined) : folder;
  if (place) {
    const { session, bucket } = place;
    const { askAndMoveFolder } = await import('../transfer/moveFolder');
    const target = { session, bucket, kind, action: actionOf(kind, elsewhere) };
    await askAndMoveFolder(parts, folder, target);
  }
}

async function transfer(
  { log, moved }: TransferParts,
  kind: 'copy' | 'move',
  transfers: readonly Transfer[],
): Promise<readonly DoneTransfer[]> {
  const done = await transferKeys(log, kind, transfers);
  if (kind === 'move') {
    await follow(moved, done);
  }
  return done;
}

async function undoMove(
  { log, moved }: TransferParts,
  done: readonly DoneTransfer[],
): Promise<void> {
  await follow(moved, await moveBack(log, done));
}

async function follow(moved: TransferParts['moved'], done: readonly DoneTransfer[]): Promise<void> {
  for (const { from, to } of done) {
    await moved(addressOf(from), addressOf(to));
  }
}

function addressOf({ session, bucket, key }: Transfer['from']): KeyAddress {
  return { connectionId: session.id, bucket, key };
}

/** The verb of a transfer, as it stands on buttons. */
function actionOf(kind: 'copy' | 'move', elsewhere: boolean): string {
  if (kind === 'move') {
    return elsewhere ? vscode.l10n.t('Move') : vscode.l10n.t('Rename');
  }
  return elsewhere ? vscode.l10n.t('Copy') : vscode.l10n.t('Duplicate');
}

/** Says what was done; a move can be undone where it has overwritten nothing. */
function tellTransferred(
  parts: TransferParts,
  kind: 'copy' | 'move',
  elsewhere: boolean,
  done: readonly DoneTransfer[],
): void {
  const [first] = done;
  if (!first) {
    return;
  }
  const { session, bucket, key } = first.to;
  const isOne = done.length === 1;
  const from = isOne
    ? displayText(first.from.key)
    : vscode.l10n.t('{0} keys', formatCount(done.length));
  const place = vscode.l10n.t('{0} on {1}', bucket, session.name);
  const to = elsewhere ? place : displayText(key);
  const open = isOne ? [opening(() => openKeyEditor(session, bucket, key))] : [];
  if (kind === 'copy') {
    tellDone(
      isOne || elsewhere
        ? vscode.l10n.t('Copied {0} to {1}.', from, to)
        : vscode.l10n.t('Copied {0}.', from),
      ...open,
    );
    return;
  }
  const undo = done.some(({ overwrite }) => overwrite !== undefined)
    ? open
    : [undoing(() => undoMove(parts, done))];
  tellDone(
    elsewhere
      ? vscode.l10n.t('Moved {0} to {1}.', from, to)
      : isOne
        ? vscode.l10n.t('Renamed {0} to {1}.', from, to)
        : vscode.l10n.t('Renamed {0}.', from),
    ...undo,
  );
}

/** How each key is called at the target. */
async function askNames(
  kind: 'copy' | 'move',
  { keys, folder }: ChosenRows,
  title: string,
  target: BucketPlace,
): Promise<((key: string) => string) | undefined> {
  const [first] = keys;
  if (first && keys.length === 1 && !folder) {
    const answers = await runSteps<[string]>(title, [
      (place) =>
        askText(place, {
          ...oneKeyStep(first.key, kind),
          hint: (key) =>
            takenHint(target, [key], isInBucket(first, target) ? first.key : undefined),
        }),
    ]);
    return answers && (() => answers[0]);
  }
  const names = keys.map(({ key }) => key);
  const prefix = folder?.start ?? commonPrefix(names);
  const answers = await runSteps<[string]>(title, [
    (place) =>
      askText(place, {
        ...prefixStep(kind, names, prefix),
        hint: (typed) =>
          takenHint(
            target,
            names.map((key) => renamed(key, prefix, startOf(typed, prefix))),
          ),
      }),
  ]);
  return answers && ((key) => renamed(key, prefix, startOf(answers[0], prefix)));
}

function oneKeyStep(key: string, kind: 'copy' | 'move'): TextStep {
  const step = keyStep(key);
  return kind === 'move'
    ? { ...step, prompt: vscode.l10n.t('New key. The history stays with the old one.') }
    : step;
}

function prefixStep(kind: 'copy' | 'move', keys: readonly string[], prefix: string): TextStep {
  const separator = separatorOf(prefix);
  const folder = separator === '' ? prefix : prefix.slice(0, -1);
  const prompt =
    prefix === ''
      ? vscode.l10n.t('Folder of the new keys, such as backup; a dot follows by itself')
      : separator === ''
        ? vscode.l10n.t('Start of the new keys, in the place of {0}', prefix)
        : vscode.l10n.t('New name of the folder {0}; the {1} after it stays', folder, separator);
  return {
    prompt:
      kind === 'move' ? vscode.l10n.t('{0}. The history stays with the old ones.', prompt) : prompt,
    value: folder,
    selection: [folder.length, folder.length],
    problem: (typed) => {
      const start = startOf(typed, prefix);
      const bad = keys.map((key) => renamed(key, prefix, start)).find((key) => keyProblem(key));
      return bad === undefined ? undefined : `${describeKeyProblem(bad) ?? ''} (${bad})`;
    },
  };
}

function titleOf(
  kind: 'copy' | 'move',
  chosen: ChosenRows,
  target: BucketPlace | undefined,
): string {
  const what = describeRows(chosen);
  if (!target) {
    return kind === 'move'
      ? vscode.l10n.t('Rename {0}', what)
      : vscode.l10n.t('Duplicate {0}', what);
  }
  const { session, bucket } = target;
  return kind === 'move'
    ? vscode.l10n.t('Move {0} to {1} on {2}', what, bucket, session.name)
    : vscode.l10n.t('Copy {0} to {1} on {2}', what, bucket, session.name);
}

function isInBucket(a: BucketPlace, b: BucketPlace): boolean {
  return a.session === b.session && a.bucket === b.bucket;
}
