import * as vscode from 'vscode';
import { parseServers } from '../../kv/nats/link/serverUrl';
import { messageOf } from '../../kv/errors';
import type { ConnectionNode } from '../../views/nodes';
import { addConnection, removeConnection } from '../connections/connectionSettings';
import type { Connections } from '../connections/connections';
import { commandIds, settingIds, viewIds } from '../contributions';
import { askText, runSteps, sentence } from '../quickSteps';
import { pickSession } from './target';
import type { CommandMap } from './register';

const defaultUrl = 'nats://127.0.0.1:4222';

/** Commands on connections. */
export function connectionCommands(connections: Connections): CommandMap {
  return {
    [commandIds.connectionAdd]: () => add(),
    [commandIds.connectionRemove]: (node?: ConnectionNode) => remove(connections, node),
    [commandIds.connectionReconnect]: async (node?: ConnectionNode) => {
      const session = await pickSession(connections, node);
      if (session?.state.current.kind === 'connected') {
        await session.loadBuckets();
      } else {
        session?.reconnectNow();
      }
    },
    [commandIds.connectionSettings]: () =>
      vscode.commands.executeCommand('workbench.action.openSettings', settingIds.connections),
  };
}

async function add(): Promise<void> {
  let url = defaultUrl;
  const answers = await runSteps<[string, string]>(vscode.l10n.t('Add Connection'), [
    async (place, before) => {
      const result = await askText(place, {
        prompt: vscode.l10n.t('URL of the NATS server; several of one cluster with commas between'),
        placeholder: defaultUrl,
        value: before ?? defaultUrl,
        problem: urlProblem,
      });
      url = typeof result === 'string' ? url : result.value;
      return result;
    },
    (place, before) =>
      askText(place, {
        prompt: vscode.l10n.t('Name of the connection in the tree'),
        value: before ?? nameFor(url),
        problem: (name) => (name.trim() ? undefined : vscode.l10n.t('A connection needs a name.')),
      }),
  ]);
  if (answers) {
    await addConnection(answers[1].trim(), answers[0].trim());
    await vscode.commands.executeCommand(`${viewIds.buckets}.focus`);
  }
}

/** Why a text is not a server URL, as a sentence, or undefined when it is one. */
function urlProblem(text: string): string | undefined {
  try {
    parseServers([text]);
    return undefined;
  } catch (error) {
    return sentence(messageOf(error));
  }
}

function nameFor(url: string): string {
  const host = /^(?:\w+:\/\/)?(\[[^\]]+\]|[^:/,]+)/.exec(url.trim())?.[1] ?? '';
  return ['', 'localhost', '127.0.0.1', '[::1]'].includes(host) ? 'local' : host;
}

async function remove(connections: Connections, node?: ConnectionNode): Promise<void> {
  const session = await pickSession(connections, node);
  if (!session) {
    return;
  }
  const confirm = vscode.l10n.t('Remove');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove the connection {0}?', session.name),
    {
      modal: true,
      detail: vscode.l10n.t('It is taken out of the settings. Nothing changes on the server.'),
    },
    confirm,
  );
  if (choice === confirm) {
    await removeConnection(session.id);
  }
}
