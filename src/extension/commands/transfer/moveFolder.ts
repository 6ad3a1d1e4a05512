import * as vscode from 'vscode';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { KvError } from '../../../kv/model/errors';
import { BucketSource } from '../../../kv/transfer/bucketSource';
import type { ImportMode } from '../../../kv/transfer/importOptions';
import type { FolderNode } from '../../../views/buckets/rows/nodes';
import { environmentTitle } from '../environmentTitle';
import type { PlanDocuments } from '../../plans/planDocuments';
import { folderName } from '../keys/folderRows';
import { describeKeyProblem } from '../keys/keyStep';
import type { BucketPlace } from '../keys/transferKeys';
import { separatorOf, startOf } from '../keys/transferNames';
import { askChoice, askText, type Choice, runSteps, type StepPlace } from '../quickSteps';
import type { FilterOf } from '../rowIndex';
import { folderScope, outsideOf } from './folderScope';
import { openImportPlan } from './importPlans';

export interface MoveParts {
  readonly plans: PlanDocuments;
  readonly filterOf: FilterOf;
  /** What follows a key to where it was moved: its tabs, with their unsaved texts. */
  readonly moved: (from: KeyAddress, to: KeyAddress) => Promise<void>;
}

/** Where the keys of a folder go to, and whether they stay where they were too. */
export interface FolderTarget extends BucketPlace {
  readonly kind: 'copy' | 'move';
  /** `Rename`, `Move`, `Copy` or `Duplicate`, as it stands on buttons. */
  readonly action: string;
}

/**
 * Copies or moves a folder of any size: asks for the name that it gets and what becomes of keys that have a value
 * there, and shows what would be written, to be carried out.
 */
export async function askAndMoveFolder(
  parts: MoveParts,
  folder: FolderNode,
  target: FolderTarget,
): Promise<void> {
  const { start, pattern } = folderName(folder);
  const { session, bucket, action } = target;
  const title = vscode.l10n.t('{0} {1} to {2} on {3}', action, pattern, bucket, session.name);
  const answers = await runSteps<[string, ImportMode]>(
    environmentTitle(session.config, title),
    [(place) => askStart(place, start), (place) => askMode(place)],
    { counted: false },
  );
  if (answers) {
    const [typed, mode] = answers;
    await openFolderPlan(parts, folder, target, { prefix: startOf(typed, start), mode, title });
  }
}

/** How the keys of a folder are called where they go to: `prefix` in the place of `strip`. */
export interface FolderNames {
  readonly prefix: string;
  /** The start of the folder's keys when omitted. */
  readonly strip?: string;
  readonly mode: ImportMode;
  readonly title: string;
}

/** Shows what it would write, to be carried out. */
export async function openFolderPlan(
  { plans, filterOf, moved }: Pick<MoveParts, 'plans' | 'filterOf'> & Partial<MoveParts>,
  folder: FolderNode,
  { session, bucket, kind }: FolderTarget,
  to: FolderNames,
): Promise<void> {
  const { session: from, bucket: fromBucket } = folder;
  const { prefix, strip = folderName(folder).start, mode, title } = to;
  const isSame = from === session && fromBucket === bucket;
  if (isSame && prefix === strip) {
    throw new KvError('unsupported', vscode.l10n.t('the keys are there already'));
  }
  const status = await (await from.connect()).bucketStatus(fromBucket);
  const { scope: all } = folderScope(folder, filterOf);
  const scope = isSame ? outsideOf(all, { strip, prefix }) : all;
  const source = new BucketSource(() => from.connect(), status, { ...scope, liveOnly: true });
  const { created: bucketCreated } = status;
  await openImportPlan({
    ...{ plans, session, bucket, source, title },
    options: { mode, mapping: { strip, prefix }, ttl: 'rest' },
    ...(kind === 'move' &&
      moved && {
        from: { session: from, bucket: fromBucket, bucketCreated, moved },
      }),
  });
}

function askStart(place: StepPlace, start: string) {
  const { t } = vscode.l10n;
  const separator = separatorOf(start);
  const folder = separator === '' ? start : start.slice(0, -1);
  return askText(place, {
    prompt: t('Start of the new keys, in the place of {0}', start),
    value: folder,
    selection: [folder.length, folder.length],
    problem: (typed) => describeKeyProblem(`${startOf(typed, start)}x`),
  });
}

function askMode(place: StepPlace) {
  const { t } = vscode.l10n;
  const all: Choice<ImportMode>[] = [
    { label: t('Skip'), detail: t('Keys that have a value stay as they are'), value: 'skip' },
    { label: t('Overwrite'), detail: t('They get the value of the source'), value: 'overwrite' },
    {
      label: t('Create Only'),
      detail: t('Nothing at all is written when one of them has a value'),
      value: 'create',
    },
  ];
  return askChoice(place, t('What becomes of keys that have a value; shown first'), all);
}
