import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { toKvError } from '../../../kv/model/errors';
import type { Comparison } from '../../../kv/compare/comparison';
import { knownLanguage, languageOfText } from '../../../kv/values/language/languageOfText';
import type { ShownText } from '../../../kv/values/valueCodec';
import { hexText } from '../../../kv/values/hexText';
import { sideScheme } from '../../contributions';
import { setLanguage } from '../../documents/editors/setLanguage';

/** Where a value of a file stands in a comparison. */
interface SidePlace {
  readonly comparison: Comparison;
  readonly side: 0 | 1;
  /** As the side calls it. */
  readonly key: string;
  /** What the side is called. */
  readonly name: string;
}

/**
 * Values of the files of a comparison as documents that nobody can change, in the text that an editor would
 * show of them. Owns the places that were opened, until their comparison is over.
 */
export class SideDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly places = new Map<string, SidePlace>();
  private current: { readonly comparison: Comparison; readonly number: number } | undefined;
  private count = 0;

  /** `textOf`: the text that an editor shows of a value; undefined for what is no text. */
  constructor(
    private readonly textOf: ShownText,
    /** Has the codecs loaded that values may need. */
    private readonly ready: () => Promise<void>,
  ) {
    const { workspace } = vscode;
    this.store.add(workspace.registerTextDocumentContentProvider(sideScheme, this));
  }

  /** The document of a value, in the language that an editor would give it. */
  async open(place: SidePlace): Promise<vscode.Uri> {
    const uri = this.uriOf(place);
    const document = await vscode.workspace.openTextDocument(uri);
    const known = new Set(await vscode.languages.getLanguages());
    const language = knownLanguage(languageOfText(place.key, document.getText()), known);
    if (language !== document.languageId) {
      await setLanguage(document, language);
    }
    return uri;
  }

  private uriOf(place: SidePlace): vscode.Uri {
    const { comparison, side, key, name } = place;
    if (this.current?.comparison !== comparison) {
      this.current = { comparison, number: ++this.count };
      this.places.clear();
    }
    // The name is a folder of the path, so that the language goes by the key alone.
    const path = `/${name.replace(/[/\\]/g, '∕')}/${key}`;
    const query = `${this.current.number}.${side}`;
    const uri = vscode.Uri.from({ scheme: sideScheme, path, query });
    this.places.set(uri.toString(), place);
    return uri;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { t } = vscode.l10n;
    const place = this.places.get(uri.toString());
    if (!place) {
      return t('This comparison is over. Compare anew.');
    }
    const { comparison, side, key } = place;
    const { signal } = new AbortController();
    try {
      await this.ready();
      const entry = await comparison.sides[side].readLatest(key, signal);
      // Where the other side is a bucket, its values tell how those of the file are to be read.
      const bucket = comparison.sides.flatMap(({ target }) => target?.bucket ?? [])[0] ?? '';
      return entry ? (this.textOf(entry.value, { ...entry, bucket }) ?? hexText(entry.value)) : '';
    } catch (error) {
      return t('Cannot be read: {0}.', toKvError(error).message);
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}
