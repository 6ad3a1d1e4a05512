import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { placeOf } from '../../../views/buckets/rows/productionMark';
import { plainWindow } from '../../../views/shown/plainWindow';
import { refusesWrites } from '../confirmDestructive';
import { environmentTitle } from '../environmentTitle';

/**
 * Lets a bucket take several keys in one write, once the user knows what that means; whether it is on then.
 * `created`: see `WriteOptions.bucketCreated`.
 */
export async function switchOnAtomic(
  session: ConnectionSession,
  bucket: string,
  created?: number,
): Promise<boolean> {
  const { t } = vscode.l10n;
  if (await refusesWrites(session)) {
    return false;
  }
  const action = t('Switch On');
  const plain = t('Switch on atomic writes for {0} on {1}?', bucket, placeOf(session.config));
  const question = environmentTitle(session.config, plain);
  const detail = t(
    'The server then takes several keys of the bucket in one write: all of them, or none where somebody has changed one (allow_atomic, nats-server 2.12). Single writes stay as they are, nothing stored changes, and it can be switched off again in Edit Bucket.',
  );
  const options = { modal: true, detail };
  if ((await plainWindow.showWarningMessage(question, options, action)) !== action) {
    return false;
  }
  const connection = await session.connect();
  const change = { stream: { allow_atomic: true } };
  await connection.updateBucket(bucket, change, created === undefined ? {} : { created });
  return true;
}
