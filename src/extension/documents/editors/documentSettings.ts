import * as vscode from 'vscode';
import { settingIds } from '../../contributions';
import { bestMatch } from '../../../kv/keys/keyGlob';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import type { ViewSettings } from '../model/valueView';

/** How values are shown and saved, as the settings are now. */
export function viewSettings(): ViewSettings {
  const settings = vscode.workspace.getConfiguration();
  return {
    format: settings.get<boolean>(settingIds.format, true),
    keepFinalNewline: settings.get<boolean>(settingIds.keepFinalNewline, true),
  };
}

/** The language that the settings give a key. */
export function languageSetting({ bucket, key }: KeyAddress): string | undefined {
  const language = bestMatch(entriesOf(settingIds.languages), bucket, key);
  return typeof language === 'string' ? language : undefined;
}

/** Has the language of the keys that a pattern stands for remembered. */
export async function rememberLanguage(pattern: string, language: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const before = settings.inspect<Record<string, unknown>>(settingIds.languages);
  const after = { ...before?.globalValue, [pattern]: language };
  await settings.update(settingIds.languages, after, vscode.ConfigurationTarget.Global);
}

/** The schemas of the settings by their patterns: a URL or path, or the schema itself. */
export function schemaSettings(): Readonly<Record<string, string | object>> {
  const entries = Object.entries(entriesOf(settingIds.schemas)).map(
    ([pattern, schema]): [string, unknown] => [pattern, copyOf(schema)],
  );
  const isSchema = (entry: [string, unknown]): entry is [string, string | object] =>
    typeof entry[1] === 'string' || (typeof entry[1] === 'object' && entry[1] !== null);
  return Object.fromEntries(entries.filter(isSchema));
}

function entriesOf(setting: string): Readonly<Record<string, unknown>> {
  const value = vscode.workspace.getConfiguration().get<unknown>(setting);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Settings are proxies, and those below a name with a dot in it turn into nothing in JSON. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(copyOf);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)]))
    : value;
}
