import type { Event } from '../../../kv/base/event';
import type { DocumentId } from '../address/documentId';
import type { EditorText } from './keyDocument';

/** What editors do with key documents, as far as it matters here; VS Code's text documents. */
export interface KeyEditors {
  find(uri: string): EditorText | undefined;
  readonly onDidOpen: Event<DocumentId>;
  readonly onDidChange: Event<DocumentId>;
  readonly onDidClose: Event<DocumentId>;
  readonly onWillSave: Event<DocumentId>;
}

/** Remembers, over restarts, which revision the unsaved text of a document came from. */
export interface BaseMemory {
  get(uri: string): number | undefined;
  set(uri: string, revision: number | undefined): void;
}
