import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { keyScheme, settingIds } from '../../contributions';
import { languageSetting } from './documentSettings';
import { setLanguage } from './setLanguage';
import { knownLanguage, languageOfText } from '../../../kv/values/language/languageOfText';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { parseKeyUri, variantOf } from '../address/keyUri';
import type { Background } from '../../../kv/base/background';

/**
 * Owns which language each open key was given; changes only through the text documents' events. A
 * key gets the language that the settings say, else that of its content, when it is opened and when
 * the server's value changes, until the user chooses another.
 */
export class DocumentLanguages implements Disposable {
  private readonly given = new Map<string, string>();
  private readonly store = new DisposableStore();

  constructor(
    private readonly inBackground: Background,
    /** VS Code calls a text clean that was typed while an earlier one was saved. */
    private readonly isUnsaved: (document: vscode.TextDocument) => boolean = ({ isDirty }) =>
      isDirty,
    /** The language of the text that a codec made of a key's value, if one did and says it. */
    private readonly languageOfCodec: (uri: string) => string | undefined = () => undefined,
  ) {
    const { workspace } = vscode;
    workspace.textDocuments.forEach((document) => this.opened(document));
    this.store.add(workspace.onDidOpenTextDocument((document) => this.opened(document)));
    this.store.add(workspace.onDidChangeTextDocument(({ document }) => this.changed(document)));
    this.store.add(workspace.onDidCloseTextDocument((document) => this.closed(document)));
    this.store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.languages)) {
          workspace.textDocuments.filter(isKey).forEach((document) => this.changed(document));
        }
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private opened(document: vscode.TextDocument): void {
    if (isKey(document) && !this.given.has(document.uri.toString())) {
      this.inBackground(
        'choose a language',
        this.give(document, () => true),
      );
    }
  }

  private changed(document: vscode.TextDocument): void {
    const isGiven = this.given.get(document.uri.toString()) === document.languageId;
    if (isGiven && !this.isUnsaved(document)) {
      // VS Code tells that a text is dirty only after it has told of the change that made it so.
      const { version } = document;
      const isOfServer = () => !this.isUnsaved(document) && document.version === version;
      this.inBackground('choose a language', this.give(document, isOfServer));
    }
  }

  private async give(document: vscode.TextDocument, isWanted: () => boolean): Promise<void> {
    const name = document.uri.toString();
    const before = document.languageId;
    this.given.set(name, before);
    const address = parseKeyUri(document.uri);
    const isText = address && variantOf(document.uri) !== 'hex';
    const language = isText ? await this.languageFor(address, document) : 'plaintext';
    const isAsBefore = !document.isClosed && document.languageId === before;
    if (isAsBefore && isWanted() && this.given.get(name) === before && language !== before) {
      this.given.set(name, language);
      await setLanguage(document, language);
    }
  }

  private languageFor(address: KeyAddress, document: vscode.TextDocument): Promise<string> {
    return languageOf(address, document.getText(), this.languageOfCodec(document.uri.toString()));
  }

  /** Setting a language closes and opens a document; only one that stays closed is forgotten. */
  private closed({ uri }: vscode.TextDocument): void {
    setTimeout(() => {
      const text = uri.toString();
      if (!vscode.workspace.textDocuments.some((other) => other.uri.toString() === text)) {
        this.given.delete(text);
      }
    });
  }
}

function isKey({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === keyScheme;
}

/**
 * The language of a key's value: the first that VS Code knows of that of the settings and that of its codec, else by
 * its content.
 */
export async function languageOf(
  address: KeyAddress,
  text: string,
  ofCodec?: string,
): Promise<string> {
  const known = new Set(await vscode.languages.getLanguages());
  const asked = [languageSetting(address), ofCodec].find((each) => known.has(each ?? ''));
  return asked ?? knownLanguage(languageOfText(address.key, text), known);
}
