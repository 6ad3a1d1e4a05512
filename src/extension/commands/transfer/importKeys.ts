import * as vscode from 'vscode';
import { KvError } from '../../../kv/model/errors';
import type { Connections } from '../../../kv/session/connections';
import { BucketSource } from '../../../kv/transfer/bucketSource';
import { formatCount } from '../../../views/format/format';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { PlanDocuments } from '../../plans/planDocuments';
import type { BegunImport, ImportJournal } from '../../transfer/importJournal';
import { inform } from '../../report';
import { environmentTitle } from '../environmentTitle';
import type { BucketPlace } from '../keys/transferKeys';
import { pickBucket } from '../target';
import type { NamedScope } from './exportKeys';
import { outsideOf } from './folderScope';
import { openImportPlan, type RunNotes } from './importPlans';
import { askImport, askMapping } from './importSteps';
import { askSource, sourceAt } from './sources';
import { openVerification } from './verifications';

export interface ImportParts {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  readonly journal: ImportJournal;
}

/** Asks what to import and how, and shows what would be written. */
export async function importKeys(parts: ImportParts, place: BucketPlace): Promise<void> {
  const { session, bucket } = place;
  const { t } = vscode.l10n;
  const asking = environmentTitle(
    session.config,
    t('Import into {0} on {1}', bucket, session.name),
  );
  const chosen = await askSource(asking);
  const options =
    chosen &&
    (await askImport(asking, {
      hasTtls: chosen.form === 'ndjson' || chosen.form === 'folder',
      keep: 'keep',
      isEnvironment: chosen.form === 'dotenv',
    }));
  if (!options) {
    return;
  }
  const { uri, form, name } = chosen;
  const begun = { connectionId: session.id, bucket, uri: uri.toString(), form, options };
  await openImportPlan({
    ...{ plans: parts.plans, session, bucket, options },
    source: sourceAt(uri, form),
    title: t('Import {0} into {1}', name, bucket),
    journal: notesIn(parts.journal, begun),
  });
}

/** Compares a bucket with an export, and shows what differs. */
export async function verifyKeys(parts: ImportParts, place: BucketPlace): Promise<void> {
  const { session, bucket } = place;
  const { t } = vscode.l10n;
  const asking = environmentTitle(session.config, t('Verify {0} on {1}', bucket, session.name));
  const chosen = await askSource(asking);
  const mapping = chosen && (await askMapping(asking, chosen.form === 'dotenv'));
  if (chosen && mapping) {
    const { uri, form, name } = chosen;
    await openVerification({
      ...{ plans: parts.plans, session, bucket },
      source: sourceAt(uri, form),
      options: { mode: 'mirror', mapping, ttl: 'keep' },
      title: t('{0} with {1}', bucket, name),
    });
  }
}

/** Asks where to copy what there is of a scope, and shows what would be written. */
export async function copyKeys(
  parts: ImportParts,
  { session: from, bucket, scope, name }: NamedScope,
): Promise<void> {
  const { t } = vscode.l10n;
  const place = await pickBucket(parts.connections, undefined);
  if (!place) {
    return;
  }
  const { session, bucket: to } = place;
  const title = t('Copy {0} to {1} on {2}', name, to, session.name);
  const options = await askImport(environmentTitle(session.config, title), {
    ...{ hasTtls: true, keep: 'rest', start: '' },
  });
  if (!options) {
    return;
  }
  const isSame = session === from && to === bucket;
  if (isSame && options.mode === 'mirror') {
    const reason = t('a bucket cannot be the mirror of itself');
    throw new KvError('unsupported', reason);
  }
  const status = await (await from.connect()).bucketStatus(bucket);
  const source = new BucketSource(() => from.connect(), status, {
    ...(isSame ? outsideOf(scope, options.mapping) : scope),
    liveOnly: true,
  });
  await openImportPlan({ plans: parts.plans, session, bucket: to, source, options, title });
}

/** Goes on with an import that was cut off; nothing is written before its plan is carried out. */
export async function resumeImport({ connections, plans, journal }: ImportParts): Promise<void> {
  const { t } = vscode.l10n;
  const begun = await pickBegun(connections, journal);
  if (!begun) {
    return;
  }
  const session = connections.get(begun.connectionId);
  if (!session) {
    await journal.forget(begun.id);
    throw new KvError('notFound', t('its connection is gone'));
  }
  const uri = vscode.Uri.parse(begun.uri);
  const source = sourceAt(uri, begun.form);
  if ((await source.fingerprint()) !== begun.fingerprint) {
    await journal.forget(begun.id);
    const reason = t('{0} was changed since the import began; import it anew', nameOf(begun));
    throw new KvError('invalidConfig', reason);
  }
  const { bucket, options, position, planned, bucketCreated } = begun;
  await openImportPlan({
    ...{ plans, session, bucket, options, source },
    title: t('Import {0} into {1}', nameOf(begun), bucket),
    resumed: { position, planned, bucketCreated },
    journal: notesIn(journal, begun, begun.id),
  });
}

type Begun = Pick<BegunImport, 'connectionId' | 'bucket' | 'uri' | 'form' | 'options'>;

/** What notes in the journal how far an import has come, in the place of the run that it goes on with. */
function notesIn(journal: ImportJournal, begun: Begun, before?: string): RunNotes {
  const { connectionId, bucket, uri, form, options } = begun;
  return {
    begin: (own) => journal.begin(before ?? own),
    note: async ({ id: own, ...at }, state) => {
      const id = before ?? own;
      const isTold = state === 'stopped';
      await (state === 'over'
        ? journal.forget(id)
        : journal.note({ connectionId, bucket, uri, form, options, ...at, id, isTold }));
    },
  };
}

async function pickBegun(
  connections: Connections,
  journal: ImportJournal,
): Promise<BegunImport | undefined> {
  const { t } = vscode.l10n;
  const { cut, running } = await journal.sorted();
  const [first] = running;
  if (cut.length === 0 && first) {
    inform(t('The import of {0} into {1} is still under way.', nameOf(first), first.bucket));
    return undefined;
  }
  const forget = { label: t('Forget All of Them'), begun: undefined };
  const items = cut.map((begun) => ({
    label: t('{0} into {1}', nameOf(begun), begun.bucket),
    description: connections.get(begun.connectionId)?.name ?? '',
    detail: t('{0} of {1} entries', formatCount(begun.position), formatCount(begun.entries)),
    begun,
  }));
  const placeHolder = t('What is left to be written is shown first');
  const chosen = await plainWindow.showQuickPick([...items, forget], { placeHolder });
  if (chosen && !chosen.begun) {
    for (const { id } of cut) {
      await journal.forget(id);
    }
  }
  return chosen?.begun;
}

function nameOf({ uri }: Pick<BegunImport, 'uri'>): string {
  const { path } = vscode.Uri.parse(uri);
  return path.slice(path.lastIndexOf('/') + 1);
}
