import type { Event } from '../../../kv/base/event';
import type { Ttl } from '../../../kv/model/entry';
import type { Stamp } from '../../../kv/model/stamp';
import type { DocumentId } from '../address/documentId';
import type { EditorContent, EditorText } from './editorText';

/** What editors do with key documents, as far as it matters here; VS Code's text documents. */
export interface KeyEditors {
  /** The keys that are in editors now. */
  all(): DocumentId[];
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

/**
 * What an unsaved text came from: a message, with which it may have been merged, or nothing where it
 * is to become a key; then with the TTL that its first value gets. `shown`: where a codec made the text that
 * was shown, a digest of that; no other text of the same message is what the unsaved one was made of.
 */
export type RememberedBase = (
  (Stamp & { readonly isMerged?: boolean }) | { readonly draft: { readonly ttl: Ttl | undefined } }
) & { readonly shown?: string };

/** Remembers, over restarts, what the unsaved text of a document came from. */
export interface BaseMemory {
  get(uri: string): RememberedBase | undefined;
  set(uri: string, base: RememberedBase | undefined): void;
}
