import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { Entry, TtlChange } from '../../../kv/model/entry';
import { KvError } from '../../../kv/model/errors';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../../kv/base/event';
import { FollowedKey } from '../../../kv/session/followedKey';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import type { KeyDocument } from './keyDocument';
import type { SavePlan } from './savePlan';

/** How a save or write of a document ended, when it did not throw. */
export type SaveResult =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'nothing' | 'conflict' }
  /** The user was asked, and does not want it written. */
  | { readonly kind: 'declined'; readonly why: 'deleted' | 'invalid' }
  | { readonly kind: 'viewOnly'; readonly reason: string };

/** What a save asks before it goes on. */
export interface SaveQuestions {
  /** Whether a key that is gone shall be written again. */
  recreate(): Promise<boolean>;
  /** Whether a text shall be stored that is not what it should be; `problem` is a clause. */
  storeInvalid(problem: string): Promise<boolean>;
  /** What a schema has against the content, as a clause; undefined when there is nothing. */
  schemaProblem(content: Uint8Array): Promise<string | undefined>;
}

type PutPlan = Extract<SavePlan, { bytes: Uint8Array }>;

/**
 * Owns one key that is open in editors or just being read, and the documents that show it: one for
 * each way of showing its value. Changes only through its methods and what the server tells.
 */
