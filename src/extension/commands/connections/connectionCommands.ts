import * as vscode from 'vscode';
import type { ConnectionConfig } from '../../../kv/model/connectionConfig';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { ConnectionNode } from '../../../views/buckets/rows/nodes';
import {
  draftOf,
  entryOf,
  newDraft,
  placeFor,
  secretsIn,
  withId,
  withChanges,
  type ConnectionDraft,
} from '../../connections/connectionDraft';
import { type ConnectionSecrets, slotOf } from '../../connections/connectionSecrets';
import {
  addConnection,
  changeConnection,
  findEntry,
  freeId,
  moveConnection,
  placeOfEntry,
  removeConnection,
  resolvePath,
  type EntryPlace,
} from '../../connections/connectionSettings';
import type { Connections } from '../../../kv/session/connections';
import { parseConnection, type ConnectionEntry } from '../../connections/parseConnection';
import { keep } from './secretPrompt';
import { commandIds, settingIds, viewIds } from '../../contributions';
import { openEntry } from './openEntry';
import { askConnection, defaultUrl, type Probe } from './connectionFlow';
import type { ConnectionTester } from '../../connections/connectionTester';
import type { CommandsOf } from '../register';
import { pickSession } from '../target';
import { warn } from '../../report';
import { plainWindow } from '../../../views/shown/plainWindow';

export interface ConnectionCommandParts {
  readonly connections: Connections;
  readonly secrets: ConnectionSecrets;
  readonly tester: ConnectionTester;
  readonly probe: Probe;
  readonly log: vscode.LogOutputChannel;
}

/** Commands that change which connections there are. */
export function connectionCommands(parts: ConnectionCommandParts): CommandsOf<'connections'> {
  const onEntry = (use: (session: ConnectionSession) => Promise<void>) => {
    return async (node?: ConnectionNode): Promise<void> => {
      const session = await pickSession(parts.connections, node, isOwn);
      return session && use(session);
    };
  };
  // What was typed before the user gave up is there again the next time.
  let unfinished: ConnectionDraft | undefined;
  return {
    [commandIds.connectionAdd]: async () => {
      const draft = (unfinished ??= newDraft(defaultUrl));
      if (await add(parts, draft)) {
        unfinished = undefined;
      }
    },
    [commandIds.connectionEdit]: onEntry((session) => edit(parts, session)),
    [commandIds.connectionDuplicate]: async (node?: ConnectionNode) => {
      const session = await pickSession(parts.connections, node);
      return session && duplicate(parts, session.config);
    },
    [commandIds.connectionMoveToFolder]: onEntry((session) => moveToFolder(parts, session)),
    [commandIds.connectionMoveUp]: onEntry(({ id }) => moveConnection(id, -1)),
    [commandIds.connectionMoveDown]: onEntry(({ id }) => moveConnection(id, 1)),
    [commandIds.connectionRemove]: onEntry((session) => remove(parts, session)),
    [commandIds.connectionSettings]: (about?: ConnectionNode | EntryPlace) => {
      const place = about && 'session' in about ? placeOfEntry(about.session.id) : about;
      return place && 'scope' in place
        ? openEntry(place)
        : vscode.commands.executeCommand('workbench.action.openSettings', settingIds.connections);
    },
  };
}

/** Whether a connection stands in the settings, where it can be changed. */
function isOwn({ config }: ConnectionSession): boolean {
  const { source = 'user' } = config;
  return source === 'user' || source === 'workspace';
}

/** False when the user gave up. */
async function add(
  parts: ConnectionCommandParts,
  draft: ConnectionDraft,
  before?: ConnectionEntry,
): Promise<boolean> {
  const title = vscode.l10n.t('Add Connection');
  if (!(await askUntilTested(title, parts, draft, before))) {
    return false;
  }
  const entry = entryOf(draft, before);
  const id = freeId(entry);
  // The secret comes first: the tree connects as soon as the connection is there.
  await keepSecret(parts, draft, id);
  await addConnection({ ...entry, id }, draft.scope);
  await vscode.commands.executeCommand(`${viewIds.buckets}.focus`);
  return true;
}

