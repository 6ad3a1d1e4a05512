import { sameLineEnds, textOf } from '../../../../src/kv/values/textForm';
import type { EditorContent } from '../../../../src/extension/documents/model/editorText';
import { Emitter } from '../../../../src/kv/base/event';
import type { EditorText } from '../../../../src/extension/documents/model/editorText';
import type { DocumentId } from '../../../../src/extension/documents/address/documentId';
import type {
  BaseMemory,
  KeyEditors,
  RememberedBase,
} from '../../../../src/extension/documents/model/keyEditors';
import type { KeyAddress } from '../../../../src/kv/model/keyAddress';
import type { Variant } from '../../../../src/extension/documents/address/keyUri';

export function idOf(
  key: string,
  address: Partial<KeyAddress> = {},
  variant?: Variant,
): DocumentId {
  const full = { connectionId: 'local', bucket: 'B', key, ...address };
  const query = variant ? `?${variant}` : '';
  return {
    uri: `natskv://${full.connectionId}/${full.bucket}/${key}${query}`,
    address: full,
    variant,
  };
}

/** Text editors in memory; the test plays the user and VS Code. */
export class FakeEditors implements KeyEditors {
  private readonly texts = new Map<string, EditorText>();
  private readonly ids = new Map<string, DocumentId>();
  private readonly opened = new Emitter<DocumentId>();
  private readonly changed = new Emitter<DocumentId>();
  private readonly closed = new Emitter<DocumentId>();
  private readonly saving = new Emitter<DocumentId>();
  readonly onDidOpen = this.opened.event;
  readonly onDidChange = this.changed.event;
  readonly onDidClose = this.closed.event;
  readonly onWillSave = this.saving.event;

  all(): DocumentId[] {
    return [...this.ids.values()];
  }

  find(uri: string): EditorText | undefined {
    return this.texts.get(uri);
  }

  contentOf(uri: string, bytes: Uint8Array): Promise<EditorContent | undefined> {
    const text = this.texts.get(uri)?.text;
    const isText = text !== undefined && sameLineEnds(text) === textOf(bytes);
    return Promise.resolve(isText ? { bytes, encoding: undefined } : undefined);
  }

  open(id: DocumentId, text: string, dirty = false): void {
    this.texts.set(id.uri, { text, dirty });
    this.ids.set(id.uri, id);
    this.opened.fire(id);
  }

  set(id: DocumentId, text: string, dirty: boolean): void {
    this.texts.set(id.uri, { text, dirty });
    this.changed.fire(id);
  }

  close(id: DocumentId): void {
    this.texts.delete(id.uri);
    this.ids.delete(id.uri);
    this.closed.fire(id);
  }

  willSave(id: DocumentId): void {
    this.saving.fire(id);
  }
}

export class FakeMemory implements BaseMemory {
  readonly stamps = new Map<string, RememberedBase>();

  get(uri: string): RememberedBase | undefined {
    return this.stamps.get(uri);
  }

  set(uri: string, stamp: RememberedBase | undefined): void {
    if (stamp === undefined) {
      this.stamps.delete(uri);
    } else {
      this.stamps.set(uri, stamp);
    }
  }
}
