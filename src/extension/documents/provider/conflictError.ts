import * as vscode from 'vscode';
import { commandIds } from '../../contributions';
import { placeOf } from '../../../views/buckets/rows/productionMark';
import { formatMoment } from '../../../views/format/format';
import { fileErrors, type CommandLink } from '../../../views/shown/fileErrors';
import type { DocumentId } from '../address/documentId';
import type { OpenDocument } from '../model/openDocuments';
import { isLiveVersion } from '../model/version';

/** What is there now, so that no refusal reads like the one before it, with what can be done. */
export function conflictError(
  uri: vscode.Uri,
  id: DocumentId,
  open: OpenDocument | undefined,
): vscode.FileSystemError {
  const { latest, base } = open?.document ?? {};
  if (!open || !latest || !isLiveVersion(latest)) {
    return fileErrors.unavailable(
      vscode.l10n.t('{0} changed on the server meanwhile; nothing was written.', id.address.key),
    );
  }
  const { revision, created } = latest;
  const place = placeOf(open.session.config);
  const time = formatMoment(created);
  const text =
    base && base.revision < revision
      ? vscode.l10n.t(
          'it changed on {0}: r{1} -> r{2}, written at {3}. Nothing was stored, your text is kept.',
          ...[place, base.revision, revision, time],
        )
      : vscode.l10n.t(
          'another value is on {0}: r{1}, written at {2}. Nothing was stored, your text is kept.',
          ...[place, revision, time],
        );
  return fileErrors.unavailableWith(uri, text, conflictLinks(id, revision));
}

/** What can be done about a conflict, in the words that stand above the text. */
function conflictLinks({ uri }: DocumentId, revision: number): readonly CommandLink[] {
  const { t } = vscode.l10n;
  const links = [
    [t('Compare'), commandIds.editorCompare],
    [t('Merge'), commandIds.editorMerge],
    [t("Take Server's"), commandIds.editorRevert],
    [t('Overwrite r{0}', revision), commandIds.editorOverwrite],
  ] as const;
  return links.map(([label, command]) => ({ label, command, args: [revision, uri] }));
}
