import * as vscode from 'vscode';
import { overlapOf, parsePair, type SyncPair } from '../../kv/sync/syncPair';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { settingIds } from '../contributions';

/** Where an entry stands: a settings file, and the path in it; no file for the user's own settings. */
interface SettingPlace {
  readonly file: vscode.Uri | undefined;
  readonly path: readonly (string | number)[];
}

/** A pair that can be used, with the folder of the workspace that its own is in. */
export interface PlacedPair {
  readonly pair: SyncPair;
  readonly session: ConnectionSession;
  readonly root: vscode.WorkspaceFolder;
  readonly folder: vscode.Uri;
}

/** An entry that cannot be used, and why, as a clause. */
export interface SyncSettingProblem {
  readonly place: SettingPlace;
  /** What it is called: its folder, where it has one. */
  readonly name: string;
  readonly reason: string;
}

export interface SyncSettings {
  readonly pairs: readonly PlacedPair[];
  readonly problems: readonly SyncSettingProblem[];
}

interface Entry {
  readonly entry: unknown;
  readonly place: SettingPlace;
  /** The folder of the workspace whose settings it is in; none for those of all folders together. */
  readonly root: vscode.WorkspaceFolder | undefined;
}

/** Reads `natsKv.sync` of the workspace and its folders; nothing of one that is not trusted. */
export function readSyncSettings(connections: Pick<Connections, 'all'>): SyncSettings {
  const pairs: PlacedPair[] = [];
  const problems: SyncSettingProblem[] = [];
  for (const { entry, place, root } of vscode.workspace.isTrusted ? entries() : []) {
    const placed = placedOf(entry, root, connections, pairs);
    if ('reason' in placed) {
      const { field, reason } = placed;
      const path = field === undefined ? place.path : [...place.path, field];
      problems.push({ place: { ...place, path }, name: nameOf(entry), reason });
    } else {
      pairs.push(placed);
    }
  }
  return { pairs, problems };
}

interface Problem {
  readonly field: string | undefined;
  readonly reason: string;
}

function placedOf(
  entry: unknown,
  own: vscode.WorkspaceFolder | undefined,
  connections: Pick<Connections, 'all'>,
  others: readonly PlacedPair[],
): PlacedPair | Problem {
  const { t } = vscode.l10n;
  if (typeof entry === 'object' && entry !== null && userMark in entry) {
    return {
      field: undefined,
      reason: t('it is in your own settings; it belongs into those of a workspace'),
    };
  }
  const parsed = parsePair(entry);
  if ('reason' in parsed) {
    return parsed;
  }
  const placed = folderOf(parsed.folder, own);
  if (!placed) {
    const reason = t('it has to begin with the name of a folder of this workspace');
    return { field: 'folder', reason };
  }
  const pair = { ...parsed, folder: placed.path };
  const session = connections.all.find(
    ({ id, name }) => id === pair.connection || name === pair.connection,
  );
  if (!session) {
    return { field: 'connection', reason: t('there is no connection "{0}"', pair.connection) };
  }
  const { root } = placed;
  for (const other of others) {
    const isOneRoot = root.uri.toString() === other.root.uri.toString();
    const overlap = overlapOf(pair, other.pair, {
      isOneRoot,
      isOneConnection: session === other.session,
    });
    if (overlap) {
      return overlap;
    }
  }
  return { pair, session, root, folder: vscode.Uri.joinPath(root.uri, pair.folder) };
}

/** Marks that something is set where it does not belong. */
const userMark = Symbol('user');

function entries(): Entry[] {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const [first] = workspaceFolders;
  const settings = vscode.workspace.getConfiguration().inspect<unknown>(settingIds.sync);
  const user = settings?.globalValue === undefined ? [] : [userEntry];
  const { sync } = settingIds;
  if (!workspaceFile) {
    const file = first && vscode.Uri.joinPath(first.uri, '.vscode/settings.json');
    return [...user, ...listOf(settings?.workspaceValue, { file, path: [sync] }, first)];
  }
  const shared = listOf(
    settings?.workspaceValue,
    { file: workspaceFile, path: ['settings', sync] },
    undefined,
  );
  const own = workspaceFolders.flatMap((folder) => {
    const value = vscode.workspace.getConfiguration(undefined, folder).inspect<unknown>(sync);
    const file = vscode.Uri.joinPath(folder.uri, '.vscode/settings.json');
    return listOf(value?.workspaceFolderValue, { file, path: [sync] }, folder);
  });
  return [...user, ...shared, ...own];
}

const userEntry: Entry = {
  entry: { [userMark]: true },
  place: { file: undefined, path: [] },
  root: undefined,
};

function listOf(
  value: unknown,
  place: SettingPlace,
  root: vscode.WorkspaceFolder | undefined,
): Entry[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value)
    ? value.map((entry: unknown, at) => ({
        ...{ entry, root },
        place: { ...place, path: [...place.path, at] },
      }))
    : [{ entry: value, place, root }];
}

/** In the settings of several folders together the first step of a path names one of them. */
function folderOf(
  path: string,
  own: vscode.WorkspaceFolder | undefined,
): { readonly root: vscode.WorkspaceFolder; readonly path: string } | undefined {
  if (own) {
    return { root: own, path };
  }
  const [name, ...rest] = path.split('/');
  const root = vscode.workspace.workspaceFolders?.find((folder) => folder.name === name);
  return root && rest.length > 0 ? { root, path: rest.join('/') } : undefined;
}

function nameOf(entry: unknown): string {
  const folder = (entry as { readonly folder?: unknown } | null | undefined)?.folder;
  return typeof folder === 'string' && folder !== '' ? folder : settingIds.sync;
}
