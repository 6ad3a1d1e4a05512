import * as vscode from 'vscode';
import type { Entry } from '../../../kv/model/entry';
import { headerNameProblem } from '../../../kv/model/headers';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { DocumentId } from '../../documents/address/documentId';
import type { KeyDocuments } from '../../documents/model/keyDocuments';
import type { StoredFacts } from '../../documents/model/storeAnew';
import { displayText } from '../../../kv/values/displayText';
import { inform } from '../../report';
import { environmentTitle } from '../environmentTitle';
import { reportFailure } from '../target';
import { tellDone, undoing, writtenSince } from '../tellDone';
import { storeOrReport, whyNotStored } from './whyNotStored';

type Headers = Entry['headers'];

interface HeaderItem extends vscode.QuickPickItem {
  /** Its place among the headers; 'new' for one more, 'save' for the end. */
  readonly at: number | 'new' | 'save';
}

/**
 * Asks which headers of a key's value are to be others, one after the other, and stores the value with
 * all of them in one write. The value, its TTL and the texts of editors stay as they are.
 */
export async function editHeaders(
  documents: KeyDocuments,
  log: vscode.LogOutputChannel,
  id: DocumentId,
): Promise<void> {
  const { key } = id.address;
  const document = await documents.known(id);
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
  const { headers: seen, stamp } = document.latest;
  const title = environmentTitle(session.config, vscode.l10n.t('Headers of {0}', key));
  const headers = await askHeaders(title, seen);
  const count = headers && changes(seen, headers);
  if (!headers || count === 0) {
    return;
  }
  const failed = vscode.l10n.t('Failed to change the headers of {0}', key);
  if (await storeOrReport(documents, log, id, { headers, seen: stamp }, failed)) {
    const { stamp: written } = document.latest;
    tellDone(
      count === 1
        ? vscode.l10n.t('Changed 1 header of {0}.', displayText(key))
        : vscode.l10n.t('Changed {0} headers of {1}.', count ?? 0, displayText(key)),
      undoing(() => undo(documents, log, id, { headers: seen, seen: written })),
    );
  }
}

/** Stores the headers of before over the very message that this had written. */
async function undo(
  documents: KeyDocuments,
  log: vscode.LogOutputChannel,
  id: DocumentId,
  before: StoredFacts,
): Promise<void> {
  const { key } = id.address;
  try {
    if ((await documents.storeAnew(id, before)) === 'conflict') {
      inform(writtenSince(key));
    }
  } catch (error) {
    await reportFailure(
      log,
      vscode.l10n.t('Failed to undo the change of headers of {0}', key),
      error,
    );
  }
}

/** The headers as the user wants them; undefined when nothing is to change. */
async function askHeaders(title: string, before: Headers): Promise<Headers | undefined> {
  let headers = before;
  for (;;) {
    const count = changes(before, headers);
    const chosen = await plainWindow.showQuickPick(headerItems(headers, before, count), {
      title,
      placeHolder:
        count === 0
          ? vscode.l10n.t('The header to change; nothing is stored before you save')
          : vscode.l10n.t('Save, or change another one first'),
    });
    if (!chosen) {
      return undefined;
    }
    if (chosen.at === 'save') {
      return headers;
    }
    headers = await askHeader(title, headers, chosen.at);
  }
}

/** What there is, with Save first as soon as there is something to save: Enter takes the first row. */
function headerItems(headers: Headers, before: Headers, count: number): readonly HeaderItem[] {
  const save: HeaderItem = {
    label: vscode.l10n.t('Save Headers'),
    description:
      count === 1
        ? vscode.l10n.t('1 change')
        : vscode.l10n.t('{0} changes, stored in one write', count),
    iconPath: new vscode.ThemeIcon('save'),
    at: 'save',
  };
  const isOld = (header: Headers[number]): boolean => before.some((each) => isSame(each, header));
  return [
    ...(count > 0 ? [save] : []),
    ...headers.map((header, at) => {
      const [label, value] = header;
      const facts = isOld(header) ? [value] : [value, vscode.l10n.t('not stored yet')];
      const iconPath = new vscode.ThemeIcon('symbol-string');
      return { label, description: facts.join(' · '), iconPath, at };
    }),
    { label: vscode.l10n.t('Add Header…'), iconPath: new vscode.ThemeIcon('add'), at: 'new' },
  ];
}

/** The headers with one of them as the user wants it. */
async function askHeader(title: string, headers: Headers, at: number | 'new'): Promise<Headers> {
  const before = at === 'new' ? undefined : headers[at];
  const name = before?.[0] ?? (await askName(title));
  const value = name === undefined ? undefined : await askValue(title, name, before?.[1]);
  if (name === undefined || value === undefined) {
    return headers;
  }
  if (!before) {
    return [...headers, [name, value]];
  }
  return headers.flatMap((each, place): Headers =>
    place !== at ? [each] : value === '' ? [] : [[name, value]],
  );
}

/** How many headers are others than before: changed, added or taken away. */
function changes(before: Headers, after: Headers): number {
  const names = new Set([...before, ...after].map(([name]) => name));
  const valuesOf = (headers: Headers, wanted: string): string =>
    JSON.stringify(headers.flatMap(([name, value]) => (name === wanted ? [value] : [])));
  return [...names].filter((name) => valuesOf(before, name) !== valuesOf(after, name)).length;
}

function isSame([name, value]: Headers[number], [of, other]: Headers[number]): boolean {
  return name === of && value === other;
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
