import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import { settingIds } from '../contributions';
import { idOf, parseConnection, type ConnectionEntry } from './parseConnection';

/** An entry of `natsKv.connections` that cannot be used, and why. */
export interface ConnectionProblem {
  readonly place: EntryPlace;
  /** The name that the entry gives, if it does. */
  readonly name: string | undefined;
  readonly reason: string;
}

/** Where an entry stands: in which settings, and its place in their list; none for the list itself. */
export interface EntryPlace {
  readonly scope: EntryScope;
  readonly index: number | undefined;
}

export interface ConnectionSettings {
  readonly connections: readonly ConnectionConfig[];
  readonly problems: readonly ConnectionProblem[];
}

/** Which settings an entry stands in. */
export type EntryScope = 'user' | 'workspace';

interface ScopedEntry {
  readonly entry: unknown;
  readonly scope: EntryScope;
  readonly index: number;
}

/** Reads `natsKv.connections`. In an untrusted workspace only the user's own settings count. */
export function readConnections(): ConnectionSettings {
  const inspected = vscode.workspace.getConfiguration().inspect<unknown>(settingIds.connections);
  const lists = [
    { list: inspected?.globalValue, scope: 'user' as const },
    ...(vscode.workspace.isTrusted
      ? [inspected?.workspaceFolderValue, inspected?.workspaceValue].map((list) => ({
          list,
          scope: 'workspace' as const,
        }))
      : []),
  ];
  const { connections, problems } = parseConnections(lists.flatMap(entriesOf));
  const noLists = lists.filter(({ list }) => list !== undefined && !Array.isArray(list));
  return { connections, problems: [...noLists.map(noListProblem), ...problems] };
}

/** How many connections of the workspace are not looked at, since it is not trusted. */
export function untrustedConnections(): number {
  return vscode.workspace.isTrusted ? 0 : valueIn('workspace').length;
}

interface ScopedList {
  readonly list: unknown;
  readonly scope: EntryScope;
}

function entriesOf({ list, scope }: ScopedList): ScopedEntry[] {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.map((entry, index) => ({ entry, scope, index }));
}

function noListProblem({ scope }: ScopedList): ConnectionProblem {
  return {
    place: { scope, index: undefined },
    name: undefined,
    reason: vscode.l10n.t('it is not a list'),
  };
}

/** Checks entries; ids must be unique, the first one of an id wins. */
export function parseConnections(entries: readonly ScopedEntry[]): ConnectionSettings {
  const connections = new Map<string, ConnectionConfig>();
  const problems: ConnectionProblem[] = [];
  entries.forEach(({ entry, ...place }) => {
    const parsed = parseConnection(entry, place.scope, resolvePath);
    if (typeof parsed === 'string') {
      problems.push({ place, name: nameIn(entry), reason: parsed });
    } else if (connections.has(parsed.id)) {
      const reason = vscode.l10n.t('another connection has its name or id ("{0}")', parsed.id);
      problems.push({ place, name: parsed.name, reason });
    } else {
      connections.set(parsed.id, parsed);
    }
  });
  return { connections: [...connections.values()], problems };
}

function nameIn(entry: unknown): string | undefined {
  const name = typeof entry === 'object' && entry !== null && 'name' in entry && entry.name;
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
}

/** Where the entry of a connection stands; undefined for one of another source. */
export function placeOfEntry(id: string): EntryPlace | undefined {
  for (const scope of ['user', 'workspace'] as const) {
    const index = valueIn(scope).findIndex((each) => idOfEntry(each) === id);
    if (index >= 0) {
      return { scope, index };
    }
  }
  return undefined;
}

/** `~` is the home folder; a relative path starts at the first folder of the workspace. */
export function resolvePath(path: string): string {
  if (path === '~' || /^~[\\/]/.test(path)) {
    return join(homedir(), path.slice(1));
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return isAbsolute(path) || folder?.scheme !== 'file' ? path : join(folder.fsPath, path);
}

/** The entry of a connection as it stands in the settings, and in which; undefined for others. */
export function findEntry(id: string): { entry: ConnectionEntry; scope: EntryScope } | undefined {
  const place = placeOfEntry(id);
  const entry = place?.index === undefined ? undefined : valueIn(place.scope)[place.index];
  return place && entry ? { entry: entry as ConnectionEntry, scope: place.scope } : undefined;
}

/** An id for a new connection that no other has. */
export function freeId(entry: ConnectionEntry): string {
  const all = [...valueIn('user'), ...valueIn('workspace')];
  const taken = new Set(all.map(idOfEntry));
  const wanted = entry.id ?? idOf(entry.name);
  let id = wanted;
  for (let count = 2; taken.has(id); count++) {
    id = `${wanted}-${count}`;
  }
  return id;
}

/** Adds a connection to the settings. */
export function addConnection(entry: ConnectionEntry, scope: EntryScope): Promise<void> {
  return update(scope, (entries) => [...entries, entry]);
}

/** Changes an entry where it stands; its id, and so the URIs of its keys, stays. */
export async function changeConnection(
  id: string,
  change: (entry: ConnectionEntry) => ConnectionEntry,
): Promise<void> {
  const found = findEntry(id);
  if (found) {
    await update(found.scope, (entries) =>
      entries.map((entry) =>
        idOfEntry(entry) === id ? { ...change(entry as ConnectionEntry), id } : entry,
      ),
    );
  }
}

/** Moves an entry up (-1) or down (1) among those of its settings. */
export async function moveConnection(id: string, by: -1 | 1): Promise<void> {
  const found = findEntry(id);
  if (found) {
    await update(found.scope, (entries) => {
      const at = entries.findIndex((entry) => idOfEntry(entry) === id);
      const next = [...entries];
      next.splice(at + by, 0, ...next.splice(at, 1));
      return at + by < 0 ? entries : next;
    });
  }
}

/** Takes a connection out of whichever settings hold it. */
export async function removeConnection(id: string): Promise<void> {
  for (const scope of ['user', 'workspace'] as const) {
    if (valueIn(scope).some((entry) => idOfEntry(entry) === id)) {
      await update(scope, (entries) => entries.filter((entry) => idOfEntry(entry) !== id));
    }
  }
}

function idOfEntry(entry: unknown): string | undefined {
  const parsed = parseConnection(entry, 'user', resolvePath);
  return typeof parsed === 'string' ? undefined : parsed.id;
}

function valueIn(scope: EntryScope): readonly unknown[] {
  const inspected = vscode.workspace.getConfiguration().inspect<unknown>(settingIds.connections);
  const value = scope === 'user' ? inspected?.globalValue : inspected?.workspaceValue;
  return Array.isArray(value) ? value : [];
}

async function update(
  scope: EntryScope,
  change: (entries: readonly unknown[]) => readonly unknown[],
): Promise<void> {
  const next = change(valueIn(scope));
  const target =
    scope === 'user' ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace
    .getConfiguration()
    .update(settingIds.connections, next.length > 0 ? next : undefined, target);
}
