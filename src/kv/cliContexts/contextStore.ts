import { basename, dirname } from 'node:path';
import { t } from '../base/l10n';
import type { Disposable, Observable } from '../base/event';
import { ObservableValue } from '../base/event';
import { naturalOrder } from '../base/naturalOrder';
import {
  type ContextFile,
  contextFileIn,
  type ContextPaths,
  contextPathsOf,
  pathProblems,
  readContextFile,
  readContextFiles,
  readSelection,
  type Selection,
} from './contextFolder';
import { contextFileIdOf, contextIdOf } from './contextId';
import { FolderWatch, type WatchTarget } from './folderWatch';
import { brokenContext, type CliContext, type ContextIdentity, parseContext } from './parseContext';
import type { Surroundings } from './surroundings';

/** What is on disk, as far as it can be read. */
export interface ContextState {
  /** In natural order of their names. One that did not change stays the same object. */
  readonly contexts: readonly CliContext[];
  /** What is wrong with the folder or the selection, a sentence each; never with one context. */
  readonly problems: readonly string[];
}

/** A context with what it was made from. */
interface Loaded {
  /** Text and identity of the file; the same source gives the same object. */
  readonly source: string;
  readonly context: CliContext;
}

/** `nats context add` and `select` write several files at once. */
const defaultDelayMs = 150;

/**
 * Owns the contexts of the `nats` CLI as they stand on disk; changes only through `refresh` and what
 * the watched folders tell. They are read, never written.
 */
export class ContextStore implements Observable<ContextState>, Disposable {
  private readonly value = new ObservableValue<ContextState>({ contexts: [], problems: [] });
  /** Truly private, since it holds the texts of the files. */
  #loaded = new Map<string, Loaded>();
  private readonly paths: ContextPaths;
  private readonly watch = new FolderWatch(() => this.schedule());
  private loading: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watching = false;
  private disposed = false;

  readonly onDidChange = this.value.onDidChange;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly delayMs = defaultDelayMs,
  ) {
    this.paths = contextPathsOf(surroundings);
  }

  get current(): ContextState {
    return this.value.current;
  }

  /** Reads the contexts and follows them from now on. */
  start(): Promise<void> {
    this.watching = true;
    return this.refresh();
  }

  /** Reads the contexts anew. Resolves when they are there; what went wrong is in `current`. */
  refresh(): Promise<void> {
    this.loading = this.loading.then(() => this.load());
    return this.loading;
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.watch.dispose();
    this.value.dispose();
  }

  /** The first change starts the time, so that a folder that never rests is read all the same. */
  private schedule(): void {
    if (!this.disposed && this.timer === undefined) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.refresh();
      }, this.delayMs);
      this.timer.unref();
    }
  }

  private async load(): Promise<void> {
    if (this.disposed) {
      return;
    }
    // Watched before it is read, so that nothing happens in between.
    const unwatched = this.watching ? await this.watch.follow(this.targets()) : [];
    const { selection, problems } = await readSelection(this.paths, this.surroundings.env);
    const folder = await readContextFiles(this.paths.contexts);
    const single = selection.kind === 'file' ? await readContextFile(selection.path) : undefined;
    if (this.disposed) {
      return;
    }
    const files = [...folder.files, ...(single ? [single] : [])];
    this.adopt(files, selection, [
      ...pathProblems(this.surroundings),
      ...folder.problems,
      ...problems,
      ...unwatched,
    ]);
  }

  private targets(): WatchTarget[] {
    const { folder, contexts, selected } = this.paths;
    const single = contextFileIn(this.surroundings.env);
    return [
      { folder, names: [basename(contexts), basename(selected)] },
      { folder: contexts },
      ...(single === undefined ? [] : [{ folder: dirname(single), names: [basename(single)] }]),
    ];
  }

  private adopt(files: readonly ContextFile[], selection: Selection, problems: string[]): void {
    const compare = naturalOrder();
    const sorted = [...files].sort((a, b) => compare(a.name, b.name) || compare(a.path, b.path));
    const before = this.#loaded;
    this.#loaded = new Map(
      sorted.map((file) => [file.path, this.toLoaded(file, selection, before)]),
    );
    const contexts = [...this.#loaded.values()].map(({ context }) => context);
    const state = { contexts, problems: [...problems, ...selectionProblems(selection, contexts)] };
    if (!isSame(state, this.current)) {
      this.value.set(state);
    }
  }

  private toLoaded(
    file: ContextFile,
    selection: Selection,
    all: ReadonlyMap<string, Loaded>,
  ): Loaded {
    const identity = identityOf(file, this.paths.contexts, selection);
    const source = JSON.stringify([file, identity]);
    const before = all.get(file.path);
    if (before?.source === source) {
      return before;
    }
    const context =
      'problem' in file
        ? brokenContext(identity, file.problem)
        : parseContext(file.text, file.path, identity, this.surroundings);
    return { source, context };
  }
}

/** A file outside the folder may have the name of one inside, but never its id. */
function identityOf(
  { name, path }: ContextFile,
  folder: string,
  selection: Selection,
): ContextIdentity {
  const isInFolder = dirname(path) === folder;
  const selected =
    selection.kind === 'file'
      ? path === selection.path
      : selection.kind === 'name' && isInFolder && name === selection.name;
  const id = isInFolder ? contextIdOf(name) : contextFileIdOf(path, name);
  return { id, name, source: 'context', ...(selected && { selected }) };
}

function selectionProblems(selection: Selection, contexts: readonly CliContext[]): string[] {
  if (selection.kind === 'none' || contexts.some(({ config }) => config.selected)) {
    return [];
  }
  return selection.kind === 'file'
    ? [t('NATS_CONTEXT names {0}, which is not there; correct or unset it.', selection.path)]
    : [
        t(
          '{0} selects the context "{1}", which does not exist; select another.',
          selection.from,
          selection.name,
        ),
      ];
}

function isSame(a: ContextState, b: ContextState): boolean {
  const areEqual = (left: readonly unknown[], right: readonly unknown[]): boolean =>
    left.length === right.length && left.every((each, at) => each === right[at]);
  return areEqual(a.contexts, b.contexts) && areEqual(a.problems, b.problems);
}
