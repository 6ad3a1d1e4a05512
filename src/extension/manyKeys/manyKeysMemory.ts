import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import type { Entry } from '../../kv/model/entry';

/** An entry as it is kept: its value in base64. */
type KeptEntry = Omit<Entry, 'value'> & { readonly base64: string };

interface Kept {
  readonly bucketCreated: number;
  readonly revision: number;
  readonly entries: readonly KeptEntry[];
}

/**
 * Owns what unsaved documents of keys were made of, over restarts, a file each in the extension's storage;
 * changes only through `keep` and `forget`.
 */
export class ManyKeysMemory {
  private readonly kept = new Map<string, KeysAt>();
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly folder: vscode.Uri) {}

  /** What a document was made of; undefined where that is not known. */
  async find(document: string): Promise<KeysAt | undefined> {
    await this.last;
    try {
      const bytes = await vscode.workspace.fs.readFile(this.fileOf(document));
      const { bucketCreated, revision, entries } = JSON.parse(
        new TextDecoder().decode(bytes),
      ) as Kept;
      const all = entries.map(({ base64, ...entry }): [string, Entry] => [
        entry.key,
        { ...entry, value: new Uint8Array(Buffer.from(base64, 'base64')) },
      ]);
      const base = { bucketCreated, revision, entries: new Map(all) };
      // So that it is forgotten with its document.
      this.kept.set(document, base);
      return base;
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  /** One file is written after the other. */
  keep(document: string, base: KeysAt): Promise<void> {
    if (this.kept.get(document) === base) {
      return this.last;
    }
    this.kept.set(document, base);
    const entries = [...base.entries.values()].map(({ value, ...entry }) => ({
      ...entry,
      base64: Buffer.from(value).toString('base64'),
    }));
    const kept: Kept = { ...base, entries };
    const content = new TextEncoder().encode(JSON.stringify(kept));
    return this.queue(async () => {
      await vscode.workspace.fs.writeFile(this.fileOf(document), content);
    });
  }

  forget(document: string): Promise<void> {
    if (!this.kept.delete(document)) {
      return this.last;
    }
    return this.queue(async () => {
      await vscode.workspace.fs.delete(this.fileOf(document));
    });
  }

  private queue(run: () => Promise<void>): Promise<void> {
    const next = this.last.then(run);
    this.last = next.catch(() => undefined);
    return next;
  }

  private fileOf(document: string): vscode.Uri {
    const name = createHash('sha256').update(document).digest('hex');
    return vscode.Uri.joinPath(this.folder, 'unsavedKeys', `${name}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FileNotFound';
}
