import type { NatsConnection } from 'nats';
import { ignore } from '../../base/ignore';
import { t } from '../../base/l10n';
import { onAbort } from '../../base/onAbort';
import { KvError } from '../../model/errors';

/** Rejects when aborted; a connection that comes after all is closed. */
export function unlessAborted(
  dialling: Promise<NatsConnection>,
  signal: AbortSignal | undefined,
): Promise<NatsConnection> {
  return new Promise((resolve, reject) => {
    const abortion = onAbort(signal, () => {
      // Nobody waits for this connection any longer: neither its success nor its failure matters.
      dialling.then((connection) => connection.close()).catch(ignore);
      reject(new KvError('cancelled', t('connecting was cancelled'), { cause: signal?.reason }));
    });
    dialling.finally(() => abortion.dispose()).then(resolve, reject);
  });
}
