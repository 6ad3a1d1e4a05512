import type * as vscode from 'vscode';
import type { ImportOptions, ImportProgress } from '../../kv/transfer/importOptions';
import { contextKeys } from '../contributions';
import { setContext } from '../report';
import type { RunningImports, RunningMark } from './runningImports';

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
  /** Whether the user knows that it was cut off; false while it runs. */
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
  constructor(
    private readonly memory: Pick<vscode.Memento, 'update'> & Kept,
    private readonly running: Pick<RunningImports, 'begin' | 'isRunning'>,
  ) {
    this.tell();
  }

  get all(): readonly BegunImport[] {
    return this.memory.get<readonly BegunImport[]>(place) ?? [];
  }

  /** Those that no window is carrying out now, and those that one is. */
  async sorted(): Promise<{
    readonly cut: readonly BegunImport[];
    readonly running: readonly BegunImport[];
  }> {
    const { all } = this;
    const isRunning = await Promise.all(all.map(({ id }) => this.running.isRunning(id)));
    return {
      cut: all.filter((_, at) => !isRunning[at]),
      running: all.filter((_, at) => isRunning[at]),
    };
  }

  /** Tells all windows that a run is under way; undefined when it is already. */
  begin(id: string): Promise<RunningMark | undefined> {
    return this.running.begin(id);
  }

  /** Notes how far an import has come, in the place of what was noted of it before. */
  async note(begun: BegunImport): Promise<void> {
    const others = this.all.filter(({ id }) => id !== begun.id);
    await this.keep([begun, ...others].slice(0, most));
  }

  /** Imports that were cut off by the end of a window; told once. */
  async takeUntold(): Promise<readonly BegunImport[]> {
    const untold = (await this.sorted()).cut.filter(({ isTold }) => !isTold);
    if (untold.length > 0) {
      const told = new Set(untold.map(({ id }) => id));
      const marked = this.all.map((one) => (told.has(one.id) ? { ...one, isTold: true } : one));
      await this.keep(marked);
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
