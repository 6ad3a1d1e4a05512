import type { Disposable } from '../kv/base/event';
import type { ManyKeysCommandParts } from './commands/manyKeys/manyKeysCommands';
import type { ManyKeysNeeds, ManyKeysParts } from './commands/manyKeys/manyKeysParts';
import { lazyCommands, type CommandMap } from './commands/register';
import { manyKeysScheme } from './contributions';
import { lazyDocuments } from './lazyFiles';

/** Several keys as one document, with the commands. */
interface ManyKeys extends Disposable {
  readonly commands: CommandMap;
  readonly parts: () => Promise<ManyKeysParts>;
}

/** Builds what makes several keys one document, as soon as there is one. */
export function composeManyKeys(
  needs: ManyKeysNeeds & Omit<ManyKeysCommandParts, 'parts'>,
): ManyKeys {
  const load = async () => {
    const { ManyKeysParts } = await import('./commands/manyKeys/manyKeysParts');
    return new ManyKeysParts(needs);
  };
  const lazy = lazyDocuments(manyKeysScheme, load, needs.inBackground);
  const commands = lazyCommands('manyKeys', async () => {
    const { manyKeysCommands } = await import('./commands/manyKeys/manyKeysCommands');
    return manyKeysCommands({ ...needs, parts: lazy.parts });
  });
  return { commands, parts: lazy.parts, dispose: () => lazy.dispose() };
}
