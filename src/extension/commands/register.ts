import * as vscode from 'vscode';
import { isKvError } from '../../kv/model/errors';
import { commandIds, type CommandId } from '../contributions';
import { reportFailure } from './target';

/**
 * What a command does. Rows of the tree come as first argument, the selection as second. (Declared as
 * a method, so that a handler may name the types that its menus give it.)
 */
interface Command {
  run(...args: unknown[]): unknown;
}

export type CommandMap = Partial<Record<CommandId, Command['run']>>;

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
