import type * as vscode from 'vscode';
import { until } from '../../kv/base/until';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import type { Entry } from '../../kv/model/entry';
import { mergeText } from '../documents/editors/workspaceEditors';
import type { ManyKeysDocuments } from './manyKeysDocuments';
import { nameOf } from './manyKeysFiles';

/** Entries that somebody proposes over those that were read. */
export interface ProposedKeys {
  /** When the bucket was created, in milliseconds since the epoch. */
  readonly bucketCreated: number;
  /** `over`: the revision that the entry replaces; 0 where there is no value. */
  readonly keys: readonly { readonly entry: Entry; readonly over: number }[];
}

/** `unsaved`: the user has other text there, which stays. `changed`: keys are not what the entries replace. */
export type ProposalOutcome = 'opened' | 'unsaved' | 'changed';

/** An editor shows what the server has within this time. */
const shownWithinMs = 2_000;

/** Puts entries into a document of keys as unsaved text, whose save replaces just what they were made for. */
export async function proposeKeys(
  documents: ManyKeysDocuments,
  document: vscode.TextDocument,
  { bucketCreated, keys }: ProposedKeys,
): Promise<ProposalOutcome> {
  const name = nameOf(document.uri);
  await documents.look(name);
  const open = await documents.current(name);
  if (document.isDirty) {
    return 'unsaved';
  }
  const isReplaced = (at: KeysAt | undefined): boolean =>
    at?.bucketCreated === bucketCreated &&
    keys.every(({ entry: { key }, over }) => (at.entries.get(key)?.revision ?? 0) === over);
  const isShown = (): boolean => isReplaced(open.base);
  if (isReplaced(open.latest)) {
    await until(isShown, [documents.onDidChange], { timeoutMs: shownWithinMs });
  }
  const text = open.textWith(new Map(keys.map(({ entry }) => [entry.key, entry])));
  const isCurrent = isReplaced(open.latest) && isShown() && !document.isDirty;
  return isCurrent && text !== undefined && (await mergeText(document, text))
    ? 'opened'
    : 'changed';
}
