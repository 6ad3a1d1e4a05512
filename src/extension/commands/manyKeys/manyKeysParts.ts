import * as vscode from 'vscode';
import type { Background } from '../../../kv/base/background';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import { ignore } from '../../../kv/base/ignore';
import { readManyKeys } from '../../../kv/manyKeys/readText';
import type { Connections } from '../../../kv/session/connections';
import { keyUri } from '../../documents/address/keyUri';
import { SchemaChecks } from '../../documents/provider/schemaChecks';
import type { SchemaFileSystem } from '../../documents/provider/schemaFileSystem';
import { followManyKeys } from '../../manyKeys/followManyKeys';
import { ManyKeysDocuments } from '../../manyKeys/manyKeysDocuments';
import { ManyKeysFiles, nameOf } from '../../manyKeys/manyKeysFiles';
import { ManyKeysLenses } from '../../manyKeys/manyKeysLenses';
import { mergeByItself, mergeKeys } from '../../manyKeys/mergeByItself';
import { ManyKeysMemory } from '../../manyKeys/manyKeysMemory';
import { ManyKeysSaves } from '../../manyKeys/manyKeysSaves';
import { ManyKeysSchemas } from '../../manyKeys/manyKeysSchemas';
import { proposeKeys, type ProposalOutcome, type ProposedKeys } from '../../manyKeys/proposeKeys';
import { manyKeysUri, serverSideOf, type ManyKeysAddress } from '../../manyKeys/manyKeysUri';
import type { PlanDocuments } from '../../plans/planDocuments';
import { inform, warn } from '../../report';
import { confirmInProduction, refusesWrites } from '../confirmDestructive';
import { planRate, withPlanProgress } from '../planProgress';
import { manyKeys, withKeyProgress } from '../keys/runOnKeys';
import { tellDone, undoing } from '../tellDone';
import { switchOnAtomic } from './switchOnAtomic';

export interface ManyKeysNeeds {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  /** Where what unsaved documents were made of is kept. */
  readonly storage: vscode.Uri;
  readonly inBackground: Background;
  readonly schemas: SchemaFileSystem;
}

/** Everything of documents of many keys, built when the first one is opened. */
export class ManyKeysParts implements Disposable {
  private readonly store = new DisposableStore();
  private readonly documents: ManyKeysDocuments;
  readonly files: ManyKeysFiles;

  constructor({ connections, plans, storage, inBackground, schemas: settings }: ManyKeysNeeds) {
    const memory = new ManyKeysMemory(storage);
    const documents = (this.documents = this.store.add(
      new ManyKeysDocuments(connections, memory, inBackground),
    ));
    const schemas = new SchemaChecks(warn);
    const saves = this.store.add(
      new ManyKeysSaves(documents, plans, {
        confirm: async (place, count) =>
          !(await refusesWrites(place.session)) &&
          (await confirmInProduction(place, count, vscode.l10n.t('Save'))),
        withProgress: (title, writes, run) =>
          writes < manyKeys
            ? withKeyProgress(title, writes, (_, signal) => run(signal, ignore))
            : withPlanProgress(title, writes, run),
        rate: planRate,
        tell: (message, undo) =>
          tellDone(
            message,
            undoing(async () => inform(String(await undo()))),
          ),
        schemaProblem: (address, value) =>
          schemas.problem({ uri: keyUri(address).toString(), address }, value),
      }),
    );
    this.files = this.store.add(new ManyKeysFiles(documents, saves));
    this.store.add(new ManyKeysLenses(documents));
    this.store.add(new ManyKeysSchemas(settings));
    this.store.add(followManyKeys(connections, documents, this.files, inBackground));
    this.store.add(mergeByItself(documents, (uri) => saves.isSaving(uri), inBackground));
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Reads the keys before an editor does, so that what cannot be shown is told in words. */
  async open(address: ManyKeysAddress, name: string): Promise<vscode.TextDocument> {
    const uri = manyKeysUri(address, name);
    await this.documents.current(nameOf(uri));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  /** Opens keys with other entries in them as unsaved text. See `proposeKeys`. */
  async propose(
    address: ManyKeysAddress,
    name: string,
    proposed: ProposedKeys,
  ): Promise<ProposalOutcome> {
    const document = await this.open(address, name);
    return proposeKeys(this.documents, document, proposed);
  }

  async compare({ uri }: vscode.TextDocument, key?: string): Promise<void> {
    const { name } = nameOf(uri);
    const title = vscode.l10n.t('{0}: what the server has ↔ your text', name);
    await vscode.commands.executeCommand('vscode.diff', serverSideOf(uri), uri, title);
    const editor = vscode.window.activeTextEditor;
    const place =
      editor && readManyKeys(editor.document.getText()).keys.find((each) => each.key === key);
    if (editor && place) {
      const at = editor.document.positionAt(place.offset);
      editor.selection = new vscode.Selection(at, at);
      editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenter);
    }
  }

  /** Brings into the text what others changed elsewhere, or what they have of these keys. */
  async merge(document: vscode.TextDocument, ...theirs: readonly string[]): Promise<void> {
    const keys = theirs.length > 0 ? theirs : undefined;
    if (!(await mergeKeys(this.documents, document, keys))) {
      warn(
        vscode.l10n.t('The text is not JSON of keys, or was edited meanwhile; nothing was merged.'),
      );
    }
  }

  /** `revision`: what the user saw of the key; see `ManyKeysDocuments.keepMine`. */
  keepMine({ uri }: vscode.TextDocument, key: string, revision: number): void {
    this.documents.keepMine(nameOf(uri), key, revision);
  }

  /** Lets the bucket take several keys in one write, once the user knows what that means. */
  async allowAtomic({ uri }: vscode.TextDocument): Promise<void> {
    const name = nameOf(uri);
    const { session, latest } = await this.documents.current(name);
    if (await switchOnAtomic(session, name.address.bucket, latest?.bucketCreated)) {
      await this.documents.look(name);
    }
  }
}
