import * as vscode from 'vscode';
import type { ImportOptions } from '../../../kv/transfer/importOptions';
import type { KeyTable } from '../../../kv/transfer/keyTable';
import type { TransferSource } from '../../../kv/transfer/source';
import { verify } from '../../../kv/transfer/verify';
import { verifyMove } from '../../../kv/transfer/verifyMove';
import { environmentLabel } from '../../../views/buckets/rows/productionMark';
import { verifyMoveText } from '../../../views/plan/verifyMoveText';
import { verifyText } from '../../../views/plan/verifyText';
import type { PlanDocuments } from '../../plans/planDocuments';
import { writeHeaders } from '../../writeHeaders';
import type { BucketPlace } from '../keys/transferKeys';
import { withPlanProgress } from '../planProgress';

/** What goes from a source to a bucket, and how. */
export interface Transferring extends BucketPlace {
  readonly plans: PlanDocuments;
  readonly source: TransferSource;
  readonly options: ImportOptions;
  /** `Import orders.ndjson into orders`. */
  readonly title: string;
}

/** Compares a bucket with a source, with progress, and shows what differs. */
export async function openVerification(importing: Transferring): Promise<void> {
  const { session, bucket, source, options, title, plans } = importing;
  const addedHeaders = writeHeaders().map(([name]) => name);
  const found = await withPlanProgress(
    vscode.l10n.t('Comparing {0}', bucket),
    undefined,
    async (signal, onProgress) =>
      verify(await session.connect(), bucket, source, options, {
        ...{ signal, addedHeaders, onProgress },
      }),
  );
  const name = vscode.l10n.t('Verify: {0}', title);
  await plans.open({
    name,
    text: verifyText(name, placeOf(importing), found),
    action: undefined,
    carryOut: () => Promise.resolve(undefined),
  });
}

/** Looks whether what was moved stands where it should, and what is left where it was. */
export async function openMoveVerification(
  importing: Transferring,
  moved: KeyTable,
): Promise<void> {
  const { session, bucket, source, title, plans } = importing;
  const found = await withPlanProgress(
    vscode.l10n.t('Comparing {0}', bucket),
    undefined,
    async (signal) => verifyMove(await session.connect(), bucket, source, moved, signal),
  );
  const name = vscode.l10n.t('Verify: {0}', title);
  await plans.open({
    name,
    text: verifyMoveText(name, placeOf(importing), found),
    action: undefined,
    carryOut: () => Promise.resolve(undefined),
  });
}

/** A bucket as documents call it. */
export function placeOf({ session, bucket }: BucketPlace): string {
  const label = environmentLabel(session.config);
  return [bucket, session.name, ...(label === undefined ? [] : [label])].join(' · ');
}
