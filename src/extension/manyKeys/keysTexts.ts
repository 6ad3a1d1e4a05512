import * as vscode from 'vscode';
import { editsOf } from '../../kv/manyKeys/changes';
import { editKeys } from '../../kv/manyKeys/editKeys';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import { readManyKeys } from '../../kv/manyKeys/readText';
import { manyKeysText } from '../../kv/manyKeys/writeText';
import { keysText } from '../../views/format/format';
import { settingIds } from '../contributions';

/** What a document is called, and where its keys are. */
export interface KeysPlace {
  readonly name: string;
  readonly bucket: string;
  /** The connection in words. */
  readonly place: string;
}

type Keys = Pick<KeysAt, 'entries' | 'revision'>;

/** The document of some entries, in the layout of the settings. */
export function textOfKeys(where: KeysPlace, { entries, revision }: Keys): string {
  const { t } = vscode.l10n;
  const nested = isNested();
  const heading = [
    titleOf(where, keysText(entries.size), `${revision}`),
    t('JSON is JSON, text is a string, other bytes are { "$base64": "…" }.'),
    ...(nested ? [t('A name that ends with a dot is a folder of keys.')] : []),
  ];
  return manyKeysText(entries.values(), { heading: heading.map(inOneLine), nested });
}

/**
 * A text with some keys as the server has them, `latest`; the rest stays as it is. Its heading tells the
 * revision, and how many keys there are then. Undefined for a text that has problems.
 */
export function withKeysOf(
  where: KeysPlace,
  text: string,
  keys: Iterable<string>,
  { entries, revision }: Keys,
): string | undefined {
  if (readManyKeys(text).problems.length > 0) {
    return undefined;
  }
  const changes = new Map([...keys].map((key) => [key, entries.get(key)]));
  const edited = editKeys(text, changes, isNested());
  const count = keysText(readManyKeys(edited).keys.length);
  const heading = `// ${inOneLine(titleOf(where, count, `${revision}`))}`;
  const lines = edited.split('\n');
  const at = lines.findIndex((line) => isHeading(where, line));
  return at < 0 ? edited : lines.with(at, heading).join('\n');
}

/** A text with all keys as the server has them. */
export function asOnServer(where: KeysPlace, text: string, latest: Keys): string | undefined {
  const differing = editsOf(latest.entries, readManyKeys(text).keys);
  return withKeysOf(
    where,
    text,
    differing.map(({ change }) => change.key),
    latest,
  );
}

function titleOf({ name, bucket, place }: KeysPlace, keys: string, revision: string): string {
  return vscode.l10n.t('{0} · {1} on {2}: {3}, r{4}', name, bucket, place, keys, revision);
}

/** Whether a line is the first one of a document as it was written, whatever it counts. */
function isHeading(where: KeysPlace, line: string): boolean {
  const [keys, revision] = ['\ue001', '\ue002'];
  const title = `// ${inOneLine(titleOf(where, keys, revision))}`;
  const [before = '', between = '', after = ''] = title.split(/[\ue001\ue002]/);
  return line.startsWith(before) && line.includes(between) && line.endsWith(after);
}

function isNested(): boolean {
  return vscode.workspace.getConfiguration().get<string>(settingIds.manyKeysLayout) === 'nested';
}

function inOneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]/g, ' ');
}
