import * as vscode from 'vscode';
import type { Entry } from '../kv/model/entry';
import { headerNameProblem, mergedHeaders } from '../kv/model/headers';
import { settingIds } from './contributions';

/**
 * The headers that the setting adds to every value written here, such as who wrote it: NATS keeps no
 * author. With those of the value itself; where both have one, that of the setting counts.
 */
export function writeHeaders(own: Entry['headers'] = []): Entry['headers'] {
  const set = vscode.workspace.getConfiguration().get<unknown>(settingIds.writeHeaders);
  return mergedHeaders(own, parseWriteHeaders(set, process.env));
}

/** The headers of the setting; what cannot be one is left out. `${env:USER}` stands for a variable. */
export function parseWriteHeaders(
  set: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Entry['headers'] {
  const entries = Object.entries(typeof set === 'object' && set !== null ? set : {});
  return entries.flatMap(([name, value]): Entry['headers'] => {
    if (typeof value !== 'string' || headerNameProblem(name) !== undefined) {
      return [];
    }
    const text = value.replace(/\$\{env:(\w+)\}/g, (_, variable: string) => env[variable] ?? '');
    return [[name, text.replace(/[\r\n]+/g, ' ').trim()]];
  });
}
