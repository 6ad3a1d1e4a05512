import { createHash } from 'node:crypto';
import { inParallel } from '../../base/inParallel';
import type { Entry } from '../../model/entry';
import { messageOf } from '../../model/errors';
import { formatName, formatVersion } from '../exportWriter';
import type { ExportHeader, ExportNotes, ExportWriter } from '../exportWriter';
import { type FileStore, TextSink } from '../files';
import { KeyTable } from '../keyTable';
import { linesOf, type Line } from '../lines';
import { batched, plainEntry, type SourceItem, type TransferSource } from '../source';
import { type EntryFacts, factsOf, problemOf, readFacts } from './entryJson';
import { extensionOf, keyOfPath, pathOf, TakenPaths } from './fileNames';
import { headerOf } from './ndjson';

/** Keeps what the files of a folder cannot: exact keys, revisions, headers, TTLs, deletions. */
const indexName = '.natskv-index.ndjson';

/** Files that are worked on at once. */
const filesAtOnce = 32;
const noBytes = new Uint8Array();

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

interface IndexLine extends EntryFacts {
  readonly file?: string;
}

/**
 * Reads a folder of files: those of its index first, where it has one, each as it is now, then the
 * others, whose keys are their paths. What the index names and is gone is left out.
 */
export class FolderSource implements TransferSource {
  readonly repeats = true;

  constructor(
    private readonly files: FileStore,
    private readonly path: string,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<readonly SourceItem[], void, undefined> {
    const { files, path } = this;
    const indexed = new KeyTable();
    if (await files.stat(`${path}/${indexName}`)) {
      for await (const lines of batched(this.indexLines(), filesAtOnce * 8)) {
        signal.throwIfAborted();
        const items: SourceItem[][] = [];
        await inParallel([...lines.entries()], filesAtOnce, async ([at, line]) => {
          items[at] = await this.itemsOf(line, indexed);
        });
        yield items.flat();
      }
    }
    for await (const paths of batched(files.list(path), filesAtOnce * 8)) {
      signal.throwIfAborted();
      const others = paths.filter((file) => !indexed.has(file) && !isHidden(file)).sort();
      const items: SourceItem[] = [];
      await inParallel([...others.entries()], filesAtOnce, async ([at, file]) => {
        items[at] = await this.fileAlone(file);
      });
      yield items;
    }
  }

  /**
   * The index, and which files there are in which order, since an import that was cut off goes on by
   * their places. That the text of one was changed does not show in it.
   */
  async fingerprint(): Promise<string> {
    const facts = await this.files.stat(`${this.path}/${indexName}`);
    const names = createHash('sha256');
    for await (const file of this.files.list(this.path)) {
      if (!isHidden(file)) {
        names.update(`${file}\n`);
      }
    }
    const index = facts ? `${facts.size} ${facts.modified}` : 'no index';
    return `${index} ${names.digest('base64')}`;
  }

  private async *indexLines(): AsyncGenerator<Line, void, undefined> {
    for await (const lines of linesOf(this.files.read(`${this.path}/${indexName}`))) {
      for (const line of lines) {
        if (line.text !== '' && !(line.number === 1 && headerOf(line.text))) {
          yield line;
        }
      }
    }
  }

  private async itemsOf({ text, number }: Line, indexed: KeyTable): Promise<SourceItem[]> {
    const name = indexName;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      return [{ problem: `no JSON: ${messageOf(error)}`, line: number, name }];
    }
    if ((json as { end?: unknown } | null)?.end === true) {
      return [];
    }
    const problem = problemOf(json) ?? fileProblem(json);
    if (problem !== undefined) {
      return [{ problem, line: number, name }];
    }
    const { file, ...facts } = json as IndexLine;
    if (file === undefined) {
      return [{ ...readFacts(facts), value: noBytes }];
    }
    indexed.set(file, 0, 0);
    const value = await this.valueOf(file);
    if (value === 'outside') {
      return [{ problem: `${file} is a link that leads out of this folder`, line: number, name }];
    }
    return value === undefined ? [] : [{ ...readFacts(facts), value }];
  }

  private async fileAlone(file: string): Promise<SourceItem> {
    const key = keyOfPath(file);
    if (key === undefined) {
      return { problem: 'the name of the file stands for no key', name: file };
    }
    return plainEntry(key, await this.files.readWhole(`${this.path}/${file}`));
  }

  /** Undefined for a file that is gone. */
  private async valueOf(file: string): Promise<Uint8Array | 'outside' | undefined> {
    const path = `${this.path}/${file}`;
    try {
      if (!(await this.files.isInside(this.path, file))) {
        return 'outside';
      }
      return await this.files.readWhole(path);
    } catch (error) {
      if (!(await this.files.stat(path))) {
        return undefined;
      }
      throw error;
    }
  }
}

/** An index may come from anywhere: its files are those of its folder, and no others. */
function fileProblem(json: unknown): string | undefined {
  const { file } = json as { readonly file?: unknown };
  if (file === undefined) {
    return undefined;
  }
  const isInside =
    typeof file === 'string' &&
    !/^[/\\]|^[a-z]:|\\|\0/i.test(file) &&
    file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isInside ? undefined : '"file" is no path in this folder';
}

/** Files that systems and editors leave behind, and the index itself. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}
