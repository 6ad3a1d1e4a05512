import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import type { Entry } from '../../kv/model/entry';
import { printOf } from './madeTexts';

/** An entry as it is kept: its value in base64. */
type KeptEntry = Omit<Entry, 'value'> & { readonly base64: string };

interface Kept {
  readonly bucketCreated: number;
  readonly revision: number;
  readonly entries: readonly KeptEntry[];
}

/** Texts by their prints, and what they were made of. */
export interface KeptTexts {
  readonly prints: readonly string[];
  readonly base: KeysAt;
}

/** What texts were made of, in a file of its own, and the prints of those texts, the last one first. */
interface Version {
  readonly file: string;
  readonly prints: readonly string[];
  /** Undefined for one of before the restart. */
  readonly base?: KeysAt;
}

/** Texts that are kept of one version: what VS Code backed up may not be the last, and Undo brings back others. */
const mostTexts = 64;
/** Versions that are kept of one document, the last ones. */
const mostVersions = 16;

const encoder = new TextEncoder();

/**
 * Owns what texts of unsaved documents of keys were made of, over restarts, in files of the extension's storage;
 * changes only through `keep` and `forget`. A text is found again by what it is: one that is not known is made
 * of nothing known.
 */
export class ManyKeysMemory {
  private readonly kept = new Map<string, readonly Version[]>();
  private readonly waiting = new Set<string>();
  private count = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly folder: vscode.Uri) {}

  /** What the texts of a document were made of, each with their prints; those of the last one first. */
  async find(document: string): Promise<KeptTexts[]> {
    await this.last;
    const versions = this.kept.get(document) ?? (await this.readIndex(document));
    // So that it is forgotten with its document.
    this.kept.set(document, versions);
    const found: KeptTexts[] = [];
    for (const { prints, file, base } of versions) {
      const read = base ?? (await this.readBase(file));
      if (read) {
        found.push({ prints, base: read });
      }
    }
    return found;
  }

  /** Says what a text is made of. One file is written after the other. */
  keep(document: string, text: string, base: KeysAt): Promise<void> {
    const versions = this.kept.get(document) ?? [];
    const known = versions.find((each) => each.base === base);
    const print = printOf(text);
    if (known === versions[0] && known?.prints[0] === print) {
      return this.last;
    }
    const file = known?.file ?? `${nameOf(document)}.${Date.now()}.${this.count++}.json`;
    const others = versions.filter((each) => each !== known);
    this.kept.set(
      document,
      limited([{ file, base, prints: [print, ...(known?.prints ?? [])] }, ...others]),
    );
    const content = known ? undefined : contentOf(base);
    if (content) {
      const written = this.queue(() => this.write(file, content));
      const indexed = this.writeIndex(document);
      return Promise.all([written, indexed]).then(() => undefined);
    }
    return this.writeIndex(document);
  }

  forget(document: string): Promise<void> {
    const versions = this.kept.get(document);
    if (!versions) {
      return this.last;
    }
    this.kept.delete(document);
    return this.queue(async () => {
      await this.remove(indexOf(document));
      await this.removeAll(versions.map(({ file }) => file));
    });
  }

  /** The index is written as it is by the time that its turn comes; what it does not name goes. */
  private writeIndex(document: string): Promise<void> {
    if (this.waiting.has(document)) {
      return this.last;
    }
    this.waiting.add(document);
    let written: readonly Version[] = [];
    return this.queue(async () => {
      this.waiting.delete(document);
      const before = await this.readIndex(document);
      written = this.kept.get(document) ?? [];
      const index = written.map(({ file, prints }) => ({ file, prints }));
      await this.write(indexOf(document), encoder.encode(JSON.stringify(index)));
      const named = new Set(written.map(({ file }) => file));
      await this.removeAll(before.map(({ file }) => file).filter((file) => !named.has(file)));
    });
  }

  private async readIndex(document: string): Promise<Version[]> {
    return ((await this.readJson(indexOf(document))) as Version[] | undefined) ?? [];
  }

  private async readBase(file: string): Promise<KeysAt | undefined> {
    const kept = (await this.readJson(file)) as Kept | undefined;
    if (!kept) {
      return undefined;
    }
    const { bucketCreated, revision } = kept;
    const entries = kept.entries.map(({ base64, ...entry }): [string, Entry] => [
      entry.key,
      { ...entry, value: new Uint8Array(Buffer.from(base64, 'base64')) },
    ]);
    return { bucketCreated, revision, entries: new Map(entries) };
  }

  /** Undefined for a file that is not there, or was cut off. */
  private async readJson(file: string): Promise<unknown> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.uriOf(file));
      return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  private async write(file: string, content: Uint8Array): Promise<void> {
    await vscode.workspace.fs.writeFile(this.uriOf(file), content);
  }

  private async removeAll(files: readonly string[]): Promise<void> {
    for (const file of files) {
      await this.remove(file);
    }
  }

  private async remove(file: string): Promise<void> {
    try {
      await vscode.workspace.fs.delete(this.uriOf(file));
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
    }
  }

  private queue(run: () => Promise<void>): Promise<void> {
    const next = this.last.then(run);
    this.last = next.catch(() => undefined);
    return next;
  }

  private uriOf(file: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, 'unsavedKeys', file);
  }
}

function limited(versions: readonly Version[]): Version[] {
  const seen = new Set<string>();
  return versions
    .slice(0, mostVersions)
    .map((version) => {
      const prints = version.prints.filter((each) => !seen.has(each)).slice(0, mostTexts);
      prints.forEach((each) => seen.add(each));
      return { ...version, prints };
    })
    .filter(({ prints }) => prints.length > 0);
}

function contentOf({ bucketCreated, revision, entries }: KeysAt): Uint8Array {
  const kept: Kept = {
    bucketCreated,
    revision,
    entries: [...entries.values()].map(({ value, ...entry }) => ({
      ...entry,
      base64: Buffer.from(value).toString('base64'),
    })),
  };
  return encoder.encode(JSON.stringify(kept));
}

function nameOf(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

function indexOf(document: string): string {
  return `${nameOf(document)}.json`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FileNotFound';
}
