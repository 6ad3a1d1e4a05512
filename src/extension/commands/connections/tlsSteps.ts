import * as vscode from 'vscode';
import type { ServerDemands } from '../../../kv/nats/link/probeServer';
import type { ConnectionDraft } from '../../connections/connectionDraft';
import { askChoice, type StepPlace, type StepResult } from '../quickSteps';
import { plainWindow } from '../../../views/shown/plainWindow';

type Trust = 'system' | 'ca' | 'cert' | 'both' | 'same';

/** Asks whom to trust and which certificate to show, where TLS is used or demanded. */
export async function askTls(
  place: StepPlace,
  draft: ConnectionDraft,
  demands: ServerDemands | undefined,
): Promise<StepResult<undefined>> {
  const isUsed = draft.tls !== undefined || /\b(tls|wss):\/\//i.test(draft.url);
  if (!isUsed && !demands?.tlsRequired && !demands?.handshakeFirst) {
    return 'skip';
  }
  const before = draft.tls;
  const answer = await askChoice<Trust>(
    place,
    demands?.tlsVerify
      ? vscode.l10n.t('TLS: this server asks for a client certificate')
      : vscode.l10n.t('TLS: whose certificates are trusted'),
    [
      ...(before
        ? [
            {
              label: vscode.l10n.t('As It Is'),
              description: Object.values(before).join(', '),
              value: 'same' as const,
            },
          ]
        : []),
      { label: vscode.l10n.t("The System's Authorities"), value: 'system' },
      { label: vscode.l10n.t('An Authority of My Own…'), value: 'ca' },
      {
        label: vscode.l10n.t("The System's Authorities, and a Client Certificate…"),
        value: 'cert',
      },
      {
        label: vscode.l10n.t('An Authority of My Own, and a Client Certificate…'),
        value: 'both',
      },
    ],
    before ? 'same' : demands?.tlsVerify ? 'cert' : 'system',
  );
  if (typeof answer === 'string') {
    return answer;
  }
  const result = await applyTrust(answer.value, draft);
  if (typeof result !== 'string' && demands?.handshakeFirst) {
    draft.tls = { ...draft.tls, first: true };
  }
  return result;
}

async function applyTrust(trust: Trust, draft: ConnectionDraft): Promise<StepResult<undefined>> {
  if (trust === 'same') {
    return { value: undefined };
  }
  const wanted = {
    ca: trust === 'ca' || trust === 'both' ? vscode.l10n.t('Certificate of the Authority') : '',
    cert: trust === 'cert' || trust === 'both' ? vscode.l10n.t('Client Certificate') : '',
    key: trust === 'cert' || trust === 'both' ? vscode.l10n.t('Key of the Client Certificate') : '',
  };
  const files: Record<string, string> = {};
  for (const [field, title] of Object.entries(wanted)) {
    const path = title === '' ? undefined : await pickFile(title);
    if (title !== '' && path === undefined) {
      return 'back';
    }
    if (path !== undefined) {
      files[field] = path;
    }
  }
  draft.tls = trust === 'system' ? undefined : files;
  return { value: undefined };
}

async function pickFile(title: string): Promise<string | undefined> {
  const options = { title, openLabel: vscode.l10n.t('Use') };
  const [uri] = (await plainWindow.showOpenDialog(options)) ?? [];
  return uri?.fsPath;
}
