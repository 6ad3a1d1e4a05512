import type { Event } from '../../../kv/base/event';
import type { Stamp } from '../../../kv/model/stamp';
import type { DocumentId } from '../address/documentId';
import type { EditorText } from './keyDocument';
import type { EditorContent } from './openKey';

/** What editors do with key documents, as far as it matters here; VS Code's text documents. */
export interface KeyEditors {
  find(uri: string): EditorText | undefined;
  /**
   * What an editor saves when it hands over these bytes; undefined when they are not its text: then
   * somebody else writes.
   */
  contentOf(uri: string, bytes: Uint8Array): Promise<EditorContent | undefined>;
  readonly onDidOpen: Event<DocumentId>;
  readonly onDidChange: Event<DocumentId>;
  readonly onDidClose: Event<DocumentId>;
  readonly onWillSave: Event<DocumentId>;
}

/** Remembers, over restarts, which message the unsaved text of a document came from. */
export interface BaseMemory {
  get(uri: string): Stamp | undefined;
  set(uri: string, stamp: Stamp | undefined): void;
}
