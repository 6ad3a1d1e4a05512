import * as vscode from 'vscode';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { FindResults } from '../../../views/find/findResults';
import { inform } from '../../report';

/** What of the results of a search commands on found keys read. */
export type FoundRows = Pick<FindResults, 'children'>;

interface FoundKeys {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly keys: readonly string[];
}

/** The keys that a search found; undefined, which is told, where they are not all of one bucket. */
export function foundKeys(found: FoundRows): FoundKeys | undefined {
  const buckets = found.children().filter((row) => row.kind === 'findBucket');
  const [only] = buckets;
  if (!only || buckets.length > 1) {
    inform(vscode.l10n.t('Search in one bucket first; what was found is in {0}.', buckets.length));
    return undefined;
  }
  const rows = found.children(only);
  const keys = rows.flatMap((row) => (row.kind === 'findKey' ? [row.found.key] : []));
  return { session: only.session, bucket: only.bucket, keys };
}
