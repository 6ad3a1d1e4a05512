import type { DocumentId } from '../address/documentId';
import type { SaveQuestion } from './savePlan';
import type { Version } from './version';

/** What opening and saving asks the user, and has to know of the window. URIs as text. */
export interface SaveDialogs {
  /** Whether the user agrees; nobody is asked in the middle of typing. `latest`: what the server has. */
  ask(id: DocumentId, question: SaveQuestion, latest: Version): Promise<boolean>;
  /** What a schema has against the content, as a clause. */
  schemaProblem(id: DocumentId, content: Uint8Array): Promise<string | undefined>;
  /** Whether a large value shall be opened all the same. Sizes in bytes. */
  mayOpen(id: DocumentId, size: number): Promise<boolean>;
  /** Saves once more, now that `stat` shows the conflict, so that VS Code offers what to do. */
  saveAgain(uri: string): Promise<unknown>;
  /** Whether a comparison of this document is open. */
  isCompared(uri: string): boolean;
  /** Whether a tab is of this document though no text of it is there: VS Code says that it found none. */
  isUnfound(uri: string): boolean;
  /** Why this save must not happen now, or undefined when it may. */
  refusal(uri: string): string | undefined;
  /** The save, or the write of whoever else, has ended. */
  saveEnded(uri: string): void;
  /** Tells that a save replaced what nobody had seen: the bucket was made again a moment before. */
  tellUnseen(id: DocumentId, revision: number): void;
}
