import * as vscode from 'vscode';
import { later } from '../../kv/base/later';
import { isKvError } from '../../kv/model/errors';
import { commandIds, type CommandId } from '../contributions';
import { commandGroups, type CommandGroup } from './commandGroups';
import { reportFailure } from './target';

/**
 * What a command does. Rows of the tree come as first argument, the selection as second. (Declared as
 * a method, so that a handler may name the types that its menus give it.)
 */
interface Command {
  run(...args: unknown[]): unknown;
}

export type CommandMap = Partial<Record<CommandId, Command['run']>>;

/** A handler for each command of a group, and for no other. */
export type CommandsOf<Group extends CommandGroup> = Readonly<
  Record<(typeof commandGroups)[Group][number], Command['run']>
>;

/** The commands of a group, which `load` makes when the first of them runs. */
export function lazyCommands<Group extends CommandGroup>(
  group: Group,
  load: () => Promise<CommandsOf<Group>>,
): CommandMap {
  const ids: readonly (typeof commandGroups)[Group][number][] = commandGroups[group];
  const loaded = later(load);
  return Object.fromEntries(
    ids.map((id) => [id, async (...args: unknown[]) => (await loaded())[id](...args)]),
  );
}

/** Registers the commands of all maps; each id must be there exactly once. */
export function registerCommands(
  log: vscode.LogOutputChannel,
  maps: readonly CommandMap[],
  titleOf: (id: string) => string,
): vscode.Disposable {
  const all = new Map(maps.flatMap((map) => Object.entries(map)));
  const missing = Object.values(commandIds).filter((id) => !all.has(id));
  if (missing.length > 0) {
    throw new Error(`commands without a handler: ${missing.join(', ')}`);
  }
  const registrations = [...all].map(([id, run]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        if (!isKvError(error, 'cancelled')) {
          const failed = vscode.l10n.t('Failed to run {0}', titleOf(id));
          await reportFailure(log, failed, error);
        }
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}
