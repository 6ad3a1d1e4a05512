import * as vscode from 'vscode';
import { later } from '../../kv/base/later';
import type { CliContext } from '../../kv/cliContexts/parseContext';
import type { CommandLine } from '../../kv/cliContexts/secretPlace';
import type { Surroundings } from '../../kv/cliContexts/surroundings';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';
import type { LoginOwner } from '../../kv/nats/link/dialError';
import type { DialReason } from '../../kv/model/kvConnection';
import { settingIds } from '../contributions';
import type { CredentialSource } from './credentialSource';
import type { CredentialsOfDial } from './openConnection';
import { plainWindow } from '../../views/shown/plainWindow';

/** Finds the CLI context or environment that a connection was made of. */
export type FindContext = (id: string) => CliContext | undefined;

/**
 * The credentials of every connection: those of a CLI context from where the context says, a password
 * that it leaves out and all others from the secrets that are kept.
 */
export class CliLogin implements CredentialsOfDial {
  constructor(
    private readonly surroundings: Surroundings,
    private readonly find: FindContext,
    private readonly kept: CredentialSource,
  ) {}

  async of(
    config: ConnectionConfig,
    signal: AbortSignal | undefined,
    reason: DialReason,
  ): Promise<readonly Credentials[]> {
    const context = this.find(config.id);
    if (!context) {
      return this.kept.of(config, signal, reason);
    }
    const { credentialsOf, runCommand } = await this.reading();
    const access = { ...this.surroundings, runCommand, mayRun: askToRun };
    const found = await credentialsOf(context, access, signal);
    const missing = found.filter((each) => each.kind === 'userPassword' && each.password === '');
    if (missing.length === 0) {
      return found;
    }
    const auth = config.auth?.filter(({ kind }) => kind === 'userPassword');
    const asked = await this.kept.of({ ...config, auth }, signal, reason);
    return [...found.filter((each) => !missing.includes(each)), ...asked];
  }

  accepted(id: string): void {
    this.kept.accepted(id);
  }

  refused(id: string, reason: DialReason, owner: LoginOwner): boolean {
    return this.kept.refused(id, reason, owner);
  }

  private readonly reading = later(async () => {
    const [{ credentialsOf }, { createCommandRunner }] = await Promise.all([
      import('../../kv/cliContexts/contextCredentials'),
      import('../../kv/cliContexts/commandRunner'),
    ]);
    return { credentialsOf, runCommand: createCommandRunner(this.surroundings) };
  });
}

/** Asks once for each program; the answer stands in the user's settings, where it can be undone. */
async function askToRun(command: CommandLine): Promise<boolean> {
  const { commandText } = await import('../../kv/cliContexts/commandRunner');
  const configuration = vscode.workspace.getConfiguration();
  const allowed = configuration.get<readonly string[]>(settingIds.cliCommands, []);
  if (allowed.includes(command.program)) {
    return true;
  }
  const allow = vscode.l10n.t('Allow {0}', command.program);
  const choice = await plainWindow.showWarningMessage(
    vscode.l10n.t('A context of the nats CLI runs {0} to log in.', command.program),
    {
      modal: true,
      detail: vscode.l10n.t(
        'It would run: {0}\nAllowing it holds for all contexts; see the setting {1}.',
        commandText(command),
        settingIds.cliCommands,
      ),
    },
    allow,
  );
  if (choice !== allow) {
    return false;
  }
  const next = [...allowed, command.program];
  await configuration.update(settingIds.cliCommands, next, vscode.ConfigurationTarget.Global);
  return true;
}
