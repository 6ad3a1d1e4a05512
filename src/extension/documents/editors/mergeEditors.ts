import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { sameBytes } from '../../../kv/base/bytes';
import { sameLineEnds, textOf } from '../../../kv/values/textForm';
import { plainWindow } from '../../../views/shown/plainWindow';
import { mergeScheme } from '../../contributions';
import type { DocumentId } from '../address/documentId';
import type { KeyDocuments } from '../model/keyDocuments';
import { inFormOf, isLiveVersion, type Version } from '../model/version';
import { MergeFiles } from './mergeFiles';
import { findDocument, replaceText } from './workspaceEditors';

/** VS Code's three-way merge editor is reached by this command only, which may be gone one day. */
const openMergeEditor = '_open.mergeEditor';

/** The texts that are to be put together. */
interface Sides {
  readonly base: { readonly revision: number; readonly text: string };
  readonly server: Version;
  readonly serverText: string;
  readonly yours: string;
}

/** A text of a merge, and what is told of it. */
interface MergeSide {
  readonly text: string;
  readonly title: string;
  readonly description: string;
  readonly detail: string;
}

/** What a merge editor shows. */
interface ShownMerge {
  /** Of the document that is merged. */
  readonly authority: string;
  readonly path: string;
  readonly base: string;
  readonly server: MergeSide;
  readonly yours: MergeSide;
  /** What the result is at first. */
  readonly marked: string;
  readonly saved: (content: Uint8Array) => void;
}

/**
 * How a merge went. `merged`: both sides are in the editor now, unsaved, and Undo takes it back.
 * `opened`: there are conflicts, and the merge editor shows them. `impossible`: one of the sides is not
 * known, or there is no merge editor.
 */
export type MergeEnd = 'merged' | 'opened' | 'impossible';

/**
 * Owns the merges that are open; changes only through `merge` and the closing of their tabs. The
 * unsaved text stays in its own editor, with what it was made of, until a merge has a result: it is
 * never only in memory, whatever is closed, cleared or reloaded. What is saved in the merge editor
 * goes into that editor, made of both sides from then on, and is saved from there like any text.
 */
export class MergeEditors implements Disposable {
  private readonly store = new DisposableStore();
  private readonly files = this.store.add(new MergeFiles());
  /** The texts of each open merge by that of its result. */
  private readonly merges = new Map<string, readonly vscode.Uri[]>();

  constructor(
    private readonly documents: KeyDocuments,
    private readonly failed: (error: unknown) => void,
  ) {
    const { workspace, window } = vscode;
    const options = { isCaseSensitive: true };
    this.store.add(workspace.registerFileSystemProvider(mergeScheme, this.files, options));
    this.store.add(workspace.onDidOpenTextDocument((document) => this.colour(document)));
    this.store.add(workspace.onDidCloseTextDocument(({ uri }) => this.closed(uri)));
    this.closeLeftOvers(window.tabGroups.all.flatMap(({ tabs }) => tabs));
  }

  /** Merges the unsaved text of a document, which is in conflict, with what the server has. */
  async merge(id: DocumentId): Promise<MergeEnd> {
    const sides = this.sidesOf(id);
    if (!sides) {
      return 'impossible';
    }
    const { base, server, serverText, yours } = sides;
    const { mergeTexts } = await import('./mergeTexts');
    const merged = mergeTexts(base.text, serverText, yours);
    if (merged.conflicts === 0) {
      await this.fillIn(id, server, merged.text);
      return 'merged';
    }
    return (await this.open(id, sides, merged.text)) ? 'opened' : 'impossible';
  }

  dispose(): void {
    this.store.dispose();
  }

  private sidesOf(id: DocumentId): Sides | undefined {
    const document = this.documents.find(id.uri)?.document;
    const yours = this.documents.editorOf(id.uri)?.text;
    if (!document?.base || yours === undefined || !isLiveVersion(document.latest)) {
      return undefined;
    }
    const { base, latest } = document;
    const server = inFormOf(latest, base);
    const text = textOf(base.opened().shown);
    // What the text's own codec cannot decode cannot be put together with it.
    const isOfForm = sameBytes(server.opened().stored, latest.value);
    const serverText = isOfForm ? textOf(server.opened().shown) : undefined;
    return text === undefined || serverText === undefined
      ? undefined
      : {
          base: { revision: base.revision, text },
          ...{ server, serverText, yours: sameLineEnds(yours) },
        };
  }

