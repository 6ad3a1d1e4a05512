import * as vscode from 'vscode';
import type { Entry } from '../../../kv/model/entry';
import { headerNameProblem } from '../../../kv/model/headers';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { DocumentId } from '../../documents/address/documentId';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import { inform } from '../../report';
import { environmentTitle } from '../environmentTitle';
import { storeOrReport, whyNotStored } from './whyNotStored';

type Headers = Entry['headers'];

interface HeaderItem extends vscode.QuickPickItem {
  /** Its place among the headers; undefined for a new one. */
  readonly at?: number;
}

/**
 * Asks which header of a key's value is to be another, and stores the value with it. The value, its TTL
 * and the texts of editors stay as they are.
 */
export async function editHeaders(
  documents: KeyDocuments,
  log: vscode.LogOutputChannel,
  id: DocumentId,
): Promise<void> {
  const { key } = id.address;
  const { latest } = await documents.known(id);
  const session = documents.find(id.uri)?.session;
  if (!session) {
    return;
  }
  const reason = await whyNotStored(documents, id, {
    mirror: (bucket, of) =>
      vscode.l10n.t('{0} is a mirror of {1}: its headers are set there.', bucket, of),
    gone: (name) => vscode.l10n.t('{0} has no value on the server that could have headers.', name),
  });
  if (reason !== undefined) {
    inform(reason);
    return;
  }
  const { headers: seen, stamp } = latest;
  const title = environmentTitle(session.config, vscode.l10n.t('Headers of {0}', key));
  const headers = await askHeaders(title, seen);
  if (!headers) {
    return;
  }
  const failed = vscode.l10n.t('Failed to change the headers of {0}', key);
  await storeOrReport(documents, log, id, { headers, seen: stamp }, failed);
}

/** The headers as the user wants them; undefined when nothing is to change. */
async function askHeaders(title: string, headers: Headers): Promise<Headers | undefined> {
  const chosen = await plainWindow.showQuickPick<HeaderItem>(
    [
      ...headers.map(([label, description], at) => ({ label, description, at })),
      { label: vscode.l10n.t('Add Header…'), iconPath: new vscode.ThemeIcon('add') },
    ],
    { title, placeHolder: vscode.l10n.t('The header to change') },
  );
  if (!chosen) {
    return undefined;
  }
  const before = chosen.at === undefined ? undefined : headers[chosen.at];
  const name = before?.[0] ?? (await askName(title));
  const value = name === undefined ? undefined : await askValue(title, name, before?.[1]);
  if (name === undefined || value === undefined || value === before?.[1]) {
    return undefined;
  }
  if (!before) {
    return [...headers, [name, value]];
  }
  return headers.flatMap((each, at): Headers =>
    at !== chosen.at ? [each] : value === '' ? [] : [[name, value]],
  );
}

async function askName(title: string): Promise<string | undefined> {
  const name = await plainWindow.showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the header, such as Content-Type'),
    validateInput: (text) => nameProblem(text.trim()),
  });
  return name?.trim();
}

function askValue(
  title: string,
  name: string,
  value: string | undefined,
): Thenable<string | undefined> {
  return plainWindow.showInputBox({
    title,
    prompt:
      value === undefined
        ? vscode.l10n.t('Value of {0}', name)
        : vscode.l10n.t('Value of {0}; empty takes the header away', name),
    value: value ?? '',
  });
}

function nameProblem(name: string): string | undefined {
  switch (headerNameProblem(name)) {
    case 'invalid':
      return vscode.l10n.t('The name of a header has visible ASCII letters only, and no colon.');
    case 'reserved':
      return vscode.l10n.t('{0} is one of the headers that NATS has for itself.', name);
    case undefined:
      return undefined;
  }
}
