import * as vscode from 'vscode';
import type { KeyEdit } from '../../kv/manyKeys/changes';
import { placeOf } from '../../views/buckets/rows/productionMark';
import type { KeysPlanFacts } from '../../views/plan/keysPlanText';
import type { PreparedKeys } from './prepareKeys';

/** A save as its plan tells it. */
export function planFacts({ open, edits, isAtomic }: PreparedKeys): KeysPlanFacts {
  const { t } = vscode.l10n;
  const { session, address } = open;
  return {
    title: t('Save {0} in {1} on {2}', open.name, address.bucket, placeOf(session.config)),
    action: isAtomic
      ? t('Save {0} changes as one', edits.length)
      : t('Save {0} changes one after the other', edits.length),
    isAtomic,
    edits: edits.map(({ change, before }: KeyEdit) => ({
      key: change.key,
      revision: change.expected,
      kind: change.kind === 'delete' ? 'delete' : before ? 'change' : 'create',
      before: before?.value,
      after: change.kind === 'put' ? change.value : undefined,
    })),
  };
}

/** What a save has done. */
export function doneText(
  { edits, open, isAtomic }: PreparedKeys,
  revisions: readonly number[],
): string {
  const { t } = vscode.l10n;
  const [first = 0, last = 0] = [revisions[0], revisions.at(-1)];
  const { bucket } = open.address;
  if (edits.length === 1) {
    return t('Saved 1 key of {0} as r{1}.', bucket, first);
  }
  return isAtomic
    ? t('Saved {0} keys of {1} as one: r{2} to r{3}.', edits.length, bucket, first, last)
    : t('Saved {0} keys of {1}: r{2} to r{3}.', edits.length, bucket, first, last);
}

export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