  /**
   * Shows texts in the merge editor, with the language of an open document of the same path and authority.
   * `saved`: told what the user saves there. False where there is no merge editor.
   */
  async show({
    authority,
    path,
    base,
    server,
    yours,
    marked,
    saved,
  }: ShownMerge): Promise<boolean> {
    if (!(await hasMergeEditor())) {
      return false;
    }
    const merge = randomUUID();
    const add = (name: string, text: string, told?: (content: Uint8Array) => void): vscode.Uri => {
      // Each merge has texts of its own: VS Code would show those of an earlier one again, of an earlier window too.
      const query = `${name}=${merge}`;
      const uri = vscode.Uri.from({ scheme: mergeScheme, authority, path, query });
      this.files.add(uri, text, told);
      return uri;
    };
    const texts = [
      add('base', base),
      add('server', server.text),
      add('yours', yours.text),
    ] as const;
    const [baseUri, serverUri, yoursUri] = texts;
    const output = add('result', marked, saved);
    this.merges.set(output.toString(), [...texts, output]);
    const side = ({ title, description, detail }: MergeSide, uri: vscode.Uri) => ({
      ...{ uri: uri.toString(), title, description, detail },
    });
    await vscode.commands.executeCommand(openMergeEditor, {
      base: baseUri.toString(),
      input1: side(server, serverUri),
      input2: side(yours, yoursUri),
      output: output.toString(),
    });
    return true;
  }

  private async open(id: DocumentId, sides: Sides, marked: string): Promise<boolean> {
    const { base, server, serverText, yours } = sides;
    return this.show({
      authority: id.address.connectionId,
      path: vscode.Uri.parse(id.uri, true).path,
      base: base.text,
      server: {
        text: serverText,
        title: vscode.l10n.t('Server'),
        description: `r${server.revision}`,
        detail: vscode.l10n.t('the latest value'),
      },
      yours: {
        text: yours,
        title: vscode.l10n.t('Yours'),
        description: vscode.l10n.t('made of r{0}', base.revision),
        detail: vscode.l10n.t('your unsaved text'),
      },
      marked,
      saved: (content) => {
        this.fillIn(id, server, textOf(content) ?? '').then(() => tellFilled(id), this.failed);
      },
    });
  }

  /** Puts a result into the editor of the key: a text that was made of the server's version as well. */
  private async fillIn(id: DocumentId, server: Version, text: string): Promise<void> {
    const document = findDocument(id.uri) ?? (await openDocument(id));
    const { eol } = document;
    const own = eol === vscode.EndOfLine.CRLF ? text.replace(/\n/g, '\r\n') : text;
    this.documents.carry(id, own, server, true);
    await replaceText(document, own);
  }

  /** Gives a text the language of the document that it stands beside. */
  private colour(text: vscode.TextDocument): void {
    const { scheme, path, authority } = text.uri;
    if (scheme !== mergeScheme) {
      return;
    }
    const beside = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme !== mergeScheme && uri.path === path && uri.authority === authority,
    );
    if (beside && beside.languageId !== text.languageId) {
      vscode.languages
        .setTextDocumentLanguage(text, beside.languageId)
        .then(undefined, this.failed);
    }
  }

  /** Setting a language closes and opens a document; only the texts of one that stays closed go. */
  private closed(uri: vscode.Uri): void {
    const name = uri.toString();
    const texts = this.merges.get(name);
    if (texts) {
      setTimeout(() => {
        if (!findDocument(name)) {
          this.merges.delete(name);
          texts.forEach((text) => this.files.remove(text));
        }
      });
    }
  }

  /** The merge editors of before a reload have no texts any more. The unsaved text has its own tab. */
  private closeLeftOvers(tabs: readonly vscode.Tab[]): void {
    const left = tabs.filter(({ input }) => {
      const uri =
        input instanceof vscode.TabInputTextDiff
          ? input.modified
          : input instanceof vscode.TabInputText
            ? input.uri
            : undefined;
      return uri?.scheme === mergeScheme && !this.files.has(uri);
    });
    if (left.length > 0) {
      vscode.window.tabGroups.close(left).then(undefined, this.failed);
    }
  }
}

/** How long the status bar says where the result of a merge is. */
const filledMessageMs = 10_000;

function tellFilled({ address }: DocumentId): void {
  plainWindow.setStatusBarMessage(
    vscode.l10n.t(
      '{0}: merged in its own editor, not stored yet. Save there stores it.',
      address.key,
    ),
    filledMessageMs,
  );
}

async function hasMergeEditor(): Promise<boolean> {
  return (await vscode.commands.getCommands(false)).includes(openMergeEditor);
}

async function openDocument({ uri }: DocumentId): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}
