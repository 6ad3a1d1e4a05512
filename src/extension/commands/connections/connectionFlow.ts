import * as vscode from 'vscode';
import { parseServers, splitCredentials } from '../../../kv/nats/link/serverUrl';
import { probeServer, type ServerDemands } from '../../../kv/nats/link/probeServer';
import { resolvePath, type EntryScope } from '../../connections/connectionSettings';
import { sharedProxies } from '../../connections/sharedProxies';
import { messageOf } from '../../../kv/model/errors';
import { setAuth, setSecret, type ConnectionDraft } from '../../connections/connectionDraft';
import { hasSecret, type SecretPlace } from '../../connections/connectionSecrets';
import { askCredentials, askPlace } from './secretPrompt';
import {
  askChoice,
  askText,
  runSteps,
  sentence,
  type Choice,
  type StepPlace,
  type StepResult,
} from '../quickSteps';
import { askAuth } from './authSteps';
import { askHeader } from './headerSteps';
import { askProxy } from './proxySteps';
import { askTls } from './tlsSteps';

export const defaultUrl = 'nats://127.0.0.1:4222';

/** Asks a server what it wants of its clients, or tells why it gives no answer, as a clause. */
export type Probe = (
  draft: Pick<ConnectionDraft, 'url' | 'tls' | 'proxy' | 'moreCredentials'>,
) => Promise<ServerDemands | { readonly problem: string }>;

/** A server that takes longer to answer is not waited for. */
const probeTimeoutMs = 1500;

/** Asks the server of a draft. */
export const probeDraft: Probe = async ({ url, tls, proxy, moreCredentials }) => {
  const options = tls && {
    caFile: tls.ca && resolvePath(tls.ca),
    handshakeFirst: tls.first,
  };
  const login = moreCredentials.find(({ kind }) => kind === 'proxy');
  const through = {
    proxy,
    sharedProxies: sharedProxies(),
    ...(login?.kind === 'proxy' && { login }),
  };
  return probeServer(url, options, undefined, probeTimeoutMs, through).catch((error: unknown) => ({
    problem: messageOf(error),
  }));
};

const done: StepResult<undefined> = { value: undefined };

/**
 * Asks for everything of a connection, starting with what the draft says already, which it changes.
 * False when the user gave up. Steps that have nothing to ask are left out.
 */
export async function askConnection(
  title: string,
  draft: ConnectionDraft,
  probe: Probe,
): Promise<boolean> {
  let demands: ServerDemands | undefined;
  let inUrl = false;
  /** Before the next question: a server that is not there is told where its address was typed. */
  const doubt = async (text: string): Promise<string | undefined> => {
    if (draft.tunnel) {
      // What it runs must be allowed first; the test before it is saved asks for that.
      return undefined;
    }
    const answer = await probe({ ...draft, url: splitCredentials(text.trim()).url });
    demands = 'problem' in answer ? undefined : answer;
    return 'problem' in answer ? sentence(answer.problem) : undefined;
  };
  const steps = [
    async (place: StepPlace) => {
      const result = await askUrl(place, draft, doubt);
      inUrl = typeof result !== 'string' && result.value;
      return result;
    },
    async (place: StepPlace) => {
      const result = draft.tunnel ? 'skip' : await askProxy(place, draft, demands !== undefined);
      if (typeof result !== 'string') {
        await doubt(draft.url);
      }
      return result;
    },
    async (place: StepPlace) => (inUrl ? 'skip' : askAuth(place, draft, demands)),
    async (place: StepPlace) => (inUrl ? 'skip' : askSecret(place, draft)),
    (place: StepPlace) => askHeader(place, draft),
    (place: StepPlace) => keepWhere(place, draft),
    (place: StepPlace) => askTls(place, draft, demands),
    (place: StepPlace) => askName(place, draft),
    (place: StepPlace) => askEnvironment(place, draft),
    (place: StepPlace) => askReadOnly(place, draft),
    (place: StepPlace) => askScope(place, draft),
  ] as const;
  return (await runSteps<readonly unknown[]>(title, steps, { counted: false })) !== undefined;
}

/**
 * A user, password or token in the URL is taken out of it and kept as a secret; the value tells
 * whether there was one.
 */
