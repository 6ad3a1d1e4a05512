import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { keyPatternProblem } from '../../kv/keys/keyPattern';
import { messageOf } from '../../kv/model/errors';
import { bucketNameProblem, keyProblem } from '../../kv/model/key';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { ValueCodecs } from '../codecs/valueCodecs';
import { openKeyEditor } from '../documents/editors/openKeyEditor';
import { apiEntry } from './apiEntry';
import { ApiFailure, apiFailure } from './apiFailure';
import { codecFinder } from './codecFinder';
import type {
  NatsKvAccess,
  NatsKvDisposable,
  NatsKvEntry,
  NatsKvKeyPlace,
  NatsKvValueCodec,
  NatsKvWatcher,
  NatsKvWatchPlace,
} from './natsKvApi';
import { Permissions, type Caller } from './permissions';
import { KeysWatch } from './watchKeys';

export interface ApiNeeds {
  readonly connections: Connections;
  readonly codecs: Pick<ValueCodecs, 'parts'>;
  readonly memory: vscode.Memento;
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/** A codec or a watch of another extension that lasts. */
interface Lasting extends Disposable {
  /** Ends where the user does not allow it any more. */
  check(): void;
}

/** Everything of the API for other extensions, built with the first call. */
export class ApiParts implements Disposable {
  private readonly store = new DisposableStore();
  private readonly lasting = new Set<Lasting>();
  readonly permissions: Permissions;

  constructor(private readonly needs: ApiNeeds) {
    this.permissions = this.store.add(new Permissions(needs.memory));
    this.store.add(
      this.permissions.onDidWithdraw(() => this.lasting.forEach((each) => each.check())),
    );
  }

  /** The calls of an extension. What is wrong with them they reject with. */
  access(extensionId: unknown): NatsKvAccess {
    const guarded =
      <Args extends unknown[], Result>(call: (caller: Caller, ...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        try {
          return await call(callerOf(extensionId), ...args);
        } catch (error) {
          throw apiFailure(error);
        }
      };
    return {
      registerValueCodec: guarded((caller, codec: NatsKvValueCodec) =>
        this.register(caller, codec),
      ),
      openKey: guarded((caller, place: NatsKvKeyPlace) => this.open(caller, place)),
      readKey: guarded((caller, place: NatsKvKeyPlace) => this.read(caller, place)),
      watchKeys: guarded((caller, place: NatsKvWatchPlace, watcher: NatsKvWatcher) =>
        this.watch(caller, place, watcher),
      ),
    };
  }

  dispose(): void {
    this.lasting.forEach((each) => each.dispose());
    this.store.dispose();
  }

  private async register(caller: Caller, codec: NatsKvValueCodec): Promise<NatsKvDisposable> {
    const find = codecFinder(codec);
    await this.permissions.ask(caller);
    // It may be taken back in another window.
    const findAllowed: typeof find = (place) =>
      this.permissions.isAllowed(caller) ? find(place) : undefined;
    const registered = (await this.needs.codecs.parts()).register(findAllowed);
    const dispose = (): void => registered.dispose();
    return this.last({
      dispose,
      check: () => !this.permissions.isAllowed(caller) && dispose(),
    });
  }

  private async open(caller: Caller, place: NatsKvKeyPlace): Promise<void> {
    const { session, bucket, key } = await this.keyOf(caller, place);
    await openKeyEditor(session, bucket, key);
  }

  private async read(caller: Caller, place: NatsKvKeyPlace): Promise<NatsKvEntry | undefined> {
    const { session, bucket, key } = await this.keyOf(caller, place);
    const entry = await (await session.connect()).get(bucket, key, { consistent: true });
    return entry && apiEntry(bucket, entry);
  }

  private async watch(
    caller: Caller,
    place: NatsKvWatchPlace,
    watcher: NatsKvWatcher,
  ): Promise<NatsKvDisposable> {
    const { bucket, filter = '>' } = Object(place) as NatsKvWatchPlace;
    refuse(bucketProblem(bucket) ?? keyPatternProblem(String(filter)));
    if (typeof (Object(watcher) as Partial<NatsKvWatcher>).changed !== 'function') {
      throw new ApiFailure('invalid', 'A watcher has the function changed.');
    }
    const session = await this.sessionOf(caller, place);
    const isAllowed = (): boolean => this.permissions.isAllowed(caller, session.config);
    const failed = (error: unknown): void =>
      this.needs.log.warn(
        `The extension ${caller.id} failed to take a change: ${messageOf(error)}.`,
      );
    const over = (watch: KeysWatch): void => void this.lasting.delete(watch);
    const watched = { session, bucket, filter: String(filter), watcher, isAllowed, failed, over };
    return this.last(await KeysWatch.start(watched));
  }

  /** Keeps what lasts until the other extension disposes it. */
  private last(item: Lasting): NatsKvDisposable {
    this.lasting.add(item);
    // The user may have taken it back meanwhile.
    item.check();
    return {
      dispose: () => {
        this.lasting.delete(item);
        item.dispose();
      },
    };
  }

  private async keyOf(caller: Caller, place: NatsKvKeyPlace) {
    const { bucket, key } = Object(place) as NatsKvKeyPlace;
    refuse(bucketProblem(bucket) ?? keyProblem(String(key))?.reason);
    return { session: await this.sessionOf(caller, place), bucket, key: String(key) };
  }

  /** The session of a connection that the user lets an extension read. */
  private async sessionOf(
    caller: Caller,
    { connection }: Pick<NatsKvKeyPlace, 'connection'>,
  ): Promise<ConnectionSession> {
    const { connections } = this.needs;
    const find = (): ConnectionSession | undefined =>
      connections.get(connection) ?? connections.all.find(({ name }) => name === connection);
    const session = find();
    if (!session) {
      const reason = vscode.l10n.t('there is no connection {0}', String(connection));
      throw new ApiFailure('notFound', reason);
    }
    await this.permissions.ask(caller, session.config);
    if (find() !== session || !this.permissions.isAllowed(caller, session.config)) {
      // It is another connection by now than the one that the user was asked about.
      return this.sessionOf(caller, { connection });
    }
    return session;
  }
}

/** Who an extension says it is. Throws where no such extension is installed. */
function callerOf(extensionId: unknown): Caller {
  const extension =
    typeof extensionId === 'string' ? vscode.extensions.getExtension(extensionId) : undefined;
  if (!extension) {
    throw new ApiFailure('invalid', 'There is no extension of that id.');
  }
  const { displayName, name } = extension.packageJSON as Record<string, unknown>;
  return { id: extension.id, name: String(displayName ?? name) };
}

function bucketProblem(bucket: unknown): string | undefined {
  return bucketNameProblem(typeof bucket === 'string' ? bucket : '');
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) {
    throw new ApiFailure('invalid', problem);
  }
}
