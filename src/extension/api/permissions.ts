import * as vscode from 'vscode';
import { Emitter, type Disposable } from '../../kv/base/event';
import { isProduction, type ConnectionConfig } from '../../kv/model/connectionConfig';
import { serverOf } from '../../kv/session/connections';
import { plainWindow } from '../../views/shown/plainWindow';
import { environmentTitle } from '../commands/environmentTitle';
import { updateState } from '../updateState';
import { ApiFailure } from './apiFailure';

/** Another extension, as it has named itself. */
export interface Caller {
  readonly id: string;
  readonly name: string;
}

/** What the user has allowed: the codecs of an extension, or the keys of a connection. */
export interface Permission {
  readonly extensionId: string;
  /** Id and URL of the connection, and all that says where it leads and as whom; omitted for codecs. */
  readonly connection?: readonly [id: string, url: string, server: string];
}

const kept = 'api.permissions';

/**
 * Owns what the user has allowed to other extensions; changes only by the user's answers and `withdraw`. What is
 * allowed is remembered, but for production, where it is until the window closes as a refusal is everywhere.
 */
export class Permissions implements Disposable {
  private readonly ofWindow = new Map<string, boolean>();
  private readonly asking = new Map<string, Promise<boolean>>();
  private readonly withdrawn = new Emitter<void>();

  /** Something is not allowed any more. */
  readonly onDidWithdraw = this.withdrawn.event;

  constructor(private readonly memory: vscode.Memento) {}

  /** What is allowed now, each with the extension. */
  get all(): readonly Permission[] {
    const names = [...this.ofWindow].filter(([, isAllowed]) => isAllowed).map(([name]) => name);
    return [...new Set([...this.remembered, ...names])].map(
      (name) => JSON.parse(name) as Permission,
    );
  }

  /** Whether an extension may still read what it was allowed to. */
  isAllowed({ id }: Caller, config?: ConnectionConfig): boolean {
    const name = nameOf(id, config);
    const isRemembered = this.remembered.includes(name) && !(config && isProduction(config));
    return this.ofWindow.get(name) ?? isRemembered;
  }

  /** Throws `denied` unless the user allows an extension its codecs, or to read the keys of a connection. */
  async ask(caller: Caller, config?: ConnectionConfig): Promise<void> {
    const name = nameOf(caller.id, config);
    if (this.isAllowed(caller, config)) {
      return;
    }
    if (!this.ofWindow.has(name)) {
      const asking = this.asking.get(name) ?? this.answered(name, caller, config);
      this.asking.set(name, asking);
      await asking.finally(() => this.asking.delete(name));
    }
    if (!this.isAllowed(caller, config)) {
      throw new ApiFailure('denied', vscode.l10n.t('the user does not allow it'));
    }
  }

  /** Takes permissions back; the extension is asked for again. */
  async withdraw(permissions: readonly Permission[]): Promise<void> {
    const names = permissions.map((each) => JSON.stringify(each));
    names.forEach((name) => this.ofWindow.delete(name));
    const isKept = await this.remember((all) => all.filter((name) => !names.includes(name)));
    if (!isKept) {
      names.forEach((name) => this.ofWindow.set(name, false));
    }
    this.withdrawn.fire();
    if (!isKept) {
      throw new Error(vscode.l10n.t('VS Code has not stored it; it holds for this window only'));
    }
  }

  dispose(): void {
    this.withdrawn.dispose();
  }

  private get remembered(): readonly string[] {
    return this.memory.get<readonly string[]>(kept, []);
  }

  private remember(change: (all: readonly string[]) => readonly string[]): Promise<boolean> {
    return updateState(this.memory, kept, change);
  }

  private async answered(
    name: string,
    caller: Caller,
    config: ConnectionConfig | undefined,
  ): Promise<boolean> {
    const isAllowed = await (config ? askForKeys(caller, config) : askForCodecs(caller));
    const isForGood = isAllowed && !(config && isProduction(config));
    const add = (all: readonly string[]) => [...all.filter((each) => each !== name), name];
    if (!(isForGood && (await this.remember(add)))) {
      this.ofWindow.set(name, isAllowed);
    }
    return isAllowed;
  }
}

function nameOf(extensionId: string, config: ConnectionConfig | undefined): string {
  const permission: Permission = {
    extensionId,
    ...(config && { connection: [config.id, config.url, serverOf(config)] }),
  };
  return JSON.stringify(permission);
}

async function askForKeys({ name, id }: Caller, config: ConnectionConfig): Promise<boolean> {
  const { t } = vscode.l10n;
  const question = t('Let the extension {0} read keys of {1}?', name, config.name);
  const detail = [
    t(
      '{0} asks to open, read and watch every key of every bucket there ({1}). It may not write by this, and is given no password.',
      id,
      config.url,
    ),
    isProduction(config)
      ? t('On production it is asked again in each window.')
      : t('It is remembered until you take it back by {0}.', t('Access of Extensions…')),
  ].join('\n\n');
  return isYes(environmentTitle(config, question), detail);
}

async function askForCodecs({ name, id }: Caller): Promise<boolean> {
  const { t } = vscode.l10n;
  const question = t('Let the extension {0} decode values?', name);
  const detail = [
    t(
      '{0} then sees the bucket, key and headers of every value that is shown to you, on every connection, and the bytes of those that it decodes. What it makes of an edited text is stored when you save.',
      id,
    ),
    t('It is remembered until you take it back by {0}.', t('Access of Extensions…')),
  ].join('\n\n');
  return isYes(question, detail);
}

async function isYes(question: string, detail: string): Promise<boolean> {
  const allow = vscode.l10n.t('Allow');
  const options = { modal: true, detail };
  return (await plainWindow.showWarningMessage(question, options, allow)) === allow;
}
