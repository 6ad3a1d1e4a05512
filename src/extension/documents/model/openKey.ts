import { t } from '../../../kv/base/l10n';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../../kv/base/event';
import type { Entry } from '../../../kv/model/entry';
import { KvError } from '../../../kv/model/errors';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import type { PutOptions } from '../../../kv/model/kvConnection';
import { ownHeaders } from '../../../kv/model/headers';
import type { Stamp } from '../../../kv/model/stamp';
import { removeEntry } from '../../../kv/operations/settleWrite';
import { FollowedKey, type FollowedBucket, type KeySession } from '../../../kv/session/followedKey';
import type { EditorContent } from './editorText';
import type { KeyDocument } from './keyDocument';
import type { PutTogether } from './putTogether';
import type { Put, SaveQuestion, SaveResult } from './savePlan';
import { storeAnew, type HeadersToWrite, type StoredFacts } from './storeAnew';
import { isLiveVersion } from './version';

/** Times that a key which is gone is written anew when its marker has changed meanwhile. */
const mostTries = 3;

/** What a save asks before it goes on. */
export interface SaveQuestions {
  /** Whether the user agrees; never asked in the middle of typing. */
  ask(question: SaveQuestion): Promise<boolean>;
  /** What a schema has against the content, as a clause; undefined when there is nothing. */
  schemaProblem(content: Uint8Array): Promise<string | undefined>;
}

/**
 * Owns one key that is open in editors or just being read, and the documents that show it: one for
 * each way of showing its value. Changes only through its methods and what the server tells.
 */
