import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { ImportProgress } from '../../../kv/transfer/importOptions';
import type { ImportPlan } from '../../../kv/transfer/importPlan';
import { planImport } from '../../../kv/transfer/planImport';
import type { ImportResult, MovedFrom } from '../../../kv/transfer/importRun';
import { runImport } from '../../../kv/transfer/runImport';
import { KvError } from '../../../kv/model/errors';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { isProduction } from '../../../kv/model/connectionConfig';
import { formatCount, keysText } from '../../../views/format/format';
import { bulkReportText } from '../../../views/plan/bulkReportText';
import { importedKeys, importPlanText, whyNotImported } from '../../../views/plan/importPlanText';
import type { PlanReport } from '../../plans/planDocuments';
import type { RunningMark } from '../../transfer/runningImports';
import { writeHeaders } from '../../writeHeaders';
import { confirmDestructive, confirmInProduction } from '../confirmDestructive';
import { maxPerSecond, planRate, withPlanProgress } from '../planProgress';
import { tellDone } from '../tellDone';
import { followMoved } from './followMoved';
import {
  openMoveVerification,
  openVerification,
  placeOf,
  type Transferring,
} from './verifications';

/** An import or a copy, before and while it is carried out. */
export interface Importing extends Transferring {
  /** Where an import that was begun goes on. */
  readonly resumed?: ImportProgress;
  readonly journal?: RunNotes;
  /** Where keys are moved out of. */
  readonly from?: MovedPlace;
}

/** A bucket that keys are moved out of. */
interface MovedPlace {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly bucketCreated: number;
  /** What follows a key to where it was moved. */
  readonly moved: (from: KeyAddress, to: KeyAddress) => Promise<void>;
}

/** Where it is noted that an import runs and how far it has come. */
export interface RunNotes {
  /** Undefined when it is under way already, in another window too. */
  begin(id: string): Promise<RunningMark | undefined>;
  /** Told now and then and in the end. */
  note(at: NotedProgress, state: RunState): Promise<void>;
}

/** `stopped`: it has ended, and something is left. */
type RunState = 'running' | 'stopped' | 'over';

/** What is to be remembered of a run, for going on with it. */
interface NotedProgress extends ImportProgress {
  readonly id: string;
  readonly fingerprint: string;
  readonly entries: number;
}

/** Between two notes of how far a run has come, in milliseconds. */
const noteMs = 1_000;

/** Finds out what would be written, with progress, and shows it as a document that can be carried out. */
export async function openImportPlan(importing: Importing): Promise<void> {
  const { session, bucket, source, options, title, resumed, plans } = importing;
  const reading = vscode.l10n.t('Finding what would be written to {0}', bucket);
  const addedHeaders = writeHeaders().map(([name]) => name);
  const plan = await withPlanProgress(reading, undefined, async (signal, onProgress) =>
    planImport(await session.connect(), bucket, source, options, {
      ...{ signal, resumed, addedHeaders, onProgress },
    }),
  );
  const { from } = importing;
  const count = handledKeys(importing, plan);
  const canRun = count > 0 && whyNotImported(plan) === undefined;
  const place = placeOf(importing);
  const movedFrom = from && placeOf(from);
  await plans.open({
    name: title,
    text: importPlanText(plan, { title, place, movedFrom, perSecond: maxPerSecond() }),
    action: canRun ? actionOf(importing, count) : undefined,
    carryOut: () => carryOut(importing, plan),
  });
}

/** What is there already is deleted where it is moved from all the same. */
function handledKeys({ from }: Importing, plan: ImportPlan): number {
  return importedKeys(plan) + (from ? plan.same.count : 0);
}

function actionOf({ from }: Importing, count: number): string {
  const { t } = vscode.l10n;
  if (from) {
    return count === 1 ? t('Move 1 Key') : t('Move {0} Keys', formatCount(count));
  }
  return count === 1 ? t('Write 1 Key') : t('Write {0} Keys', formatCount(count));
}

/** Undefined when the user thought better of it. */
async function carryOut(importing: Importing, plan: ImportPlan): Promise<PlanReport | undefined> {
  const { session, title } = importing;
  if (!(await isMeant(importing, plan))) {
    return undefined;
  }
  // The link of the dry run may have been given up meanwhile.
  const present = { ...plan, connection: await session.connect() };
  const result = await run(importing, present);
  const left = result.isWhole ? 0 : Math.max(0, plan.entries - result.position);
  await follow(importing, result);
  tellImported(importing, result);
  const about = [vscode.l10n.t('In {0}.', placeOf(importing))];
  return { text: bulkReportText(title, { ...result, left, removed: 0 }, about) };
}