async function askUrl(
  place: StepPlace,
  draft: ConnectionDraft,
  doubt: (text: string) => Promise<string | undefined>,
): Promise<StepResult<boolean>> {
  const answer = await askText(place, {
    prompt: vscode.l10n.t('URL of the NATS server; several of one cluster with commas between'),
    placeholder: defaultUrl,
    value: draft.url,
    problem: urlProblem,
    doubt,
  });
  if (typeof answer === 'string') {
    return answer;
  }
  const { url, credentials } = splitCredentials(answer.value.trim());
  draft.url = url;
  if (!credentials) {
    return { value: false };
  }
  setAuth(
    draft,
    credentials.kind === 'userPassword'
      ? { kind: credentials.kind, user: credentials.user }
      : { kind: 'token' },
  );
  setSecret(draft, credentials);
  return { value: true };
}

/** Why a text is not a server URL, as a sentence, or undefined when it is one. */
function urlProblem(text: string): string | undefined {
  try {
    parseServers([splitCredentials(text.trim()).url]);
    return undefined;
  } catch (error) {
    return sentence(messageOf(error));
  }
}

async function askSecret(place: StepPlace, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  // One that is kept from before is not asked for again.
  const isKept = draft.credentials !== undefined && draft.kept.has(draft.credentials);
  if (!draft.auth || isKept || !hasSecret(draft.auth)) {
    return 'skip';
  }
  const answer = await askCredentials(place, draft.auth, draft.credentials);
  if (typeof answer === 'string') {
    return answer;
  }
  setSecret(draft, answer.value);
  return done;
}

async function keepWhere(place: StepPlace, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  if (draft.place === undefined) {
    return 'skip';
  }
  return take(await askPlace(place), (value: SecretPlace) => (draft.place = value));
}

async function askName(place: StepPlace, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  const answer = await askText(place, {
    prompt: vscode.l10n.t('Name of the connection in the tree'),
    value: draft.name || nameFor(draft.url),
    problem: (name) => (name.trim() ? undefined : vscode.l10n.t('A connection needs a name.')),
  });
  return take(answer, (name) => (draft.name = name.trim()));
}

async function askEnvironment(
  place: StepPlace,
  draft: ConnectionDraft,
): Promise<StepResult<undefined>> {
  const own = draft.environment;
  const known: Choice<string>[] = [
    { label: vscode.l10n.t('No label'), value: '' },
    { label: 'development', value: 'development' },
    { label: 'staging', value: 'staging' },
    {
      label: 'production',
      description: vscode.l10n.t("deletes ask for the bucket's name to be typed"),
      value: 'production',
    },
  ];
  const isKnown = own === undefined || known.some(({ value }) => value === own);
  const choices = isKnown ? known : [...known, { label: own, value: own }];
  const placeholder = vscode.l10n.t('Environment, shown wherever something could be destroyed');
  const answer = await askChoice(place, placeholder, choices, own ?? '');
  return take(answer, (environment) => {
    draft.environment = environment || undefined;
  });
}

async function askReadOnly(
  place: StepPlace,
  draft: ConnectionDraft,
): Promise<StepResult<undefined>> {
  const choices: Choice<boolean>[] = [
    { label: vscode.l10n.t('Read and Write'), value: false },
    {
      label: vscode.l10n.t('Read-Only'),
      description: vscode.l10n.t('writes are refused until they are unlocked for some minutes'),
      value: true,
    },
  ];
  const answer = await askChoice(place, vscode.l10n.t('Access'), choices, draft.readOnly);
  return take(answer, (readOnly) => (draft.readOnly = readOnly));
}

async function askScope(place: StepPlace, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  if (vscode.workspace.workspaceFolders === undefined || !vscode.workspace.isTrusted) {
    return 'skip';
  }
  const choices: Choice<EntryScope>[] = [
    {
      label: vscode.l10n.t('User Settings'),
      description: vscode.l10n.t('in every window'),
      value: 'user',
    },
    {
      label: vscode.l10n.t('Workspace Settings'),
      description: vscode.l10n.t('can be committed for the team'),
      value: 'workspace',
    },
  ];
  const answer = await askChoice(place, vscode.l10n.t('Save in'), choices, draft.scope);
  return take(answer, (scope) => (draft.scope = scope));
}

function take<T>(answer: StepResult<T>, use: (value: T) => void): StepResult<undefined> {
  if (typeof answer === 'string') {
    return answer;
  }
  use(answer.value);
  return done;
}

function nameFor(url: string): string {
  const host = /^(?:\w+:\/\/)?(\[[^\]]+\]|[^:/,]+)/.exec(url.trim())?.[1] ?? '';
  return ['', 'localhost', '127.0.0.1', '[::1]'].includes(host) ? 'local' : host;
}
