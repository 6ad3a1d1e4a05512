import { t } from '../../base/l10n';
import { decodeUtf8 } from '../../base/bytes';
import { sizeText } from '../../base/size';
import { KvError } from '../../model/errors';
import type { FileStore } from '../files';

/** Larger files are none that people write; they are read as a whole. */
const mostBytes = 128 * 1024 * 1024;

/** The text of a file. Throws `tooLarge`, `notFound`, or `invalidConfig` when it is not UTF-8. */
export async function wholeText(files: FileStore, path: string): Promise<string> {
  const facts = await files.stat(path);
  if (!facts) {
    throw new KvError('notFound', t('{0} is gone', path));
  }
  if (facts.size > mostBytes) {
    const most = sizeText(mostBytes);
    const message = t(
      'the file has more than {0}, which is too much for this form; take NDJSON',
      most,
    );
    throw new KvError('tooLarge', message);
  }
  const text = decodeUtf8(await files.readWhole(path));
  if (text === undefined) {
    throw new KvError('invalidConfig', t('the file is not UTF-8'));
  }
  return text.replace(/^\ufeff/, '');
}

/** The lines that offsets of a text are in, from 1; asked in rising order. */
export function lineFinder(text: string): (offset: number) => number {
  let [line, at] = [1, 0];
  return (offset) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < offset;) {
      line++;
      at = next + 1;
      next = text.indexOf('\n', at);
    }
    return line;
  };
}
