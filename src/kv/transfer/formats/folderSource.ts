import { createHash } from 'node:crypto';
import { t } from '../../base/l10n';
import { inParallel } from '../../base/inParallel';
import { messageOf } from '../../model/errors';
import type { FileStore, FolderFiles } from '../files';
import { KeyTable } from '../keyTable';
import { lineAgain, linesOf, partOf, placeOf, type Line } from '../lines';
import {
  batched,
  isProblem,
  plainEntry,
  type FileSource,
  type SourceItem,
  type SourceProblem,
} from '../source';
import { type EntryFacts, problemOf, readFacts } from './entryJson';
import { keyOfPath } from './fileNames';
import { indexName } from './folder';
import { headerOf } from './ndjson';

const noIndex = 'no index';

/** Files that are worked on at once. */
const filesAtOnce = 32;
const batchFiles = 256;
const noBytes = new Uint8Array();

/** What is known of a file: that it is no link, that the index names it. */
const listedMark = 1;
const indexedMark = 2;

/** What a place begins with: a line of the index, or a file that the index does not name. */
const inIndex = 'i';
const asFile = 'f';

/** A line of the index: the file of a key, if it has one, and what the file cannot keep. */
interface IndexLine extends EntryFacts {
  readonly file?: string;
}

/**
 * Reads a folder of files: those of its index first, where it has one, each as it is now, then the
 * others, whose keys are their paths. What the index names and is gone is left out.
 */
export class FolderSource implements FileSource {
  readonly repeats = true;

