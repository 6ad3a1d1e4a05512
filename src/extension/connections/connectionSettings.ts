import * as vscode from 'vscode';
import type { ConnectionConfig } from '../../kv/connectionConfig';
import { settingIds } from '../contributions';

/** An entry of `natsKv.connections` that cannot be used, and why. */
export interface ConnectionProblem {
  readonly index: number;
  readonly reason: string;
}

export interface ConnectionSettings {
  readonly connections: readonly ConnectionConfig[];
  readonly problems: readonly ConnectionProblem[];
}

/** An entry as it stands in the settings. */
interface SettingsEntry {
  id?: string;
  name: string;
  url: string;
}

/** Reads `natsKv.connections`. In an untrusted workspace only the user's own settings count. */
export function readConnections(): ConnectionSettings {
  const inspected = vscode.workspace.getConfiguration().inspect<unknown>(settingIds.connections);
  const workspace = vscode.workspace.isTrusted
    ? [inspected?.workspaceFolderValue, inspected?.workspaceValue]
    : [];
  const lists = [inspected?.globalValue, ...workspace];
  return parseConnections(lists.flatMap((list): unknown[] => (Array.isArray(list) ? list : [])));
}

/** Checks entries; ids must be unique, the first one of an id wins. */
export function parseConnections(entries: readonly unknown[]): ConnectionSettings {
  const connections = new Map<string, ConnectionConfig>();
  const problems: ConnectionProblem[] = [];
  entries.forEach((entry, index) => {
    const parsed = parseEntry(entry);
    if (typeof parsed === 'string') {
      problems.push({ index, reason: parsed });
    } else if (connections.has(parsed.id)) {
      problems.push({ index, reason: `another connection has the id "${parsed.id}"` });
    } else {
      connections.set(parsed.id, parsed);
    }
  });
  return { connections: [...connections.values()], problems };
}

function parseEntry(entry: unknown): ConnectionConfig | string {
  if (typeof entry !== 'object' || entry === null) {
    return 'it is not an object';
  }
  const { id, name, url } = entry as Partial<Record<keyof SettingsEntry, unknown>>;
  if (typeof name !== 'string' || name.trim() === '') {
    return 'it has no "name"';
  }
  if (typeof url !== 'string' || url.trim() === '') {
    return 'it has no "url"';
  }
  const ownId = id === undefined ? idOf(name) : id;
  if (typeof ownId !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(ownId)) {
    return 'its "id" may contain only lower-case letters, digits and single hyphens';
  }
  return { id: ownId, name: name.trim(), url: url.trim() };
}

/** The id that a name gives: fit for the authority of a URI, which knows no upper case. */
export function idOf(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return id || 'connection';
}

/** Adds a connection to the user's settings under an id that is still free. */
export async function addConnection(name: string, url: string): Promise<ConnectionConfig> {
  const taken = new Set(readConnections().connections.map(({ id }) => id));
  const wanted = idOf(name);
  let id = wanted;
  for (let count = 2; taken.has(id); count++) {
    id = `${wanted}-${count}`;
  }
  const entry = { id, name, url };
  await update(vscode.ConfigurationTarget.Global, (entries) => [...entries, entry]);
  return entry;
}

/** Takes a connection out of whichever settings hold it. */
export async function removeConnection(id: string): Promise<void> {
  const isIt = (entry: unknown): boolean => {
    const parsed = parseEntry(entry);
    return typeof parsed !== 'string' && parsed.id === id;
  };
  const targets = [vscode.ConfigurationTarget.Global, vscode.ConfigurationTarget.Workspace];
  for (const target of targets) {
    if (valueIn(target).some(isIt)) {
      await update(target, (entries) => entries.filter((entry) => !isIt(entry)));
    }
  }
}

function valueIn(target: vscode.ConfigurationTarget): readonly unknown[] {
  const inspected = vscode.workspace.getConfiguration().inspect<unknown>(settingIds.connections);
  const value =
    target === vscode.ConfigurationTarget.Global
      ? inspected?.globalValue
      : inspected?.workspaceValue;
  return Array.isArray(value) ? value : [];
}

async function update(
  target: vscode.ConfigurationTarget,
  change: (entries: readonly unknown[]) => readonly unknown[],
): Promise<void> {
  const next = change(valueIn(target));
  await vscode.workspace
    .getConfiguration()
    .update(settingIds.connections, next.length > 0 ? next : undefined, target);
}
