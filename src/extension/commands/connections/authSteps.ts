import * as vscode from 'vscode';
import type { AuthMethod } from '../../../kv/model/connectionConfig';
import type { ServerDemands } from '../../../kv/nats/link/probeServer';
import { setAuth, type ConnectionDraft } from '../../connections/connectionDraft';
import { askChoice, askText, type Choice, type StepPlace, type StepResult } from '../quickSteps';
import { plainWindow } from '../../../views/shown/plainWindow';

type Way = 'none' | 'userPassword' | 'token' | 'creds' | 'nkey' | 'jwt' | 'bearer';

/** Asks how to log in; what the server demands is preselected. */
export async function askAuth(
  place: StepPlace,
  draft: ConnectionDraft,
  demands: ServerDemands | undefined,
): Promise<StepResult<undefined>> {
  const way = await askChoice(place, placeholderFor(demands), ways(), wayOf(draft, demands));
  if (typeof way === 'string') {
    return way;
  }
  const method = await methodFor(way.value, place, draft);
  if (typeof method === 'string') {
    // Back from a detail asks for the way again.
    return method === 'back' ? askAuth(place, draft, demands) : method;
  }
  setAuth(draft, method.value);
  return { value: undefined };
}

function ways(): Choice<Way>[] {
  return [
    { label: vscode.l10n.t('No Login'), value: 'none' },
    { label: vscode.l10n.t('User and Password'), value: 'userPassword' },
    { label: vscode.l10n.t('Token'), value: 'token' },
    {
      label: vscode.l10n.t('Credentials File'),
      description: vscode.l10n.t('.creds, with a user JWT and its seed'),
      value: 'creds',
    },
    { label: vscode.l10n.t('NKey'), description: vscode.l10n.t('a seed'), value: 'nkey' },
    { label: vscode.l10n.t('JWT and Seed'), value: 'jwt' },
    { label: vscode.l10n.t('Bearer JWT'), description: vscode.l10n.t('no seed'), value: 'bearer' },
  ];
}

function placeholderFor(demands: ServerDemands | undefined): string {
  if (demands === undefined) {
    return vscode.l10n.t('How to log in (the server has not answered yet)');
  }
  if (demands.authRequired === undefined) {
    return vscode.l10n.t('How to log in');
  }
  return demands.authRequired
    ? vscode.l10n.t('How to log in: this server asks for it')
    : vscode.l10n.t('How to log in: this server does not ask for it');
}

function wayOf({ auth }: ConnectionDraft, demands: ServerDemands | undefined): Way {
  if (auth && auth.kind !== 'header' && auth.kind !== 'proxy') {
    return auth.kind === 'jwt' && auth.bearer ? 'bearer' : auth.kind;
  }
  if (!demands?.authRequired) {
    return 'none';
  }
  return demands.nonce ? 'creds' : 'userPassword';
}

async function methodFor(
  way: Way,
  place: StepPlace,
  { auth }: ConnectionDraft,
): Promise<StepResult<AuthMethod | undefined>> {
  switch (way) {
    case 'none':
      return { value: undefined };
    case 'userPassword': {
      const answer = await askText(place, {
        prompt: vscode.l10n.t('Name of the user'),
        value: auth?.kind === 'userPassword' ? auth.user : '',
        problem: (user) => (user.trim() ? undefined : vscode.l10n.t('A login needs a user name.')),
      });
      return typeof answer === 'string'
        ? answer
        : { value: { kind: 'userPassword', user: answer.value.trim() } };
    }
    case 'creds':
    case 'nkey':
      return askFile(way, place);
    case 'token':
    case 'jwt':
      return { value: { kind: way } };
    case 'bearer':
      return { value: { kind: 'jwt', bearer: true } };
  }
}

async function askFile(
  kind: 'creds' | 'nkey',
  place: StepPlace,
): Promise<StepResult<AuthMethod | undefined>> {
  const where = await askChoice(place, vscode.l10n.t('Where the secret is'), [
    {
      label: vscode.l10n.t('In a File That Stays…'),
      description: vscode.l10n.t('its path goes into the settings; read at each connect'),
      value: 'file' as const,
    },
    {
      label: vscode.l10n.t('Keep It in VS Code'),
      description: vscode.l10n.t('in the secret storage or for this session'),
      value: 'secret' as const,
    },
  ]);
  if (typeof where === 'string' || where.value === 'secret') {
    return typeof where === 'string' ? where : { value: { kind } };
  }
  const [uri] = (await plainWindow.showOpenDialog({ openLabel: vscode.l10n.t('Use') })) ?? [];
  return uri ? { value: { kind, file: uri.fsPath } } : 'back';
}
