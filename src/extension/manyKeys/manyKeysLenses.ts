import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { readManyKeys } from '../../kv/manyKeys/readText';
import { placeOf } from '../../views/buckets/rows/productionMark';
import { lensTitle } from '../../views/status/lensTexts';
import { formatClock } from '../../views/format/format';
import { iconText } from '../../views/shown/plainText';
import { commandIds, manyKeysScheme } from '../contributions';
import { findDocument } from '../documents/editors/workspaceEditors';
import type { ManyKeysDocuments } from './manyKeysDocuments';
import { isServerSide } from './manyKeysUri';
import type { OpenManyKeys } from './openManyKeys';
import type { ServerSide } from './serverSide';

interface Line {
  readonly text: string;
  readonly command?: string;
}

/** Says above a document of keys what a save would do and what others did, and the latter above each key. */
export class ManyKeysLenses implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly marks = this.store.add(vscode.languages.createDiagnosticCollection('NATS KV'));

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly documents: ManyKeysDocuments) {
    this.store.add(vscode.languages.registerCodeLensProvider({ scheme: manyKeysScheme }, this));
    this.store.add(
      documents.onDidChange((uri) => {
        this.mark(uri);
        this.changed.fire();
      }),
    );
    this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.marks.delete(uri)));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { uri } = document;
    const open = isServerSide(uri) ? undefined : this.documents.find(uri.toString());
    if (!open) {
      return [];
    }
    const { keys, problems } = readManyKeys(document.getText());
    const edits = problems.length > 0 ? [] : open.edits;
    const side = open.sideOf(edits);
    const top = new vscode.Range(0, 0, 0, 0);
    // Nothing is saved while there is a conflict.
    const saving = side.conflicts.length > 0 ? [] : saveLines(open, edits);
    const lines = [...staleLines(open), ...this.serverLines(open, side), ...saving];
    const conflicts = new Set(side.conflicts);
    const there = new Set(keys.map(({ key }) => key));
    const shown = (key: string): readonly unknown[] => [uri, key, open.revisionOf(key)];
    // What the text has deleted has no line of its own.
    const deleted = side.conflicts.filter((key) => !there.has(key)).slice(0, mostNamed);
    return [
      ...lines.map((line) => lens(top, line, [uri])),
      ...deleted.flatMap((key) =>
        conflictLines(open, key, key).map((line) => lens(top, line, shown(key))),
      ),
      ...keys
        .filter(({ key }) => conflicts.has(key))
        .flatMap(({ key, offset, length }) => {
          const range = rangeOf(document, offset, length);
          return conflictLines(open, key).map((line) => lens(range, line, shown(key)));
        }),
    ];
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Marks in a text what cannot be saved of it. */
  private mark(uri: string): void {
    const document = findDocument(uri);
    if (!document || isServerSide(document.uri)) {
      return;
    }
    const { problems } = readManyKeys(document.getText());
    this.marks.set(
      document.uri,
      problems.map(({ offset, length, message }) => {
        const range = rangeOf(document, offset, length);
        const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
        const mark = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Error);
        mark.source = 'NATS KV';
        return mark;
      }),
    );
  }

  private serverLines(open: OpenManyKeys, side: ServerSide): Line[] {
    const { t } = vscode.l10n;
    const place = placeOf(open.session.config);
    if (!open.edited.isUnsaved) {
      return [];
    }
    if (!open.base || side.remade) {
      const text = side.remade
        ? t('deleted and made again on {0}: another bucket now', place)
        : t('not known what this text was made of');
      return [warning(text), { text: t('Compare'), command: commandIds.manyKeysCompare }];
    }
    const { theirs, conflicts } = side;
    return [
      ...(conflicts.length > 0
        ? [
            warning(t('{0} in conflict on {1}: {2}', conflicts.length, place, named(conflicts))),
            { text: t('Compare'), command: commandIds.manyKeysCompare },
          ]
        : []),
      ...(theirs.length > 0
        ? [
            { text: iconText('sync', t('changed elsewhere: {0}', named(theirs))) },
            { text: t('Merge'), command: commandIds.manyKeysMerge },
          ]
        : []),
    ];
  }
}

/** What is shown may not be what there is. */
function staleLines({ stale }: OpenManyKeys): Line[] {
  const { t } = vscode.l10n;
  return stale ? [warning(t('stale since {0}: {1}', formatClock(stale.since), stale.reason))] : [];
}

/** What a save would do. */
function saveLines(open: OpenManyKeys, edits: OpenManyKeys['edits']): Line[] {
  const { t } = vscode.l10n;
  if (edits.length === 0) {
    return [];
  }
  const made = edits.filter(({ before }) => !before).length;
  const gone = edits.filter(({ change }) => change.kind === 'delete').length;
  const counts = [
    ...(made > 0 ? [t('{0} new', made)] : []),
    ...(edits.length > made + gone ? [t('{0} changed', edits.length - made - gone)] : []),
    ...(gone > 0 ? [t('{0} deleted', gone)] : []),
  ].join(', ');
  const isOne = open.atomic === 'on' || edits.length === 1;
  const text = isOne
    ? edits.length === 1
      ? t('Save 1 change ({0})', counts)
      : t('Save {0} changes ({1}) as one atomic batch', edits.length, counts)
    : t('Save {0} changes ({1}) one after the other', edits.length, counts);
  return [
    { text: iconText('save', text), command: commandIds.manyKeysSave },
    ...(open.atomic === 'off'
      ? [{ text: t('Switch On Atomic Writes…'), command: commandIds.manyKeysAllowAtomic }]
      : []),
  ];
}

/** `name`: how the key is called where it is not its own line. */
function conflictLines(open: OpenManyKeys, key: string, name?: string): Line[] {
  const { t } = vscode.l10n;
  const [before, now] = [open.base, open.latest].map((each) => each?.entries.get(key)?.revision);
  const from = before === undefined ? t('none') : `r${before}`;
  const text =
    now === undefined ? t('deleted on the server') : t('changed: {0} -> r{1}', from, now);
  return [
    warning(name === undefined ? text : t('{0}, deleted here: {1}', name, text)),
    { text: t('Compare'), command: commandIds.manyKeysCompare },
    { text: t("Take Server's"), command: commandIds.manyKeysTakeServers },
    { text: t('Keep Mine'), command: commandIds.manyKeysKeepMine },
  ];
}

function warning(text: string): Line {
  return { text: iconText('warning', text) };
}

function lens(
  range: vscode.Range,
  { text, command = '' }: Line,
  args: readonly unknown[],
): vscode.CodeLens {
  return new vscode.CodeLens(range, { title: lensTitle(text), command, arguments: [...args] });
}

const mostNamed = 3;

function named(keys: readonly string[]): string {
  const more = keys.length - mostNamed;
  const shown = keys.slice(0, mostNamed).join(', ');
  return more > 0 ? vscode.l10n.t('{0} and {1} more', shown, more) : shown;
}

function rangeOf(document: vscode.TextDocument, offset: number, length: number): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
