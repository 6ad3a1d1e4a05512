import { Uri } from 'vscode';
import { followManyKeys } from '../../../src/extension/manyKeys/followManyKeys';
import { ManyKeysDocuments } from '../../../src/extension/manyKeys/manyKeysDocuments';
import { ManyKeysFiles, nameOf } from '../../../src/extension/manyKeys/manyKeysFiles';
import { ManyKeysMemory } from '../../../src/extension/manyKeys/manyKeysMemory';
import { ManyKeysSaves } from '../../../src/extension/manyKeys/manyKeysSaves';
import { manyKeysUri } from '../../../src/extension/manyKeys/manyKeysUri';
import { mergeByItself, mergeKeys } from '../../../src/extension/manyKeys/mergeByItself';
import type { OpenManyKeys } from '../../../src/extension/manyKeys/openManyKeys';
import type { Plan, PlanDocuments, PlanReport } from '../../../src/extension/plans/planDocuments';
import { DisposableStore } from '../../../src/kv/base/event';
import { RateLimit } from '../../../src/kv/base/rateLimit';
import type { Entry } from '../../../src/kv/model/entry';
import { isKvError, KvError } from '../../../src/kv/model/errors';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { Connections } from '../../../src/kv/session/connections';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import type { SimulatedDocument, SimulatedVscode } from './simulatedVscode';

/** A fake server that the test may look into. */
export class OpenServer extends FakeKvConnection {
  last(bucket: string): readonly Entry[] {
    return this.findIfAny(bucket)?.last() ?? [];
  }
}

/** The document of the test: the keys of bucket `B` below `a.`. */
export const uri = manyKeysUri(
  { connectionId: 'local', bucket: 'B', scope: { kind: 'prefix', prefix: 'a.' } },
  'a',
);

type Write = (name: string, args: readonly unknown[], send: () => unknown) => unknown;

const writes = new Set<string | symbol>(['put', 'delete', 'purge', 'writeBatch']);

/** What the extension has of documents of keys, in one window. */
export class KeysWindow {
  private readonly store = new DisposableStore();
  private readonly connections: Connections;
  readonly documents: ManyKeysDocuments;
  plan: Plan | undefined;
  /** What can be undone of what was saved. */
  undo: (() => Promise<unknown>) | undefined;
  /** What the last save has said. */
  told = '';

  /** `write` is asked to send what the document writes. */
  constructor(
    server: OpenServer,
    private readonly editor: SimulatedVscode,
    write: Write,
    fail: (problem: string) => void,
  ) {
    const seen = watched(server, write);
    this.connections = this.store.add(
      new Connections(() =>
        server.state.current.kind === 'connected'
          ? Promise.resolve(seen)
          : Promise.reject(new KvError('disconnected', 'the server is away')),
      ),
    );
    this.connections.configure([{ id: 'local', name: 'local', url: '' }]);
    const inBackground = (doing: string, work: PromiseLike<unknown>): void =>
      void work.then(undefined, (error: unknown) => {
        if (!isKvError(error)) {
          fail(`${doing}: ${String(error)}`);
        }
      });
    const memory = new ManyKeysMemory(Uri.parse('kept:/storage'));
    const documents = new ManyKeysDocuments(this.connections, memory, inBackground);
    this.documents = documents;
    const plans = { open: (plan: Plan) => Promise.resolve(void (this.plan = plan)) };
    const saves = new ManyKeysSaves(documents, plans as unknown as PlanDocuments, {
      confirm: () => Promise.resolve(true),
      withProgress: (_, __, run) => run(new AbortController().signal, () => undefined),
      rate: () => new RateLimit(0),
      tell: (message, undo) => {
        this.told = message;
        this.undo = undo;
      },
      schemaProblem: () => Promise.resolve(undefined),
    });
    const files = new ManyKeysFiles(documents, saves);
    editor.files = files;
    this.store.add(documents);
    this.store.add(saves);
    this.store.add(files);
    const changes = files.onDidChangeFile((all) =>
      all.forEach((each) => editor.fileChanged(each.uri)),
    );
    this.store.add({ dispose: () => void changes.dispose() });
    this.store.add(followManyKeys(this.connections, documents, files, inBackground));
    this.store.add(mergeByItself(documents, (each) => saves.isSaving(each), inBackground));
  }

  get document(): SimulatedDocument {
    return this.editor.textDocuments[0] as SimulatedDocument;
  }

  /** What the extension knows of the document. */
  get open(): OpenManyKeys | undefined {
    return this.documents.find(uri.toString());
  }

  async merge(keys?: readonly string[]): Promise<void> {
    const document = this.document as unknown as Parameters<typeof mergeKeys>[1];
    await mergeKeys(this.documents, document, keys);
  }

  /** `revision`: what the line above the key was drawn for; what the server is known to have when omitted. */
  keepMine(key: string, revision = this.open?.revisionOf(key) ?? 0): void {
    this.documents.keepMine(nameOf(uri), key, revision);
  }

  /** Carries the plan out that waits, as its button does. */
  async carryOut(): Promise<void> {
    const { plan } = this;
    this.plan = undefined;
    const report = (await plan?.carryOut()) as PlanReport | undefined;
    this.told = report?.text ?? '';
    this.undo = report?.undo;
  }

  drop(): void {
    const { plan } = this;
    this.plan = undefined;
    plan?.onDropped?.();
  }

  dispose(): void {
    this.store.dispose();
  }
}

function watched(server: FakeKvConnection, write: Write): KvConnection {
  return new Proxy(server, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') {
        return member;
      }
      const call = (...args: readonly unknown[]): unknown => member.apply(target, args) as unknown;
      return writes.has(name)
        ? (...args: readonly unknown[]) => write(String(name), args, () => call(...args))
        : call;
    },
  });
}
