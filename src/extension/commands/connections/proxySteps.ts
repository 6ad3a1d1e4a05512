import * as vscode from 'vscode';
import { messageOf } from '../../../kv/model/errors';
import { parseProxy, plainProxyUrl } from '../../../kv/model/proxyUrl';
import { isExempt } from '../../../kv/nats/link/proxy/noProxy';
import { parseServers } from '../../../kv/nats/link/serverUrl';
import { addLogin, type ConnectionDraft, dropLogins } from '../../connections/connectionDraft';
import { askChoice, askText, sentence, type StepPlace, type StepResult } from '../quickSteps';

/** Asks through which proxy a connection goes, where it has one or a server elsewhere is not reached without. */
export async function askProxy(
  place: StepPlace,
  draft: ConnectionDraft,
  isReached: boolean,
): Promise<StepResult<undefined>> {
  if (draft.proxy === undefined && (isReached || isHere(draft.url))) {
    return 'skip';
  }
  const before = draft.proxy;
  const answer = await askChoice<'shared' | 'direct' | 'own'>(
    place,
    vscode.l10n.t('Proxy on the way to the server'),
    [
      {
        label: vscode.l10n.t('No Proxy of Its Own'),
        description: vscode.l10n.t('that of VS Code or the environment, where there is one'),
        value: 'shared',
      },
      { label: vscode.l10n.t('A SOCKS5 or HTTP Proxy…'), description: before, value: 'own' },
      {
        label: vscode.l10n.t('Never a Proxy'),
        value: 'direct',
      },
    ],
    before === undefined ? 'shared' : before === 'direct' ? 'direct' : 'own',
  );
  if (typeof answer === 'string') {
    return answer;
  }
  return answer.value === 'own' ? askOwn(place, draft) : take(draft, answer.value);
}

/** Nobody needs a proxy to this computer. */
function isHere(url: string): boolean {
  return parseServers([url]).addresses.every((server) => isExempt(server, []));
}

function take(draft: ConnectionDraft, value: 'shared' | 'direct'): StepResult<undefined> {
  dropLogins(draft, 'proxy');
  draft.proxy = value === 'direct' ? value : undefined;
  return { value: undefined };
}

/** A user and password in the URL are taken out of it, and kept as a secret. */
async function askOwn(place: StepPlace, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  const { proxy = '' } = draft;
  const answer = await askText(place, {
    prompt: vscode.l10n.t(
      'URL of the proxy, with user:password@ before the host where it wants that',
    ),
    placeholder: 'socks5://proxy.example.com:1080',
    value: proxy === 'direct' ? '' : proxy,
    problem: proxyProblem,
  });
  if (typeof answer === 'string') {
    return answer;
  }
  const { login } = parseProxy(answer.value);
  const url = plainProxyUrl(answer.value);
  const isOther = url !== proxy;
  draft.proxy = url;
  if (login) {
    addLogin(draft, { kind: 'proxy', user: login.user }, { kind: 'proxy', ...login });
  } else if (isOther) {
    dropLogins(draft, 'proxy');
  }
  return { value: undefined };
}

function proxyProblem(text: string): string | undefined {
  try {
    parseProxy(text);
    return undefined;
  } catch (error) {
    return sentence(messageOf(error));
  }
}
