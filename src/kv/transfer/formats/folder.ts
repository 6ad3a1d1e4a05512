import { inParallel } from '../../base/inParallel';
import type { Entry } from '../../model/entry';
import { formatName, formatVersion } from '../exportWriter';
import type { ExportHeader, ExportNotes, ExportWriter } from '../exportWriter';
import { type FileStore, TextSink } from '../files';
import { factsOf } from './entryJson';
import { extensionOf, pathOf, TakenPaths } from './fileNames';

/** Keeps what the files of a folder cannot: exact keys, revisions, headers, TTLs, deletions. */
export const indexName = '.natskv-index.ndjson';

/** Files that are worked on at once. */
const filesAtOnce = 32;

/** Writes a folder with a file for each key, and an index beside them. Loses nothing but the history. */
export class FolderWriter implements ExportWriter {
  private readonly taken = new TakenPaths();
  private readonly underWay = new Set<Promise<void>>();
  private count = 0;

  private constructor(
    private readonly files: FileStore,
    private readonly path: string,
    private readonly index: TextSink,
  ) {}

  static async create(files: FileStore, path: string, header: ExportHeader): Promise<FolderWriter> {
    const index = new TextSink(await files.create(`${path}/${indexName}`));
    index.add(`${JSON.stringify({ format: formatName, version: formatVersion, ...header })}\n`);
    return new FolderWriter(files, path, index);
  }

  async write(entries: readonly Entry[]): Promise<void> {
    const { files, path, index } = this;
    await inParallel(entries, filesAtOnce, async (entry) => {
      const { key, value, operation } = entry;
      const isEmptyMarker = operation !== 'PUT' && value.length === 0;
      const file = isEmptyMarker
        ? undefined
        : this.taken.take(pathOf(key, extensionOf(key, value)));
      index.add(`${JSON.stringify({ ...(file !== undefined && { file }), ...factsOf(entry) })}\n`);
      if (file !== undefined) {
        const writing = files.write(`${path}/${file}`, value);
        this.underWay.add(writing);
        await writing.finally(() => this.underWay.delete(writing));
      }
    });
    this.count += entries.length;
    await index.rest();
  }

  async end(): Promise<ExportNotes> {
    this.index.add(`${JSON.stringify({ end: true, entries: this.count })}\n`);
    await this.index.end();
    return {};
  }

  /** What is under way is waited for: a file that comes late would stay when all is removed. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.underWay);
    await this.index.abandon();
  }
}
