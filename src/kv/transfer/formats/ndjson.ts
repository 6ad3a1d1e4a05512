import { t } from '../../base/l10n';
import type { Entry } from '../../model/entry';
import { KvError, messageOf } from '../../model/errors';
import type { ExportHeader, ExportNotes, ExportWriter } from '../exportWriter';
import { formatName, formatVersion } from '../exportWriter';
import { type FileStore, TextSink } from '../files';
import { lineAgain, linesOf, partOf, placeOf, type Line } from '../lines';
import { isProblem, type FileSource, type SourceItem } from '../source';
import { fingerprintOf } from '../fingerprint';
import { entryOfJson, entryToJson } from './entryJson';

/**
 * Writes an export as NDJSON: a line that tells what it is, one for each entry, and a last one with
 * their count, by which a file that was cut off is known. Loses nothing.
 */
export class NdjsonWriter implements ExportWriter {
  private count = 0;

  private constructor(private readonly text: TextSink) {}

  static async create(files: FileStore, path: string, header: ExportHeader): Promise<NdjsonWriter> {
    const text = new TextSink(await files.create(path));
    text.add(`${JSON.stringify({ format: formatName, version: formatVersion, ...header })}\n`);
    return new NdjsonWriter(text);
  }

  async write(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      this.text.add(`${entryToJson(entry)}\n`);
    }
    this.count += entries.length;
    await this.text.rest();
  }

  async end(): Promise<ExportNotes> {
    this.text.add(`${JSON.stringify({ end: true, entries: this.count })}\n`);
    await this.text.end();
    return {};
  }

  abandon(): Promise<void> {
    return this.text.abandon();
  }
}

/** Reads what `NdjsonWriter` writes. */
export class NdjsonSource implements FileSource {
  /** A key that was written while it was exported stands there twice, and with its history more often. */
  readonly repeats = true;

  constructor(
    private readonly files: FileStore,
    private readonly path: string,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<readonly SourceItem[], void, undefined> {
    let count = 0;
    let ended: number | undefined;
    let last = 0;
    for await (const lines of linesOf(this.files.read(this.path))) {
      signal.throwIfAborted();
      const items: SourceItem[] = [];
      for (const line of lines) {
        last = line.number;
        if (line.number === 1) {
          checkHeader(line);
        } else if (ended !== undefined) {
          items.push({ problem: t('it stands behind the end of the export'), line: line.number });
        } else if (line.text !== '') {
          const item = readLine(line);
          if (typeof item === 'number') {
            ended = item;
          } else {
            count++;
            items.push(isProblem(item) ? item : { ...item, place: placeOf(line) });
          }
        }
      }
      yield items;
    }
    if (last === 0) {
      throw new KvError('invalidConfig', t('the file is empty'));
    }
    if (ended !== count) {
      const problem =
        ended === undefined
          ? t('the file was cut off: its last line is missing')
          : t('the file has {0} entries, and should have {1}', count, ended);
      yield [{ problem, line: last }];
    }
  }

  async readAgain(places: readonly string[]): Promise<(SourceItem | undefined)[]> {
    const parts = await this.files.readParts(this.path, places.map(partOf));
    return parts.map((bytes, at) => entryAgain(bytes, places[at] ?? ''));
  }

  fingerprint(): Promise<string> {
    return fingerprintOf(this.files, this.path);
  }
}

/** What the first line of an export tells; undefined for any other text. */
export function headerOf(text: string): (ExportHeader & { readonly version: number }) | undefined {
  try {
    const json = JSON.parse(text) as Record<string, unknown> | null;
    return typeof json === 'object' && json?.['format'] === formatName
      ? (json as unknown as ExportHeader & { version: number })
      : undefined;
  } catch {
    return undefined;
  }
}

function checkHeader({ text }: Line): void {
  const header = headerOf(text);
  if (!header) {
    const message = t('line 1 does not tell that this is an export of a bucket');
    throw new KvError('invalidConfig', message);
  }
  if (header.version !== formatVersion) {
    const message = t(
      'the export has version {0} of its format, and only {1} is known',
      String(header.version),
      formatVersion,
    );
    throw new KvError('invalidConfig', message);
  }
}

function entryAgain(bytes: Uint8Array, place: string): SourceItem | undefined {
  const line = lineAgain(bytes, place);
  const item = line && readLine(line);
  return item === undefined || typeof item === 'number' ? undefined : { ...item, place };
}

/** An entry, what is wrong with it, or how many there should have been. */
function readLine({ text, number }: Line): SourceItem | number {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: t('no JSON: {0}', messageOf(error)), line: number };
  }
  const { end, entries } = (json ?? {}) as { end?: unknown; entries?: unknown };
  return end === true && typeof entries === 'number' ? entries : entryOfJson(json, number);
}
