import type * as vscode from 'vscode';
import type { ImportOptions, ImportProgress } from '../../kv/transfer/importOptions';
import { contextKeys } from '../contributions';
import { setContext } from '../report';

/** How the file or folder of an import is read. */
export type SourceForm =
  'ndjson' | 'folder' | 'json' | 'jsonNested' | 'yaml' | 'yamlNested' | 'csv' | 'dotenv';

/** An import that was begun and has not come to its end. Neither keys nor values are in it. */
export interface BegunImport extends ImportProgress {
  readonly id: string;
  readonly connectionId: string;
  readonly bucket: string;
  /** The file or folder. */
  readonly uri: string;
  readonly form: SourceForm;
  readonly options: ImportOptions;
  readonly fingerprint: string;
  /** Entries of the source. */
  readonly entries: number;
  /** False while it runs: it was cut off when a window finds it so. */
  readonly isTold: boolean;
}

const place = 'natsKv.imports';
interface Kept {
  get<T>(key: string): T | undefined;
}

/** Older ones are given up. */
const most = 20;

/** Owns the imports of this workspace that can be gone on with; changes only through its methods. */
export class ImportJournal {
  constructor(private readonly memory: Pick<vscode.Memento, 'update'> & Kept) {
    this.tell();
  }

  get all(): readonly BegunImport[] {
    return this.memory.get<readonly BegunImport[]>(place) ?? [];
  }

  /** Notes how far an import has come, in the place of what was noted of it before. */
  async note(begun: BegunImport): Promise<void> {
    const others = this.all.filter(({ id }) => id !== begun.id);
    await this.keep([begun, ...others].slice(0, most));
  }

  /** Imports that were cut off by the end of a window; told once. */
  async takeUntold(): Promise<readonly BegunImport[]> {
    const untold = this.all.filter(({ isTold }) => !isTold);
    if (untold.length > 0) {
      await this.keep(this.all.map((begun) => ({ ...begun, isTold: true })));
    }
    return untold;
  }

  async forget(id: string): Promise<void> {
    await this.keep(this.all.filter((one) => one.id !== id));
  }

  private async keep(all: readonly BegunImport[]): Promise<void> {
    await this.memory.update(place, all);
    this.tell();
  }

  private tell(): void {
    setContext(contextKeys.canResumeImport, this.all.length > 0);
  }
}
