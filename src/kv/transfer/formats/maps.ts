import { type Node, parseTree } from 'jsonc-parser';
import {
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node as YamlNode,
  type YAMLMap,
} from 'yaml';
import { t } from '../../base/l10n';
import { KvError, messageOf } from '../../model/errors';
import { exactNumber } from '../../values/exactJson';
import { scanJson } from '../../values/scanJson';
import { fingerprintOf } from '../fingerprint';
import type { FileStore } from '../files';
import { batched, isProblem, plainEntry, type FileSource, type SourceItem } from '../source';
import { minified } from './jsonText';
import { lineFinder, wholeText } from './wholeText';

/** What reads the whole text of a file into entries. Throws `invalidConfig`, with the line. */
export type TextReader = (text: string) => Iterable<SourceItem>;

/** Values that are kept until the file changes, in bytes of its text. */
const mostKept = 32 * 1024 * 1024;

/** A file that is read as a whole. An entry is found again by its number. */
export class TextSource implements FileSource {
  readonly repeats = false;
  private kept: { readonly of: string; readonly items: readonly SourceItem[] } | undefined;
  /** One text is in memory at a time. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly files: FileStore,
    private readonly path: string,
    private readonly readText: TextReader,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<readonly SourceItem[], void, undefined> {
    const text = await wholeText(this.files, this.path);
    signal.throwIfAborted();
    yield* batched(placed(this.readText(text)));
  }

  async readAgain(
    places: readonly string[],
    signal: AbortSignal,
  ): Promise<(SourceItem | undefined)[]> {
    const items = this.reading.then(() => this.allAgain(signal));
    this.reading = items.catch(() => undefined);
    const all = await items;
    return places.map((place) => all[Number(place)]);
  }

  private async allAgain(signal: AbortSignal): Promise<readonly SourceItem[]> {
    signal.throwIfAborted();
    const of = await this.fingerprint();
    if (this.kept?.of === of) {
      return this.kept.items;
    }
    const text = await wholeText(this.files, this.path);
    const items = [...placed(this.readText(text))];
    this.kept = text.length <= mostKept ? { of, items } : undefined;
    return items;
  }

  fingerprint(): Promise<string> {
    return fingerprintOf(this.files, this.path);
  }
}

function* placed(items: Iterable<SourceItem>): Generator<SourceItem> {
  let at = 0;
  for (const item of items) {
    const place = String(at++);
    yield isProblem(item) ? item : { ...item, place };
  }
}

/**
 * Reads a map of keys in JSON: texts are values as they are, everything else its JSON, minified.
 * `nested`: an object that is not empty holds the keys that go on after a dot.
 */
export function readJsonMap(nested: boolean): TextReader {
  return function* (text) {
    const lineAt = lineFinder(text);
    const tokens = scanJson(text);
    if (tokens.kind === 'invalid') {
      const { problem, offset } = tokens;
      throw new KvError('invalidConfig', t('line {0}: {1}', lineAt(offset), problem));
    }
    const root = treeOf(text);
    if (root?.type !== 'object') {
      throw new KvError(
        'invalidConfig',
        t('line 1: an object is expected, with keys as its names'),
      );
    }
    yield* jsonLeaves(root, '', text, nested, lineAt);
  };
}

function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text);
  } catch (error) {
    // Its parser takes a turn of the stack for each level.
    throw new KvError('invalidConfig', t('the file is nested too deeply'), { cause: error });
  }
}

function* jsonLeaves(
  object: Node,
  start: string,
  text: string,
  nested: boolean,
  lineAt: (offset: number) => number,
): Generator<SourceItem> {
  for (const { children: [name, value] = [], offset } of object.children ?? []) {
    if (!name || !value) {
      continue;
    }
    const key = `${start}${String(name.value)}`;
    const line = lineAt(offset);
    if (nested && value.type === 'object' && (value.children?.length ?? 0) > 0) {
      yield* jsonLeaves(value, `${key}.`, text, nested, lineAt);
    } else if (value.type === 'string') {
      yield plainEntry(key, bytesOf(String(value.value)), line);
    } else {
      const tokens = scanJson(text.slice(value.offset, value.offset + value.length));
      yield tokens.kind === 'json'
        ? plainEntry(key, bytesOf(minified(tokens)), line)
        : { problem: tokens.problem, line, key };
    }
  }
}

/** The same in YAML 1.2. */
export function readYamlMap(nested: boolean): TextReader {
  return function* (text) {
    const lines = new LineCounter();
    const lineAt = (offset: number): number => lines.linePos(offset).line;
    const document = parseDocument(text, {
      lineCounter: lines,
      intAsBigInt: true,
      uniqueKeys: false,
      prettyErrors: false,
    });
    const [error] = document.errors;
    if (error) {
      const line = lineAt(error.pos[0]);
      throw new KvError('invalidConfig', t('line {0}: {1}', line, firstLine(error.message)));
    }
    const root: unknown = document.contents;
    if (root === null) {
      return;
    }
    if (!isMap(root)) {
      throw new KvError('invalidConfig', t('line 1: a map is expected, with keys as its names'));
    }
    yield* yamlLeaves(root, '', document, nested, lineAt);
  };
}

function* yamlLeaves(
  map: YAMLMap,
  start: string,
  document: Document,
  nested: boolean,
  lineAt: (offset: number) => number,
): Generator<SourceItem> {
  for (const { key: name, value } of map.items as { key: unknown; value: YamlNode | null }[]) {
    const line = lineAt((name as YamlNode | null)?.range?.[0] ?? 0);
    if (!isScalar(name)) {
      yield { problem: t('a text is expected as the name'), line };
      continue;
    }
    const key = `${start}${name.source ?? String(name.value)}`;
    if (nested && isMap(value) && value.items.length > 0) {
      yield* yamlLeaves(value, `${key}.`, document, nested, lineAt);
      continue;
    }
    try {
      yield plainEntry(key, yamlBytes(value, document), line);
    } catch (error) {
      yield { problem: firstLine(messageOf(error)), line, key };
    }
  }
}

function yamlBytes(node: YamlNode | null, document: Document): Uint8Array {
  const value: unknown = node?.toJS(document) ?? null;
  if (value instanceof Uint8Array) {
    return value;
  }
  const toJson = (_: string, one: unknown): unknown =>
    typeof one === 'bigint' ? exactNumber(one) : one;
  return bytesOf(typeof value === 'string' ? value : JSON.stringify(value, toJson));
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/[.:]$/, '');
}
