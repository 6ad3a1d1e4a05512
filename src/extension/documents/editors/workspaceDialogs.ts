import * as vscode from 'vscode';
import { formatSize } from '../../../views/format/format';
import { settingIds } from '../../contributions';
import type { DocumentId } from '../address/documentId';
import type { SaveDialogs } from '../model/saveDialogs';
import type { SaveQuestion } from '../model/savePlan';
import type { Version } from '../model/version';
import { findDocument, type WorkspaceEditors } from './workspaceEditors';
import { warn } from '../../report';
import { plainWindow } from '../../../views/shown/plainWindow';

/** Says what the schema of a document has against its text, as a clause. */
export type SchemaCheck = (id: DocumentId, content: Uint8Array) => Promise<string | undefined>;

const mebibyte = 1024 * 1024;

/**
 * What opening and saving asks the user, and what it has to know of the window. Nobody is asked in the
 * middle of typing: an auto save that would have to ask is not made.
 */
export class WorkspaceDialogs implements SaveDialogs {
  /** Large values that the user has agreed to open. */
  private readonly agreed = new Set<string>();
  /** Questions that are still open: VS Code asks about a file and reads it at the same time. */
  private readonly asking = new Map<string, Promise<boolean>>();

  constructor(
    private readonly editors: WorkspaceEditors,
    readonly schemaProblem: SchemaCheck,
  ) {}

  isCompared(uri: string): boolean {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .some(
        ({ input }) =>
          input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri,
      );
  }

  isUnfound(uri: string): boolean {
    const hasTab = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri);
    return hasTab && findDocument(uri) === undefined;
  }

  refusal(uri: string): string | undefined {
    const isManual = this.editors.isManualSave(uri);
    const allowed = vscode.workspace.getConfiguration().get<boolean>(settingIds.autoSave, false);
    if (isManual || allowed) {
      return undefined;
    }
    return vscode.l10n.t(
      'auto save does not write to a bucket unless "{0}" is on. Save with the Save command; "{1}" keeps VS Code from trying.',
      settingIds.autoSave,
      'files.autoSaveWorkspaceFilesOnly',
    );
  }

  saveEnded(uri: string): void {
    this.editors.saveEnded(uri);
  }

  async saveAgain(uri: string): Promise<unknown> {
    // After the answer to the save that is running: VS Code would join the two otherwise.
    await new Promise((resolve) => setTimeout(resolve));
    return findDocument(uri)?.save();
  }

  async ask(id: DocumentId, question: SaveQuestion, latest: Version): Promise<boolean> {
    if (!this.editors.isManualSave(id.uri)) {
      return false;
    }
    switch (question.kind) {
      case 'recreate':
        return this.askToRecreate(id, latest);
      case 'invalid':
        return this.askToStoreInvalid(id, question.problem);
      case 'encoding':
        return this.askToEncode(id, question.encoding);
    }
  }

  tellUnseen({ address }: DocumentId, revision: number): void {
    warn(
      vscode.l10n.t(
        '{0} was deleted and made again in the moment before the save: r{1} of {2} may have replaced a value that nobody here has seen. The History view shows what is still stored.',
        address.bucket,
        revision,
        address.key,
      ),
    );
  }

  private async askToRecreate(id: DocumentId, { operation, revision }: Version): Promise<boolean> {
    const { key } = id.address;
    const create = vscode.l10n.t('Save as New');
    const choice = await plainWindow.showWarningMessage(
      operation === 'EXPIRED'
        ? vscode.l10n.t('{0} expired on the server. Save your text as a new value?', key)
        : revision > 0
          ? vscode.l10n.t(
              '{0} was deleted on the server (r{1}). Save your text as a new value?',
              key,
              revision,
            )
          : vscode.l10n.t('{0} is no longer on the server. Save your text as a new value?', key),
      { modal: true },
      create,
    );
    return choice === create;
  }

  private async askToStoreInvalid(id: DocumentId, problem: string): Promise<boolean> {
    const save = vscode.l10n.t('Save As It Is');
    const choice = await plainWindow.showWarningMessage(
      vscode.l10n.t('Save {0} as it is?', id.address.key),
      { modal: true, detail: `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.` },
      save,
    );
    return choice === save;
  }

  /** Who reads the value takes it for UTF-8, as NATS clients do. */
  private async askToEncode(id: DocumentId, encoding: string): Promise<boolean> {
    const store = vscode.l10n.t('Store as {0}', encoding);
    const choice = await plainWindow.showWarningMessage(
      vscode.l10n.t('Store {0} in the encoding {1}?', id.address.key, encoding),
      {
        modal: true,
        detail: vscode.l10n.t(
          'Values are UTF-8 for nearly every reader, and here too: it opens as binary afterwards. Save with Encoding, UTF-8, keeps it a text.',
        ),
      },
      store,
    );
    return choice === store;
  }

  async mayOpen(id: DocumentId, size: number): Promise<boolean> {
    const { uri, address } = id;
    const limit = vscode.workspace.getConfiguration().get<number>(settingIds.maxSize, 5);
    if (size <= limit * mebibyte || this.agreed.has(uri) || findDocument(uri)) {
      return true;
    }
    const question = this.asking.get(uri) ?? this.askToOpen(address.key, size, limit);
    this.asking.set(uri, question);
    try {
      const agreed = await question;
      if (agreed) {
        this.agreed.add(uri);
      }
      return agreed;
    } finally {
      this.asking.delete(uri);
    }
  }

  private async askToOpen(key: string, size: number, limit: number): Promise<boolean> {
    const open = vscode.l10n.t('Open');
    const choice = await plainWindow.showWarningMessage(
      vscode.l10n.t('Open {0}, which is {1}?', key, formatSize(size)),
      {
        modal: true,
        detail: vscode.l10n.t('Values above {0} MiB ask first ("{1}").', limit, settingIds.maxSize),
      },
      open,
    );
    return choice === open;
  }
}