  constructor(
    private readonly files: FileStore,
    private readonly path: string,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<readonly SourceItem[], void, undefined> {
    const marks = new KeyTable();
    for await (const lines of batched(this.indexLines(), batchFiles)) {
      signal.throwIfAborted();
      const inside = this.files.inside(this.path);
      yield await present(lines, (line) => itemOf(line, marks, inside));
    }
    for await (const files of this.others(marks, signal)) {
      const inside = this.files.inside(this.path);
      yield await present(files, (file) => fileAlone(file, inside));
    }
  }

  /** Reads no values, but of what may be a link. */
  async *keys(signal: AbortSignal): AsyncGenerator<readonly string[], void, undefined> {
    const marks = new KeyTable();
    for await (const file of this.files.list(this.path)) {
      marks.set(file, 0, listedMark);
    }
    for await (const lines of batched(this.indexLines(), batchFiles)) {
      signal.throwIfAborted();
      const inside = this.files.inside(this.path);
      yield await present(lines, (line) => keyOf(line, marks, inside));
    }
    for await (const files of this.others(marks, signal)) {
      yield files.map(keyOfPath).filter((key) => key !== undefined);
    }
  }

  /** By the line of the index, or by the path of a file that the index does not name. */
  async readAgain(
    places: readonly string[],
    signal: AbortSignal,
  ): Promise<(SourceItem | undefined)[]> {
    const lines = await this.linesAgain(places.filter((place) => place.startsWith(inIndex)));
    const inside = this.files.inside(this.path);
    const marks = new KeyTable();
    const items: (SourceItem | undefined)[] = places.map(() => undefined);
    await inParallel([...places.entries()], filesAtOnce, async ([at, place]) => {
      signal.throwIfAborted();
      const line = lines.get(place);
      items[at] = place.startsWith(asFile)
        ? await fileAlone(afterMark(place), inside)
        : line && (await itemOf(line, marks, inside));
    });
    return items;
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
    const index = facts ? `${facts.size} ${facts.modified}` : noIndex;
    return `${index} ${names.digest('base64')}`;
  }

  private async linesAgain(places: readonly string[]): Promise<Map<string, Line | undefined>> {
    const index = `${this.path}/${indexName}`;
    if (places.length === 0 || !(await this.files.stat(index))) {
      return new Map();
    }
    const own = places.map(afterMark);
    const parts = await this.files.readParts(index, own.map(partOf));
    return new Map(parts.map((bytes, at) => [places[at] ?? '', lineAgain(bytes, own[at] ?? '')]));
  }

  private async *indexLines(): AsyncGenerator<Line, void, undefined> {
    const index = `${this.path}/${indexName}`;
    if (!(await this.files.stat(index))) {
      return;
    }
    for await (const lines of linesOf(this.files.read(index))) {
      for (const line of lines) {
        if (line.text !== '' && !(line.number === 1 && headerOf(line.text))) {
          yield line;
        }
      }
    }
  }

  /** The files that the index does not name, in a fixed order. */
  private async *others(
    marks: KeyTable,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[], void, undefined> {
    for await (const files of batched(this.files.list(this.path), batchFiles)) {
      signal.throwIfAborted();
      const isOther = (file: string): boolean =>
        !(marks.marksOf(file) & indexedMark) && !isHidden(file);
      yield files.filter(isOther).sort();
    }
  }
}

/** What becomes of each, in the same order, without those of which nothing does. */
async function present<T, R>(
  all: readonly T[],
  of: (one: T) => Promise<R | undefined>,
): Promise<R[]> {
  const results: (R | undefined)[] = [];
  await inParallel([...all.entries()], filesAtOnce, async ([at, one]) => {
    results[at] = await of(one);
  });
  return results.filter((result) => result !== undefined);
}

/** Undefined for the last line, and for a file that is gone. */
async function itemOf(
  line: Line,
  marks: KeyTable,
  inside: FolderFiles,
): Promise<SourceItem | undefined> {
  const read = indexLineOf(line);
  if (!read || 'problem' in read) {
    return read;
  }
  const { file, ...facts } = read.facts;
  const place = inIndex + placeOf(line);
  if (file === undefined) {
    return { ...readFacts(facts), value: noBytes, place };
  }
  marks.set(file, 0, indexedMark);
  const { key } = facts;
  const value = await valueOf(file, inside);
  return typeof value === 'string'
    ? { problem: value, line: line.number, key, file }
    : value && { ...readFacts(facts), value, place };
}

/** A clause for a file that cannot be read. */
async function valueOf(
  file: string,
  inside: FolderFiles,
): Promise<Uint8Array | string | undefined> {
  try {
    const value = await inside.read(file);
    return value === 'outside' ? t('{0} is a link that leads out of this folder', file) : value;
  } catch (error) {
    return messageOf(error);
  }
}

/** The key of an index's line where `itemOf` tells an entry. */
async function keyOf(
  line: Line,
  marks: KeyTable,
  inside: FolderFiles,
): Promise<string | undefined> {
  const read = indexLineOf(line);
  if (!read || 'problem' in read) {
    return undefined;
  }
  const { key, file } = read.facts;
  if (file === undefined || marks.marksOf(file) & listedMark) {
    if (file !== undefined) {
      marks.set(file, 0, indexedMark);
    }
    return key;
  }
  const item = await itemOf(line, marks, inside);
  return item && !isProblem(item) ? item.key : undefined;
}

/** Undefined for the last line, which tells how many there are. */
function indexLineOf({
  text,
  number,
}: Line): { readonly facts: IndexLine } | SourceProblem | undefined {
  const file = indexName;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: t('no JSON: {0}', messageOf(error)), line: number, file };
  }
  if ((json as { end?: unknown } | null)?.end === true) {
    return undefined;
  }
  const problem = problemOf(json) ?? fileProblem(json);
  return problem === undefined ? { facts: json as IndexLine } : { problem, line: number, file };
}

async function fileAlone(file: string, inside: FolderFiles): Promise<SourceItem | undefined> {
  const key = keyOfPath(file);
  if (key === undefined) {
    return { problem: t('the name of the file stands for no key'), file };
  }
  const value = await valueOf(file, inside);
  return typeof value === 'string'
    ? { problem: value, key, file }
    : value && { ...plainEntry(key, value), place: asFile + file };
}

/** An index may come from anywhere: its files are those of its folder, and no others. */
function fileProblem(json: unknown): string | undefined {
  const { file } = json as { readonly file?: unknown };
  return file === undefined || isFolderPath(file)
    ? undefined
    : t('"file" is no path in this folder');
}

/** Whether something is the path of a file in a folder, by its looks. */
export function isFolderPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    !/^[/\\]|^[a-z]:|\\|\0/i.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** Files that systems and editors leave behind, and the index itself. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

function afterMark(place: string): string {
  return place.slice(1);
}
