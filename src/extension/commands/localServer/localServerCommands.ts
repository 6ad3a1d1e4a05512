import { commandIds, viewIds } from '../../contributions';
import type { LocalServerStore } from '../../localServer/localServerStore';
import type { CommandsOf } from '../register';
import { waitingFor } from '../waiting';
import { demoCommands, offerDemo, type DemoParts } from './demoCommands';

interface LocalServerParts extends DemoParts {
  readonly server: LocalServerStore;
}

/** Commands on the local server, and on demo data for it. */
export function localServerCommands(parts: LocalServerParts): CommandsOf<'localServer'> {
  const { server } = parts;
  return {
    ...demoCommands(parts),
    [commandIds.localServerStart]: () =>
      waitingFor(async (waiting) => {
        // It may be fetched first.
        if (await server.start()) {
          await waiting.show(viewIds.buckets);
          offerDemo(parts);
        }
      }),
    [commandIds.localServerStop]: () => server.stop(),
    [commandIds.localServerShowLog]: () => server.showLog(),
    [commandIds.localServerDeleteData]: () => server.deleteData(),
  };
}
