import * as vscode from 'vscode';
import { addLogin, type ConnectionDraft, dropLogins } from '../../connections/connectionDraft';
import { isHeaderName, isWebSocketUrl } from '../../connections/parseConnection';
import { askChoice, askText, type StepPlace, type StepResult } from '../quickSteps';
import { askCredentials } from './secretPrompt';

/** Asks for a secret header where the URL is of a WebSocket; no other connection has one. */
export async function askHeader(
  place: StepPlace,
  draft: ConnectionDraft,
): Promise<StepResult<undefined>> {
  if (!isWebSocketUrl(draft.url)) {
    dropLogins(draft, 'header');
    return 'skip';
  }
  const names = draft.moreAuth.flatMap(({ method, name }) => (method === 'header' ? [name] : []));
  const isNone = names.length === 0;
  const answer = await askChoice<'none' | 'same' | 'more'>(
    place,
    vscode.l10n.t('Header for what stands before the server, such as an ingress'),
    [
      ...(isNone
        ? []
        : [
            {
              label: vscode.l10n.t('As It Is'),
              description: names.join(', '),
              value: 'same' as const,
            },
          ]),
      { label: vscode.l10n.t('No Header'), value: 'none' },
      {
        label: vscode.l10n.t('A Header with a Secret…'),
        value: 'more',
      },
    ],
    isNone ? 'none' : 'same',
  );
  if (typeof answer === 'string' || answer.value === 'same') {
    return typeof answer === 'string' ? answer : { value: undefined };
  }
  if (answer.value === 'more') {
    return askOne(place, draft);
  }
  dropLogins(draft, 'header');
  return { value: undefined };
}

async function askOne(place: StepPlace, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  const given = await askText(place, {
    prompt: vscode.l10n.t('Name of the header'),
    value: 'Authorization',
    problem: (name) =>
      isHeaderName(name.trim()) ? undefined : vscode.l10n.t('This is no header that can be given.'),
  });
  if (typeof given === 'string') {
    return given;
  }
  const method = { kind: 'header', name: given.value.trim() } as const;
  const credentials = await askCredentials(place, method);
  if (typeof credentials === 'string') {
    return credentials;
  }
  addLogin(draft, method, credentials.value);
  return { value: undefined };
}
