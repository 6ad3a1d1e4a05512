import { sameBytes } from '../../../../src/kv/base/bytes';
import { KeyDocument } from '../../../../src/extension/documents/model/keyDocument';
import type { EditorText } from '../../../../src/extension/documents/model/editorText';
import { valueView } from '../../../../src/extension/documents/model/valueView';
import type { DocumentStat } from '../../../../src/extension/documents/model/version';
import type { Entry } from '../../../../src/kv/model/entry';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Values as they are shown by default. */
export const plainView = valueView(undefined, () => ({ format: true, keepFinalNewline: true }));

/** A key on a server, written by compare-and-swap and by strangers. */
export class SimulatedServer {
  private readonly log: Entry[] = [];

  get last(): Entry | undefined {
    return this.log.at(-1);
  }

  write(stored: string | Uint8Array, operation: Entry['operation'] = 'PUT'): Entry {
    const revision = this.log.length + 1;
    const bytes = typeof stored === 'string' ? encode(stored) : stored;
    const value = operation === 'PUT' ? bytes : new Uint8Array();
    // Half of the writes share a millisecond with their predecessor.
    const created = 1_000 + Math.floor(revision / 2);
    const entry: Entry = {
      key: 'k',
      revision,
      operation,
      created,
      size: value.length,
      value,
      headers: [],
    };
    this.log.push(entry);
    return entry;
  }

  /** The new revision, or undefined when the last one is not the expected one. */
  swap(bytes: Uint8Array, expected: number): Entry | undefined {
    return (this.last?.revision ?? 0) === expected ? this.write(bytes) : undefined;
  }

  valueAt(revision: number): Uint8Array | undefined {
    const entry = this.log[revision - 1];
    return entry?.operation === 'PUT' ? entry.value : undefined;
  }

  textAt(revision: number): string | undefined {
    const value = this.valueAt(revision);
    return value && decode(value);
  }
}

export type SaveEnd = 'clean' | 'saved' | 'refused' | 'conflict' | 'declined' | 'invalid';

/** What VS Code's save participants do to a text. */
export type Participant = (text: string) => string;

export const addsFinalNewline: Participant = (text) => (text.endsWith('\n') ? text : `${text}\n`);
export const trims: Participant = (text) => text.replace(/[ \t]+$/gm, '').replace(/\n+$/, '\n');

/**
 * A text editor on one key the way VS Code has it: it loads by `stat` and `readFile`, refuses a save
 * when `stat` shows a later mtime and another size than it knows, and takes Overwrite past that.
 * `seen` are the revisions that the user has looked at or was told of.
 */
export class SimulatedEditor {
  document: KeyDocument;
  readonly seen = new Set<number>();
  text = '';
  dirty = false;
  private known: DocumentStat | undefined;

  constructor(
    private readonly server: SimulatedServer,
    private readonly view = plainView,
  ) {
    this.document = new KeyDocument(server.last, view);
    this.load(true);
  }

  get editor(): EditorText {
    return { text: this.text, dirty: this.dirty };
  }

  type(text: string): void {
    this.text = text;
    this.dirty = true;
  }

  /** The watch tells the document; a clean editor loads again when VS Code sees a new stat. */
  follow(): void {
    if (!this.document.learn(this.server.last) || this.dirty) {
      return;
    }
    this.document.shown(this.text);
    const stat = this.document.stat(this.editor);
    if (stat && (stat.mtime !== this.known?.mtime || stat.size !== this.known.size)) {
      this.load(false);
    }
  }

  /** The extension is started again over the editor; `base`: what is still known of where its text is from. */
  restart(base?: Entry): void {
    this.document = new KeyDocument(this.server.last, this.view, { base });
    this.document.succeed(Date.now());
  }

  revert(): void {
    const { revision } = this.document.latest;
    if (this.load(false)) {
      this.seen.add(revision);
    }
  }

  /** Looks at the server's side beside the own text. */
  compare(): void {
    const version = this.document.read(true);
    if (version) {
      this.seen.add(version.revision);
    }
  }

  save(overwrite = false, participant: Participant = (text) => text): SaveEnd {
    if (!this.dirty) {
      return 'clean';
    }
    this.document.saveBegins(this.editor);
    this.text = participant(this.text);
    const stat = this.document.stat(this.editor);
    const bytes = encode(this.text);
    if (stat && !overwrite && this.guardRefuses(stat, bytes)) {
      this.seen.add(this.document.latest.revision);
      return 'refused';
    }
    return this.write(bytes);
  }

  private guardRefuses(stat: DocumentStat, bytes: Uint8Array): boolean {
    const { known } = this;
    if (!known || stat.mtime <= known.mtime || stat.size === known.size) {
      return false;
    }
    const onServer = this.document.read()?.opened().shown;
    return !(bytes.length === stat.size && onServer && sameBytes(onServer, bytes));
  }

  private write(bytes: Uint8Array): SaveEnd {
    const plan = this.document.planSave(bytes);
    switch (plan.kind) {
      case 'nothing':
        this.document.savedNothing(bytes);
        return this.saved();
      case 'conflict':
        this.document.saveFailed();
        return 'conflict';
      case 'refused':
        this.document.saveFailed();
        return 'invalid';
      case 'put': {
        if (plan.question) {
          this.document.saveFailed();
          return plan.question.kind === 'recreate' ? 'declined' : 'invalid';
        }
        const entry = this.server.swap(plan.bytes, plan.expected);
        if (entry === undefined) {
          this.document.saveFailed();
          this.document.learn(this.server.last);
          return 'conflict';
        }
        this.document.saved(entry, { byEditor: true, isDated: true });
        return this.saved();
      }
    }
  }

  private saved(): SaveEnd {
    this.known = this.document.stat(this.editor);
    this.dirty = false;
    this.document.shown(this.text);
    return 'saved';
  }

  private load(opened: boolean): boolean {
    const stat = this.document.stat({ text: this.text, dirty: this.dirty });
    const version = this.document.read();
    if (!stat || !version) {
      return false;
    }
    this.known = stat;
    this.text = decode(version.opened().shown);
    this.dirty = false;
    this.seen.add(version.revision);
    this.document.shown(this.text, opened);
    return true;
  }
}
