import { t } from '../base/l10n';
import { KvError } from '../model/errors';
import type { FileStore } from './files';

/** Another text once a file is another one. Throws `notFound` when it is gone. */
export async function fingerprintOf(files: FileStore, path: string): Promise<string> {
  const facts = await files.stat(path);
  if (!facts) {
    throw new KvError('notFound', t('{0} is gone', path));
  }
  return `${facts.size} ${facts.modified}`;
}
