import { t } from '../../kv/base/l10n';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import {
  changesBetween,
  documentText,
  streamChange,
  streamOfValues,
  valuesOf,
  type BucketValues,
  type FieldChange,
} from '../../kv/config/bucketDocument';
import { changeProblems } from '../../kv/config/changeProblems';
import { mergeValues } from '../../kv/config/mergeValues';
import { readDocument, type DocumentProblem } from '../../kv/config/readDocument';
import type { BucketStatus, UpdateOutcome } from '../../kv/model/bucket';
import { KvError } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { BucketAddress } from './bucketUri';
import { OpenBucket } from './openBucket';
import type { UnsavedBases } from './unsavedBases';

/** An edit that can be made: what is sent, and what it is to replace. */
export interface PreparedEdit {
  readonly open: OpenBucket;
  readonly session: ConnectionSession;
  /** What the text was made of; undefined for a bucket that is to be made. */
  readonly base: BucketStatus | undefined;
  readonly values: BucketValues;
  readonly changes: readonly FieldChange[];
  readonly doubts: readonly DocumentProblem[];
}

/**
 * Owns the buckets whose configurations are open as documents; changes only through its methods. It
 * knows nothing of editors.
 */
export class BucketDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<BucketAddress>());
  private readonly open = new Map<string, OpenBucket>();
  private readonly looking = new Map<string, Promise<OpenBucket>>();

  /** What is known of a bucket has changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connections: Connections,
    private readonly bases: UnsavedBases,
  ) {}

  session({ connectionId }: BucketAddress): ConnectionSession {
    const session = this.connections.get(connectionId);
    if (!session) {
      throw new KvError('notFound', t('there is no connection "{0}" any more', connectionId));
    }
    return session;
  }

  find(address: BucketAddress): OpenBucket | undefined {
    return this.open.get(idOf(address));
  }

  /** What is known of a bucket, looked up when it is not. */
  async current(address: BucketAddress): Promise<OpenBucket> {
    const id = idOf(address);
    // VS Code asks about a file and reads it at the same time.
    const looking = this.looking.get(id) ?? this.lookUp(address);
    this.looking.set(id, looking);
    try {
      return await looking;
    } finally {
      this.looking.delete(id);
    }
  }

  private async lookUp(address: BucketAddress): Promise<OpenBucket> {
    const known = this.find(address);
    if (known) {
      return known;
    }
    const open = new OpenBucket(address.bucket);
    await open.look(await this.session(address).connect());
    this.open.set(idOf(address), open);
    return open;
  }

  /** Begins the document of a bucket that is to be made. */
  async begin(address: BucketAddress, draft: BucketValues): Promise<void> {
    const open = new OpenBucket(address.bucket);
    open.draft = draft;
    if (await open.look(await this.session(address).connect())) {
      throw new KvError('alreadyExists', t('a bucket named "{0}" already exists', address.bucket));
    }
    this.open.set(idOf(address), open);
  }

  /**
   * The text of the document as the server has it now; undefined where there is no bucket. `isOpen`: an
   * editor has a text of it, which is still made of what it was made of.
   */
  async read(address: BucketAddress, isOpen: boolean): Promise<string | undefined> {
    const open = await this.current(address);
    const status = await open.look(await this.session(address).connect());
    if (status) {
      if (!isOpen) {
        open.take(status);
      }
      open.show(open.serverText);
    } else if (open.draft) {
      // The editor is given its text as an edit, so that it is unsaved.
      open.show('');
    }
    this.changed.fire(address);
    return status || open.draft ? open.text : undefined;
  }

  /** Asks the server what it has; the text stays as it is. */
  async look(address: BucketAddress): Promise<OpenBucket> {
    const open = await this.current(address);
    await open.look(await this.session(address).connect());
    this.changed.fire(address);
    return open;
  }

  /** Says what text the editor of a bucket has, and whether it is unsaved. */
  editorHas(address: BucketAddress, text: string, isUnsaved: boolean): void {
    const open = this.find(address);
    if (!open) {
      return;
    }
    this.restore(address, open, text);
    if (open.has(text)) {
      this.changed.fire(address);
    }
    this.bases.set(idOf(address), text, isUnsaved ? open.base : undefined);
  }

  /** A text that came back with the window is made of what it was made of before. */
  private restore(address: BucketAddress, open: OpenBucket, text: string): void {
    const known = open.base || !open.latest ? undefined : this.bases.find(idOf(address), text);
    if (open.latest && known && open.restore(text, { ...open.latest, ...known })) {
      this.changed.fire(address);
    }
  }

  /** What is wrong with a text, which was made of `base`, as far as it is known without asking the server. */
  problems(
    address: BucketAddress,
    text: string,
    base = this.find(address)?.base,
  ): readonly DocumentProblem[] {
    const { values, problems } = readDocument(text);
    const open = this.find(address);
    if (!values || !open?.abilities || problems.length > 0) {
      return problems;
    }
    const { bucket, abilities } = open;
    return changeProblems({ bucket, before: open.valuesIn(base), after: values, abilities });
  }

  /**
   * What a text changes, after a look at the server. Throws for what cannot be saved: `invalidConfig`
   * for the text, `alreadyExists` and `notFound` for another bucket than it was made of.
   */
  async prepare(address: BucketAddress, text: string): Promise<PreparedEdit> {
    const session = this.session(address);
    session.lock.check();
    // Before anything is waited for: what is brought into the editor meanwhile is not in this text.
    const made = this.find(address)?.madeOf(text);
    const open = await this.look(address);
    this.restore(address, open, text);
    const base = made ?? open.base;
    const problems = this.problems(address, text, base);
    const error = problems.find(({ severity }) => severity === 'error');
    if (error) {
      throw new KvError('invalidConfig', error.message);
    }
    const { values = {} } = readDocument(text);
    const changes = changesBetween(address.bucket, open.valuesIn(base) ?? {}, values);
    return { open, session, base, values, changes, doubts: problems };
  }

  /**
   * Sends an edit. The configuration is read once more right before, and nothing is sent when it is
   * not the one that the document was made of.
   */
  async save(address: BucketAddress, edit: PreparedEdit): Promise<UpdateOutcome> {
    const { open, session, base, changes } = edit;
    const connection = await session.connect();
    const { streamConfig: expected, created } = base ?? {};
    const change = { stream: streamChange(changes) };
    const outcome = await connection.updateBucket(open.bucket, change, {
      ...(expected && { expected }),
      ...(created !== undefined && { created }),
    });
    if (outcome.kind === 'saved') {
      await this.taken(address, open, connection);
    } else {
      open.latest = outcome.status;
      this.changed.fire(address);
    }
    return outcome;
  }

  /** Makes the bucket of a document. */
  async create(address: BucketAddress, { open, session, values }: PreparedEdit): Promise<void> {
    const connection = await session.connect();
    const stream = streamOfValues(open.bucket, values);
    await connection.createBucket({ name: open.bucket, stream });
    await this.taken(address, open, connection);
    await session.loadBuckets();
  }

  /**
   * The text with what the server has, field by field, and the fields that both changed. It is made of what
   * the server has as soon as the editor has it.
   */
  async merge(
    address: BucketAddress,
    text: string,
  ): Promise<{ readonly text: string; readonly conflicts: readonly string[] }> {
    const open = await this.look(address);
    const { values } = readDocument(text);
    if (!open.latest || !values) {
      throw new KvError('invalidConfig', t('there is nothing to merge, or the text is not JSON'));
    }
    const theirs = valuesOf(open.bucket, open.latest.streamConfig);
    const merged = mergeValues(open.bucket, open.baseValues ?? theirs, values, theirs);
    const result = documentText(merged.values);
    // The own text may come back by Undo, with what it was made of.
    open.remember(text, open.base);
    open.remember(result, open.latest);
    return { text: result, conflicts: merged.conflicts };
  }

  close(address: BucketAddress): void {
    this.open.delete(idOf(address));
    this.bases.set(idOf(address), '', undefined);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** What is there after a save is read: the reply to an update is what was asked, and no more. */
  private async taken(
    address: BucketAddress,
    open: OpenBucket,
    connection: KvConnection,
  ): Promise<void> {
    const status = await open.look(connection);
    if (status) {
      open.take(status);
    }
    this.changed.fire(address);
  }
}

function idOf({ connectionId, bucket }: BucketAddress): string {
  return `${connectionId}/${bucket}`;
}