export class OpenKey implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<KeyDocument>());
  private readonly documents = new Set<KeyDocument>();
  private readonly followed: FollowedKey;

  /** The server has something newer than what a document knew. */
  readonly onDidChange: Event<KeyDocument> = this.changed.event;

  constructor(
    readonly address: KeyAddress,
    readonly session: ConnectionSession,
    bucketTtl: () => number = () => 0,
  ) {
    this.followed = this.store.add(new FollowedKey(address, session, bucketTtl));
    this.store.add(this.followed.onDidChange(() => this.teach(this.followed.entry)));
    this.store.add(
      this.followed.onDidDate(({ revision, created }) =>
        this.documents.forEach((each) => each.dated(revision, created)),
      ),
    );
  }

  /** When the value goes, in milliseconds since the epoch; undefined when never, as far as is known. */
  get expiresAt(): number | undefined {
    return this.followed.expiresAt;
  }

  /** The last message of the key as far as it is known. */
  get entry(): Entry | undefined {
    return this.followed.entry;
  }

  /** The last message of the key: read the first time, known without a request later. */
  load(): Promise<Entry | undefined> {
    return this.followed.load();
  }

  /** An older message of the key, if the bucket still has it. */
  async loadRevision(revision: number): Promise<Entry | undefined> {
    const { bucket, key } = this.address;
    const connection = await this.followed.connect();
    return connection.getRevision(bucket, key, revision);
  }

  /** Keeps a document, made of what `load` gave, up to date until it is removed. */
  add(document: KeyDocument): void {
    document.learn(this.followed.entry);
    this.documents.add(document);
  }

  remove(document: KeyDocument): void {
    this.documents.delete(document);
  }

  /** Writes the content of an editor's save by compare-and-swap. */
  async save(
    document: KeyDocument,
    content: Uint8Array,
    questions: SaveQuestions,
  ): Promise<SaveResult> {
    let result: SaveResult | undefined;
    try {
      result = await this.carryOut(document, content, questions);
      return result;
    } finally {
      if (result?.kind !== 'saved' && result?.kind !== 'nothing') {
        document.saveFailed();
      }
    }
  }

  /** Writes content that no text editor shows, replacing the revision that its writer `read`. */
  async write(
    document: KeyDocument,
    content: Uint8Array,
    read: number | undefined,
  ): Promise<SaveResult> {
    const plan = document.planWrite(content, read);
    switch (plan.kind) {
      case 'put':
      case 'deleted':
        return this.put(document, plan, false);
      case 'invalid':
        throw new KvError('unsupported', `the value is JSON and would not be any more`);
      case 'nothing':
      case 'conflict':
        return { kind: plan.kind };
      case 'viewOnly':
        return plan;
    }
  }

  /** Leaves a delete marker on the version that is known. False: it had changed meanwhile. */
  async delete(): Promise<boolean> {
    const expected = (await this.load())?.revision ?? 0;
    const { bucket, key } = this.address;
    const connection = await this.followed.connect();
    const outcome = await connection.delete(bucket, key, { expected });
    await this.followed.refreshNow();
    return outcome.kind === 'saved';
  }

  /**
   * Stores the value once more with another TTL. The texts of editors stay what they are, unsaved ones
   * as well. Throws `unsupported` where it would not expire, or bring back the value before it.
   */
  async changeTtl(ttl: TtlChange): Promise<'saved' | 'conflict'> {
    const entry = await this.load();
    if (entry?.operation !== 'PUT') {
      throw new KvError('notFound', 'it has no value on the server');
    }
    const { bucket, key } = this.address;
    const [first] = this.documents;
    const headers = first?.latest.headers ?? [];
    const options = { expected: entry.revision, ttl, ...(headers.length > 0 && { headers }) };
    const stored = await this.followed.whileWriting(async (connection) => {
      const outcome = await connection.put(bucket, key, entry.value, options);
      if (outcome.kind === 'unknown') {
        throw this.doubt(outcome.reason);
      }
      // Read back: the server may keep a longer TTL than was asked for.
      return outcome.kind === 'saved'
        ? connection.getRevision(bucket, key, outcome.revision, { consistent: true })
        : undefined;
    });
    if (!stored) {
      await this.followed.refreshNow();
      return 'conflict';
    }
    this.followed.know(stored);
    this.documents.forEach((each) => each.restored(stored));
    return 'saved';
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Asks what has to be asked, one at a time; each answer meets the state that is there by then. */
  private async carryOut(
    document: KeyDocument,
    content: Uint8Array,
    questions: SaveQuestions,
  ): Promise<SaveResult> {
    let plan = document.planSave(content);
    const problem =
      plan.kind === 'invalid'
        ? plan.asIs && plan.problem
        : 'bytes' in plan
          ? await questions.schemaProblem(content)
          : undefined;
    if (problem !== undefined) {
      if (!(await questions.storeInvalid(problem))) {
        return { kind: 'declined', why: 'invalid' };
      }
      plan = document.planSave(content, true);
    }
    switch (plan.kind) {
      case 'put':
        return this.put(document, plan, true);
      case 'deleted':
        return (await questions.recreate())
          ? this.put(document, plan, true)
          : { kind: 'declined', why: 'deleted' };
      case 'invalid':
        return { kind: 'viewOnly', reason: plan.problem };
      case 'nothing':
        document.savedNothing(content);
        return { kind: 'nothing' };
      case 'conflict':
        return { kind: 'conflict' };
      case 'viewOnly':
        return plan;
    }
  }

  private async put(
    document: KeyDocument,
    { bytes, expected }: PutPlan,
    byEditor: boolean,
  ): Promise<SaveResult> {
    const { bucket, key } = this.address;
    const { entry } = this.followed;
    const before = entry?.revision === expected && entry.operation === 'PUT' ? entry : undefined;
    // Asked for only where there is one: it costs one more request.
    const keep = before?.ttl === undefined ? {} : { ttl: { kind: 'keep' } as const };
    const outcome = await this.followed.whileWriting(async (connection) => {
      const written = await connection.put(bucket, key, bytes, { expected, ...keep });
      if (written.kind === 'saved') {
        const { revision } = written;
        this.written(document, { key, revision, value: bytes, ttl: before?.ttl }, byEditor);
      }
      if (written.kind === 'unknown') {
        throw this.doubt(written.reason);
      }
      if (written.kind === 'conflict') {
        await this.followed.refreshNow();
      }
      return written;
    });
    return outcome.kind === 'saved' ? outcome : { kind: 'conflict' };
  }

  private written(
    document: KeyDocument,
    facts: Pick<Entry, 'key' | 'revision' | 'value' | 'ttl'>,
    byEditor: boolean,
  ): void {
    const message = { operation: 'PUT', size: facts.value.byteLength, headers: [] } as const;
    const entry: Entry = { ...message, ...facts, created: Date.now() };
    this.followed.know(entry);
    document.saved(entry, byEditor);
    this.teach(entry, document);
  }

  /** Tells the documents but one what the server has, and those who follow them. */
  private teach(entry: Entry | undefined, except?: KeyDocument): void {
    for (const document of this.documents) {
      if (document !== except && document.learn(entry)) {
        this.changed.fire(document);
      }
    }
  }

  private doubt(reason: string): KvError {
    this.followed.doubtWrite();
    return new KvError(
      'timeout',
      `${reason}, so it is not known whether the value was written; ` +
        'save again when the connection is back',
    );
  }
}