async function edit(parts: ConnectionCommandParts, session: ConnectionSession): Promise<void> {
  const found = findEntry(session.id);
  if (!found) {
    return;
  }
  const draft = draftOf(found.entry, found.scope);
  const { secrets } = parts;
  draft.credentials = draft.auth && (await secrets.find(session.config, slotOf(draft.auth)));
  const first = draft.auth && slotOf(draft.auth);
  const slots = (session.config.auth ?? []).map(slotOf).filter((slot) => slot !== first);
  const more = await Promise.all(slots.map((slot) => secrets.find(session.config, slot)));
  draft.moreCredentials = more.filter((each) => each !== undefined);
  draft.kept = new Map(
    secretsIn(draft).map((each) => [each, secrets.placeOf(session.config, slotOf(each))]),
  );
  const title = vscode.l10n.t('Edit Connection {0}', session.name);
  const before = entryOf(draft, found.entry);
  if (!(await askUntilTested(title, parts, draft, found.entry, session.id))) {
    return;
  }
  if (!findEntry(session.id)) {
    return warn(vscode.l10n.t('{0} was removed meanwhile, and stays so.', session.name));
  }
  // A secret goes with the URL that it was given for, so that one that was kept is kept anew.
  await keepSecret(parts, draft, session.id);
  const after = entryOf(draft, found.entry);
  await changeConnection(session.id, (entry) => withChanges(entry, before, after));
  await secrets.dropReplaced(session.config, withId(configOf(after), session.id));
}

/** Also the way to make a connection of one's own out of a CLI context. */
async function duplicate(parts: ConnectionCommandParts, config: ConnectionConfig): Promise<void> {
  const entry = findEntry(config.id)?.entry ?? entryOfConfig(config);
  const rest = { ...entry, id: undefined };
  const draft = draftOf({ ...rest, name: vscode.l10n.t('{0} copy', config.name) }, 'user');
  await add(parts, draft, { ...rest, name: draft.name });
}

/** Asks, tests, and asks again where the test failed and the user wants to. */
async function askUntilTested(
  title: string,
  { tester, probe }: ConnectionCommandParts,
  draft: ConnectionDraft,
  before?: ConnectionEntry,
  /** Of a connection that is there. */
  id?: string,
): Promise<boolean> {
  for (;;) {
    if (!(await askConnection(title, draft, probe))) {
      return false;
    }
    const entry = entryOf(draft, before);
    // What the test asks for is kept for the connection that is saved then.
    const config = withId(configOf(entry), id ?? freeId(entry));
    switch (await tester.beforeSaving(config, secretsIn(draft))) {
      case 'save':
        return true;
      case 'change':
        // The secret may be what was wrong: it is asked for again.
        draft.kept = new Map([...draft.kept].filter(([each]) => each !== draft.credentials));
        break;
      case 'cancel':
        return false;
    }
  }
}

function configOf(entry: ConnectionEntry): ConnectionConfig {
  const parsed = parseConnection(entry, 'user', resolvePath);
  if (typeof parsed === 'string') {
    throw new Error(parsed);
  }
  return parsed;
}

async function keepSecret(
  { secrets, log }: ConnectionCommandParts,
  draft: ConnectionDraft,
  id: string,
): Promise<void> {
  const config = withId(configOf(entryOf(draft)), id);
  for (const credentials of secretsIn(draft)) {
    await keep(secrets, config, credentials, placeFor(draft, credentials), log);
  }
}

async function moveToFolder(
  { connections }: ConnectionCommandParts,
  session: ConnectionSession,
): Promise<void> {
  const folders = new Set(connections.all.flatMap(({ config }) => config.folder ?? []));
  const top = vscode.l10n.t('No Folder');
  const fresh = vscode.l10n.t('New Folder…');
  const placeHolder = vscode.l10n.t('Folder of {0}', session.name);
  const chosen = await plainWindow.showQuickPick([top, ...folders, fresh], { placeHolder });
  const folder =
    chosen === fresh
      ? (await plainWindow.showInputBox({ prompt: vscode.l10n.t('Name of the folder') }))?.trim()
      : chosen;
  if (folder) {
    await changeConnection(session.id, (entry) => ({
      ...entry,
      folder: folder === top ? undefined : folder,
    }));
  }
}

async function remove(parts: ConnectionCommandParts, session: ConnectionSession): Promise<void> {
  const confirm = vscode.l10n.t('Remove');
  const choice = await plainWindow.showWarningMessage(
    vscode.l10n.t('Remove the connection {0}?', session.name),
    {
      modal: true,
      detail: vscode.l10n.t(
        'It is taken out of the settings, and its password or key is forgotten. Nothing changes on the server.',
      ),
    },
    confirm,
  );
  if (choice === confirm) {
    await removeConnection(session.id);
    await parts.secrets.forget(session.id);
  }
}

/** What of a connection from elsewhere can stand in the settings. */
function entryOfConfig(config: ConnectionConfig): ConnectionEntry {
  const { name, url, folder, environment, readOnly, tls } = config;
  const { proxy, domain, apiPrefix, inboxPrefix } = config;
  const auth = config.auth?.map(({ kind, ...rest }) => ({ method: kind, ...rest }));
  return {
    name,
    url,
    folder,
    environment,
    readOnly,
    auth,
    tls: tls && {
      ca: tls.caFile,
      cert: tls.certFile,
      key: tls.keyFile,
      first: tls.handshakeFirst,
    },
    proxy,
    domain,
    apiPrefix,
    inboxPrefix,
  };
}