export class OpenKey implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<KeyDocument>());
  private readonly documents = new Set<KeyDocument>();
  readonly followed: FollowedKey;

  /** The server has something else than what a document knew. */
  readonly onDidChange: Event<KeyDocument> = this.changed.event;

  constructor(
    readonly address: KeyAddress,
    readonly session: KeySession,
    bucket: FollowedBucket,
    /** The headers to store, given those that the value has of its writers. */
    private readonly headers: HeadersToWrite = (own) => own,
  ) {
    this.followed = this.store.add(new FollowedKey(address, session, bucket));
    this.store.add(this.followed.onDidChange(() => this.teach()));
    this.store.add(
      this.followed.onDidDate((entry) => this.documents.forEach((each) => each.dated(entry))),
    );
  }

  get isUsed(): boolean {
    return this.documents.size > 0;
  }

  /** The message of the key that is meant, if the bucket still has it. */
  async loadMessage({ revision, created }: Stamp): Promise<Entry | undefined> {
    const { bucket, key } = this.address;
    const connection = await this.session.connect();
    const entry = await connection.getRevision(bucket, key, revision);
    return entry?.created === created ? entry : undefined;
  }

  /** Keeps a document, made of what was loaded, up to date until it is removed. */
  add(document: KeyDocument): void {
    document.learn(this.followed.entry, this.followed.isDated);
    this.documents.add(document);
  }

  remove(document: KeyDocument): void {
    this.documents.delete(document);
  }

  /** Writes what an editor saves, by compare-and-swap; with other keys where there is `together`. */
  async save(
    document: KeyDocument,
    content: EditorContent,
    questions: SaveQuestions,
    together?: PutTogether,
  ): Promise<SaveResult> {
    let result: SaveResult | undefined;
    try {
      await this.beSure();
      result = await this.carryOut(document, content, questions, together);
      return result;
    } finally {
      if (result?.kind !== 'saved' && result?.kind !== 'nothing') {
        document.saveFailed();
      }
    }
  }

  /** Writes content that no text editor shows, replacing the message that its writer `read`. */
  async write(
    document: KeyDocument,
    content: Uint8Array,
    read: Stamp | undefined,
  ): Promise<SaveResult> {
    await this.beSure();
    const plan = document.planWrite(content, read);
    if (plan.kind !== 'put') {
      return plan;
    }
    return plan.question?.kind === 'invalid'
      ? { kind: 'refused', reason: t('the value is JSON and would not be any more') }
      : this.put(document, plan, { byEditor: false });
  }

  /**
   * Leaves a delete marker on the version that is known. Finds out what became of a delete that was not
   * answered, and throws when that cannot be found out.
   */
  async delete(): Promise<'deleted' | 'conflict'> {
    await this.followed.load();
    await this.beSure();
    const expected = this.followed.entry?.revision ?? 0;
    const { bucket, key } = this.address;
    const outcome = await this.followed.write(expected, (connection) =>
      removeEntry({ connection, bucket, key }, 'DEL', { expected }),
    );
    if (outcome.kind === 'unknown') {
      throw new KvError(
        'timeout',
        t(
          '{0}, so it is not known whether the value was deleted; look at it when the connection is back',
          outcome.reason,
        ),
      );
    }
    await this.followed.confirm();
    return outcome.kind === 'saved' ? 'deleted' : 'conflict';
  }

  /**
   * Stores the value once more with another TTL or other headers. The texts of editors stay what they
   * are, unsaved ones as well. Throws `unsupported` where it would not expire, or bring back the value
   * before it.
   */
  async storeAnew(facts: StoredFacts): Promise<'saved' | 'conflict'> {
    await this.followed.load();
    await this.beSure();
    const texts = [...this.documents].map((document) => ({ document, base: document.current }));
    const stored = await storeAnew(this.followed, this.address, facts, this.headers);
    if (!stored) {
      return 'conflict';
    }
    texts.forEach(({ document, base }) => document.restored(stored, base));
    this.teach();
    return 'saved';
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Nothing is written over what may be another value by now: the server is asked first. */
  private async beSure(): Promise<void> {
    if (this.followed.isDoubtful) {
      await this.followed.confirm();
    }
  }

  /** Asks what has to be asked, one at a time; each answer meets the state that is there by then. */
  private async carryOut(
    document: KeyDocument,
    { bytes, encoding, isLossy }: EditorContent,
    questions: SaveQuestions,
    together?: PutTogether,
  ): Promise<SaveResult> {
    if (isLossy) {
      return {
        kind: 'refused',
        reason: t('the encoding {0} lacks letters of the text', String(encoding)),
      };
    }
    const agreed = new Set<SaveQuestion['kind']>();
    let tries = 0;
    for (;;) {
      const plan = document.planSave(bytes, agreed);
      if (plan.kind === 'nothing') {
        document.savedNothing(bytes);
      }
      if (plan.kind !== 'put') {
        return plan;
      }
      const question = await firstQuestion(plan, encoding, agreed, questions, bytes);
      if (!question) {
        const result = await this.put(document, plan, { byEditor: true, together });
        // A marker may go by itself: there is as little to overwrite as when the user agreed.
        const isStillGone = agreed.has('recreate') && !isLiveVersion(document.latest);
        const isAlone = together === undefined;
        if (result.kind === 'conflict' && isStillGone && isAlone && ++tries < mostTries) {
          continue;
        }
        return result;
      }
      if (!(await questions.ask(question))) {
        return { kind: 'declined', why: question.kind };
      }
      agreed.add(question.kind);
    }
  }

  private async put(
    document: KeyDocument,
    { bytes, expected }: Put,
    {
      byEditor,
      together,
    }: { readonly byEditor: boolean; readonly together?: PutTogether | undefined },
  ): Promise<SaveResult> {
    const { bucket, key } = this.address;
    const { entry } = this.followed;
    const before = entry?.revision === expected && entry.operation === 'PUT' ? entry : undefined;
    // Asked for only where there is one: it costs one more request. What is gone cannot be asked.
    const ttl = before ? before.ttl : document.base?.ttl;
    const keep =
      ttl === undefined
        ? {}
        : { ttl: before ? ({ kind: 'keep' } as const) : ({ kind: 'set', ttl } as const) };
    const headers = this.headersFor(before ?? document.base);
    const outcome = await this.followed.write(expected, async (connection) => {
      const written = together
        ? await together({
            connection,
            change: { kind: 'put', key, value: bytes, expected, ttl, ...headers },
            bucketCreated: this.followed.createdOfBucket,
          })
        : await connection.put(bucket, key, bytes, { expected, ...keep, ...headers });
      if (written.kind === 'saved') {
        const { revision } = written;
        const own = headers.headers ?? [];
        this.wrote(document, { key, revision, value: bytes, ttl, headers: own }, byEditor);
      }
      return written;
    });
    if (outcome.kind === 'unknown') {
      throw new KvError(
        'timeout',
        t(
          '{0}, so it is not known whether the value was written; save again when the connection is back',
          outcome.reason,
        ),
      );
    }
    if (outcome.kind === 'conflict' && (this.followed.entry?.revision ?? 0) === expected) {
      throw new KvError(
        'unavailable',
        t('it changed on the server, which does not say to what yet'),
      );
    }
    return outcome.kind === 'conflict' ? { kind: 'conflict' } : outcome;
  }

  private wrote(
    document: KeyDocument,
    facts: Pick<Entry, 'key' | 'revision' | 'value' | 'ttl' | 'headers'>,
    byEditor: boolean,
  ): void {
    const size = facts.value.byteLength;
    const entry: Entry = { operation: 'PUT', size, ...facts, created: Date.now() };
    const { followed } = this;
    followed.know(entry);
    const isLatest = followed.entry?.revision === entry.revision;
    const known = isLatest && followed.entry ? followed.entry : entry;
    document.saved(known, { byEditor, isDated: isLatest && followed.isDated, isLatest });
    if (!byEditor) {
      // An editor that shows it has not got this text yet.
      this.changed.fire(document);
    }
    this.teach(document);
  }

  /** What was stored with a value by its writers stays with it. */
  private headersFor(source: Pick<Entry, 'headers'> | undefined): Pick<PutOptions, 'headers'> {
    const headers = this.headers(source ? ownHeaders(source) : []);
    return headers.length > 0 ? { headers } : {};
  }

  /** Tells the documents but one what the server has, and those who follow them. */
  private teach(except?: KeyDocument): void {
    const { entry, isDated } = this.followed;
    for (const document of this.documents) {
      if (document !== except && document.learn(entry, isDated)) {
        this.changed.fire(document);
      }
    }
  }
}

/** What is still to be asked of a put. */
async function firstQuestion(
  plan: Put,
  encoding: string | undefined,
  agreed: ReadonlySet<SaveQuestion['kind']>,
  questions: SaveQuestions,
  bytes: Uint8Array,
): Promise<SaveQuestion | undefined> {
  if (encoding !== undefined && !agreed.has('encoding')) {
    return { kind: 'encoding', encoding };
  }
  if (plan.question || agreed.has('invalid') || agreed.has('encoding')) {
    return plan.question;
  }
  const problem = await questions.schemaProblem(bytes);
  return problem === undefined ? undefined : { kind: 'invalid', problem };
}
