import * as vscode from 'vscode';
import type { BucketChange, BucketStatus } from '../../../kv/model/bucket';
import { KvError } from '../../../kv/model/errors';
import type { KvConnection } from '../../../kv/model/kvConnection';
import {
  promotion,
  sealing,
  whyNoStepDown,
  whyNotPromoted,
  whyNotSealed,
} from '../../../kv/operations/bucketActions';
import { formatCount, formatDuration } from '../../../views/format/format';
import { confirmDestructive } from '../confirmDestructive';
import type { BucketPlace } from '../keys/transferKeys';
import { tellDone } from '../tellDone';

/** Makes a mirror a bucket of its own, once it was told what that means. */
export async function promoteMirror(place: BucketPlace): Promise<void> {
  const { t } = vscode.l10n;
  const { session, bucket } = place;
  const connection = await session.connect();
  const [status, { apiLevel }] = await Promise.all([
    connection.bucketStatus(bucket),
    connection.accountInfo(),
  ]);
  refuse(whyNotPromoted(status, apiLevel));
  const origin = status.mirrorOf ?? '';
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: t('Promote {0} on {1} to a bucket of its own?', bucket, session.name),
    detail: [
      t('It no longer copies {0}, takes writes, and cannot become a mirror again.', origin),
      lagText(status),
      t('What is written to {0} from now on does not come here.', origin),
    ].join(' '),
    action: t('Promote'),
    typed: true,
  });
  if (isMeant) {
    await change(place, status, promotion(status));
    tellDone(t('{0} is a bucket of its own now.', bucket));
  }
}

/** Makes a bucket refuse every change from now on, once it was told what that means. */
export async function sealBucket(place: BucketPlace): Promise<void> {
  const { t } = vscode.l10n;
  const { session, bucket } = place;
  const status = await (await session.connect()).bucketStatus(bucket);
  refuse(whyNotSealed(status));
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: t('Seal {0} on {1}?', bucket, session.name),
    detail: [
      t('No key can be written, deleted or purged any more, by anybody. A seal cannot be broken.'),
      ...(status.ttl > 0
        ? [t('Its TTL of {0} ends: what is in it now stays.', formatDuration(status.ttl))]
        : []),
      ...(status.sources.length > 0 ? [t('What it copies from other buckets comes no more.')] : []),
      t('The bucket can still be deleted.'),
    ].join(' '),
    action: t('Seal'),
    typed: true,
  });
  if (isMeant) {
    await change(place, status, sealing);
    tellDone(t('{0} is sealed.', bucket));
  }
}

/** Has another server lead a bucket, once it was told what that means. */
export async function stepDownLeader(place: BucketPlace): Promise<void> {
  const { t } = vscode.l10n;
  const { session, bucket } = place;
  const connection = await session.connect();
  const status = await connection.bucketStatus(bucket);
  refuse(whyNoStepDown(status));
  const { cluster } = status;
  const isMeant = await confirmDestructive({
    session,
    bucket,
    question: t('Have {0} step down as the leader of {1}?', cluster?.leader ?? '', bucket),
    detail: t(
      'One of {0} takes over. Until then, for some seconds at most, nothing can be written to {1}; nothing is lost.',
      (cluster?.peers ?? []).map(({ name }) => name).join(', '),
      bucket,
    ),
    action: t('Step Down'),
  });
  if (isMeant) {
    await (await session.connect()).stepDown(bucket);
    tellDone(t('{0} stepped down as the leader of {1}.', cluster?.leader ?? '', bucket));
  }
}

function lagText({ mirror }: BucketStatus): string {
  const { t } = vscode.l10n;
  if (mirror?.lag === undefined) {
    return t('How far it has come is not known.');
  }
  return mirror.lag === 0
    ? t('It has all that its origin had when it was asked last.')
    : t(
        '{0} messages of its origin have yet to come, and then never will.',
        formatCount(mirror.lag),
      );
}

/** What was looked at is what is changed: nothing is sent when somebody else changed it meanwhile. */
async function change(
  { session, bucket }: BucketPlace,
  seen: BucketStatus,
  wanted: BucketChange,
): Promise<void> {
  const connection: KvConnection = await session.connect();
  const outcome = await connection.updateBucket(bucket, wanted, { expected: seen.streamConfig });
  if (outcome.kind === 'conflict') {
    const fields = outcome.fields.join(', ');
    const reason = vscode.l10n.t('{0} was changed meanwhile ({1}); look again', bucket, fields);
    throw new Error(reason);
  }
  await session.loadBuckets();
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) {
    throw new KvError('unsupported', reason);
  }
}
