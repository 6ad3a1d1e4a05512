import { DisposableStore, type Disposable } from '../kv/base/event';
import { later } from '../kv/base/later';
import type { ApiNeeds } from './api/apiParts';
import type { NatsKvAccess, NatsKvExports } from './api/natsKvApi';
import type { CommandMap } from './commands/register';
import { commandIds } from './contributions';

/** What other extensions may use, with the command that takes it back. */
interface Api extends Disposable {
  readonly exports: NatsKvExports;
  readonly commands: CommandMap;
}

/** Makes what the extension exports; what it does is loaded with the first call. */
export function composeApi(needs: ApiNeeds): Api {
  const store = new DisposableStore();
  const parts = later(async () => {
    const { ApiParts } = await import('./api/apiParts');
    return store.add(new ApiParts(needs));
  });
  const access = (extensionId: string): NatsKvAccess => {
    const calls = later(async () => (await parts()).access(extensionId));
    return Object.freeze({
      registerValueCodec: async (codec) => (await calls()).registerValueCodec(codec),
      openKey: async (place) => (await calls()).openKey(place),
      readKey: async (place) => (await calls()).readKey(place),
      watchKeys: async (place, watcher) => (await calls()).watchKeys(place, watcher),
    } satisfies NatsKvAccess);
  };
  const commands = {
    [commandIds.accessChange]: async () => {
      const { changeAccess } = await import('./api/accessCommand');
      await changeAccess((await parts()).permissions, needs.connections);
    },
  };
  return {
    exports: Object.freeze({ apiVersion: 1, access }),
    commands,
    dispose: () => store.dispose(),
  };
}
