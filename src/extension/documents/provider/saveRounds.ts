import { DisposableStore, type Disposable } from '../../../kv/base/event';
import type { DocumentId } from '../address/documentId';
import type { KeyEditors } from '../model/keyEditors';
import type { PutTogether } from '../model/putTogether';
import type { PartEnd, SharedSave } from './sharedSave';

export interface SaveRoundParts {
  readonly editors: Pick<KeyEditors, 'onWillSave' | 'onDidClose'>;
  /** Whether the save of a document (by URI) that begins was asked for by the user. */
  readonly isManual: (uri: string) => boolean;
  /**
   * How documents of one bucket are written that are saved at once: as one change, or each by itself
   * where undefined. Throws where none of them shall be written.
   */
  readonly choose: (ids: readonly DocumentId[]) => Promise<SharedSave | undefined>;
  readonly now?: () => number;
}

interface Round {
  readonly ids: Map<string, DocumentId>;
  /** Made by a command, which knows what is in it. */
  readonly isNamed: boolean;
  /** Those that VS Code gave up before their text was handed over. */
  readonly failed: Set<string>;
  takesMore: boolean;
  joinedAt: number;
  shared: Promise<SharedSave | undefined> | undefined;
}

/** A pause after which what begins to be saved is another round: one that came to nothing ends untold. */
const pauseMs = 1_000;

/**
 * Owns which documents are saved at once; changes only through its methods and the saves that begin.
 *
 * VS Code's Save All begins the saves of all editors before the first of them is written: each tells
 * that it will be saved, and only the answer to that lets it go on. So the documents of a bucket that
 * were told of when the first of them is written, or is refused by VS Code's guard, are one round. One
 * that a slow save participant holds back longer is saved by itself, as it always was.
 */
export class SaveRounds implements Disposable {
  private readonly store = new DisposableStore();
  /** By document, until its text is handed over. */
  private readonly rounds = new Map<string, Round>();
  /** The last of each bucket. */
  private readonly last = new Map<string, Round>();
  private readonly now: () => number;

  constructor(private readonly parts: SaveRoundParts) {
    this.now = parts.now ?? Date.now;
    this.store.add(parts.editors.onWillSave((id) => this.begins(id)));
    this.store.add(parts.editors.onDidClose(({ uri }) => void this.rounds.delete(uri)));
  }

  /** Says that these documents are about to be saved as this change, until it is disposed of. */
  open(ids: readonly DocumentId[], shared: SharedSave): Disposable {
    const round = { ...newRound(true, this.now()), shared: Promise.resolve(shared) };
    ids.forEach((id) => {
      round.ids.set(id.uri, id);
      this.rounds.set(id.uri, round);
    });
    return {
      dispose: () =>
        ids.forEach(({ uri }) => this.rounds.get(uri) === round && this.rounds.delete(uri)),
    };
  }

  /** Says that VS Code refuses to save a document because of what the server has: others may go on. */
  refused(uri: string): void {
    const round = this.rounds.get(uri);
    if (round) {
      round.takesMore = false;
    }
  }

  /** Says that VS Code gives a save up before it hands over the text. */
  failed(uri: string): void {
    const round = this.rounds.get(uri);
    if (round) {
      this.rounds.delete(uri);
      round.takesMore = false;
      round.failed.add(uri);
      round.shared?.then(
        (shared) => shared?.left(uri, 'failed'),
        () => undefined,
      );
    }
  }

  /**
   * The change that the text of a document is part of, which has just been handed over; undefined where
   * it is written by itself. Throws where it shall not be written.
   */
  async take({ uri }: DocumentId): Promise<SharedPart | undefined> {
    const round = this.rounds.get(uri);
    this.rounds.delete(uri);
    if (!round) {
      return undefined;
    }
    round.takesMore = false;
    if (round.ids.size < 2 && !round.isNamed) {
      return undefined;
    }
    round.shared ??= this.choose(round);
    const shared = await round.shared;
    shared?.arrived(uri);
    return (
      shared && {
        put: (put) => shared.put(uri, put),
        left: (end: PartEnd) => shared.left(uri, end),
      }
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private async choose({ ids, failed }: Round): Promise<SharedSave | undefined> {
    const shared = await this.parts.choose([...ids.values()]);
    failed.forEach((uri) => shared?.left(uri, 'failed'));
    return shared;
  }

  private begins(id: DocumentId): void {
    if (this.rounds.get(id.uri)?.isNamed) {
      return;
    }
    this.rounds.delete(id.uri);
    if (!this.parts.isManual(id.uri)) {
      return;
    }
    const now = this.now();
    const place = `${id.address.connectionId}/${id.address.bucket}`;
    const last = this.last.get(place);
    const isOver = !last?.takesMore || now - last.joinedAt > pauseMs;
    const round = isOver ? newRound(false, now) : last;
    this.last.set(place, round);
    this.rounds.set(id.uri, round);
    round.ids.set(id.uri, id);
    round.joinedAt = now;
  }
}

/** A document's part of a change that is written as one. */
export interface SharedPart {
  readonly put: PutTogether;
  readonly left: (end: PartEnd) => void;
}

function newRound(isNamed: boolean, now: number): Round {
  return {
    ...{ ids: new Map<string, DocumentId>(), failed: new Set<string>(), isNamed },
    ...{ takesMore: !isNamed, joinedAt: now, shared: undefined },
  };
}