async function follow({ session, bucket, options, from }: Importing, { moved }: ImportResult) {
  if (from && moved) {
    await followMoved(
      {
        from: { connectionId: from.session.id, bucket: from.bucket },
        to: { connectionId: session.id, bucket },
        mapping: options.mapping,
        keys: moved,
      },
      from.moved,
    );
  }
}

async function run(importing: Importing, plan: ImportPlan): Promise<ImportResult> {
  const id = randomUUID();
  const { journal } = importing;
  const mark = await journal?.begin(id);
  if (journal && !mark) {
    throw new KvError('unsupported', vscode.l10n.t('it is under way already'));
  }
  try {
    return await runNoted(new NotedRun(journal, id, plan), importing, plan);
  } finally {
    await mark?.release();
  }
}

async function runNoted(
  noted: NotedRun,
  importing: Importing,
  plan: ImportPlan,
): Promise<ImportResult> {
  await noted.tell(plan.done, 'running');
  const from = importing.from && (await presentOf(importing.from));
  const total = plan.entries - plan.done;
  const result = await withPlanProgress(
    importing.title,
    total,
    (signal, onProgress) =>
      runImport(plan, {
        ...{ signal, rate: planRate(), headers: writeHeaders(), onProgress, from },
        onPosition: (position) => noted.onPosition(position),
      }),
    plan.connection.state,
  );
  await noted.tell(result.position, result.isWhole ? 'over' : 'stopped');
  return result;
}

async function presentOf({ session, bucket, bucketCreated }: MovedPlace): Promise<MovedFrom> {
  return { connection: await session.connect(), bucket, bucketCreated };
}

/** Owns when it is noted how far a run has come, not too often; changes only through its methods. */
class NotedRun {
  private last = performance.now();
  private noting: Promise<void> = Promise.resolve();

  constructor(
    private readonly journal: RunNotes | undefined,
    private readonly id: string,
    private readonly plan: ImportPlan,
  ) {}

  onPosition(position: number): void {
    const now = performance.now();
    if (now - this.last > noteMs) {
      this.last = now;
      // Its failure is told in the end.
      this.noting = this.noting.then(() => this.note(position, 'running'));
      this.noting.catch(() => undefined);
    }
  }

  async tell(position: number, state: RunState): Promise<void> {
    await this.noting;
    await this.note(position, state);
  }

  private async note(position: number, state: RunState): Promise<void> {
    const { id, plan, journal } = this;
    const { planned, fingerprint, entries, status } = plan;
    const at = { id, position, planned, fingerprint, entries, bucketCreated: status.created };
    await journal?.note(at, state);
  }
}

/** Asked where values are replaced or deleted, and in production. */
async function isMeant(importing: Importing, plan: ImportPlan): Promise<boolean> {
  const { t } = vscode.l10n;
  const { session, bucket, from } = importing;
  const count = handledKeys(importing, plan);
  const action = actionOf(importing, count);
  const { overwritten, deleted, mirrored, status } = plan;
  // What can only fail later, once the copy is there, is looked at first.
  from?.session.lock.check();
  if (from && from.session !== session && isProduction(from.session.config)) {
    const question = t('{0} out of {1} on {2}?', action, from.bucket, from.session.name);
    const detail = t('Each is deleted there once its copy is stored.');
    if (!(await confirmDestructive({ ...from, action, question, detail }))) {
      return false;
    }
  }
  const lost = overwritten.count + deleted.count + mirrored.count;
  const isLocked = session.lock.state.current.kind === 'locked';
  if (lost === 0 && !isLocked && !isProduction(session.config)) {
    return true;
  }
  if (lost === 0 && !isLocked) {
    return confirmInProduction({ session, bucket }, Math.max(2, count), t('Write'));
  }
  return confirmDestructive({
    ...{ session, bucket, action },
    question: t('{0} in {1} on {2}?', action, bucket, session.name),
    detail: [
      t('Values that are replaced or deleted: {0}.', formatCount(lost)),
      status.history === 1
        ? t('This cannot be undone.')
        : t('The history keeps them as long as it has room.'),
    ].join(' '),
  });
}

function tellImported(importing: Importing, { done, isWhole, moved }: ImportResult): void {
  const { t } = vscode.l10n;
  const { bucket } = importing;
  if (moved) {
    const told = isWhole
      ? t('Moved {0} to {1}.', keysText(done.count), bucket)
      : t('Moved {0} to {1}, not all. The same again goes on.', keysText(done.count), bucket);
    tellDone(told, { label: t('Verify'), run: () => openMoveVerification(importing, moved) });
    return;
  }
  const told = isWhole
    ? t('Wrote {0} to {1}.', keysText(done.count), bucket)
    : t('Wrote {0} to {1}, not all. Resume Import goes on.', keysText(done.count), bucket);
  tellDone(told, { label: t('Verify'), run: () => openVerification(importing) });
}
