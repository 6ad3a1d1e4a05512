import * as vscode from 'vscode';
import { documentText, valuesOf, type BucketValues } from '../../../kv/config/bucketDocument';
import { forAnother } from '../../../kv/config/forAnother';
import { readDocument } from '../../../kv/config/readDocument';
import { KvError } from '../../../kv/model/errors';
import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { BucketNode, TreeNode } from '../../../views/buckets/rows/nodes';
import type { BucketDocuments } from '../../bucketDocuments/bucketDocuments';
import type { BucketSaves } from '../../bucketDocuments/bucketSaves';
import {
  bucketAddress,
  bucketUri,
  serverUri,
  type BucketAddress,
} from '../../bucketDocuments/bucketUri';
import { commandIds } from '../../contributions';
import { findDocument, replaceText } from '../../documents/editors/workspaceEditors';
import { inform } from '../../report';
import { bucketSnippet, snippetKinds } from '../../snippets/bucketSnippet';
import { plainWindow } from '../../../views/shown/plainWindow';
import { environmentTitle } from '../environmentTitle';
import { askText, runSteps } from '../quickSteps';
import type { CommandsOf } from '../register';
import { pickBucket, reportFailure } from '../target';
import { nameProblem } from './createBucket';

export interface EditBucketParts {
  readonly connections: Connections;
  readonly documents: BucketDocuments;
  readonly saves: BucketSaves;
  /** The row that is selected in the tree, where it is that of a bucket or of something in one. */
  readonly selected: () => TreeNode | undefined;
  readonly log: vscode.LogOutputChannel;
}

/** What a command is about: a row, the document of a bucket, or what the user picks. */
type Subject = BucketNode | vscode.Uri | undefined;

/** A bucket with the values that its document has, or that the server has of it. */
interface Source {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly values: BucketValues;
}

/** Commands on the configurations of buckets. */
export function editBucketCommands(parts: EditBucketParts): CommandsOf<'bucketEditing'> {
  const { documents, saves, log } = parts;
  const onDocument =
    (
      failed: (bucket: string) => string,
      run: (document: vscode.TextDocument, address: BucketAddress) => Promise<unknown>,
    ) =>
    async (named?: vscode.Uri): Promise<void> => {
      const uri = named ?? vscode.window.activeTextEditor?.document.uri;
      const address = bucketAddress(uri);
      const document = uri && findDocument(uri.toString());
      if (!address || !document) {
        return;
      }
      try {
        await run(document, address);
      } catch (error) {
        await reportFailure(log, failed(address.bucket), error);
      }
    };
  const { t } = vscode.l10n;
  return {
    [commandIds.bucketEdit]: (node?: BucketNode) => edit(parts, node),
    [commandIds.bucketCreateFrom]: (subject?: Subject) => createFrom(parts, subject),
    [commandIds.bucketCopyAs]: (subject?: Subject) => copyAs(parts, subject),
    [commandIds.bucketConfigPlan]: onDocument(
      (bucket) => t('Failed to plan the change of {0}', bucket),
      (document, address) => saves.preview(address, document.getText()),
    ),
    [commandIds.bucketConfigCompare]: onDocument(
      (bucket) => t('Failed to compare {0}', bucket),
      async ({ uri }, address) => {
        const title = t('{0}: what the server has ↔ your text', address.bucket);
        await vscode.commands.executeCommand('vscode.diff', serverUri(address), uri, title);
      },
    ),
    [commandIds.bucketConfigMerge]: onDocument(
      (bucket) => t('Failed to merge {0}', bucket),
      async (document, address) => {
        const before = document.getText();
        const { text, conflicts } = await documents.merge(address, before);
        if (document.getText() !== before) {
          throw new Error(t('the text was edited meanwhile; nothing was merged'));
        }
        await replaceText(document, text);
        documents.editorHas(address, text, true);
        if (conflicts.length > 0) {
          inform(
            t(
              'Both sides changed {0}: your values stand. Save shows what they replace.',
              conflicts.join(', '),
            ),
          );
        }
      },
    ),
    [commandIds.bucketConfigTakeServers]: onDocument(
      (bucket) => t("Failed to take the server's {0}", bucket),
      async (document) => {
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.files.revert');
      },
    ),
  };
}

async function edit(
  { connections, selected, log }: EditBucketParts,
  node: BucketNode | undefined,
): Promise<void> {
  const target = await pickBucket(connections, node ?? selected());
  if (!target) {
    return;
  }
  const { session, bucket } = target;
  try {
    await session.connect();
    const document = await vscode.workspace.openTextDocument(
      bucketUri({ connectionId: session.id, bucket }),
    );
    await vscode.window.showTextDocument(document, { preview: false });
  } catch (error) {
    await reportFailure(
      log,
      vscode.l10n.t('Failed to open the configuration of {0}', bucket),
      error,
    );
  }
}

async function createFrom(parts: EditBucketParts, subject: Subject): Promise<void> {
  const source = await sourceOf(parts, subject);
  if (!source) {
    return;
  }
  const { session, bucket } = source;
  const title = environmentTitle(
    session.config,
    vscode.l10n.t('Create Bucket from {0} on {1}', bucket, session.name),
  );
  const answers = await runSteps<[string]>(title, [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Name of the new bucket. It opens unsaved: Save creates it.'),
        value: `${bucket}_copy`,
        problem: (name) => nameProblem(name, session),
      }),
  ]);
  if (answers) {
    const [name] = answers;
    try {
      await openNew(
        parts,
        { connectionId: session.id, bucket: name },
        forAnother(source.values, bucket, name),
      );
    } catch (error) {
      await reportFailure(parts.log, vscode.l10n.t('Failed to create {0}', name), error);
    }
  }
}

/** Opens the document of a bucket that is to be made, with its text unsaved. */
async function openNew(
  { documents }: EditBucketParts,
  address: BucketAddress,
  values: BucketValues,
): Promise<void> {
  documents.session(address).lock.check();
  await documents.begin(address, values);
  const document = await vscode.workspace.openTextDocument(bucketUri(address));
  await vscode.window.showTextDocument(document, { preview: false });
  await replaceText(document, documentText(values));
}

async function copyAs(parts: EditBucketParts, subject: Subject): Promise<void> {
  const source = await sourceOf(parts, subject);
  if (!source) {
    return;
  }
  const { session, bucket, values } = source;
  const items = snippetKinds(vscode.env.shell);
  const picked = await plainWindow.showQuickPick(items, {
    title: vscode.l10n.t('Copy {0} As', bucket),
    placeHolder: vscode.l10n.t('What cannot be said there is copied as a comment'),
  });
  if (picked) {
    const target = { config: session.config, bucket, values };
    await vscode.env.clipboard.writeText(bucketSnippet(picked.form, target, vscode.env.shell));
  }
}

/** The text of a document, also where it is not saved; else what the server has. */
async function sourceOf(
  { connections, documents, selected, log }: EditBucketParts,
  subject: Subject,
): Promise<Source | undefined> {
  const isRow = subject !== undefined && 'kind' in subject;
  const uri = isRow ? undefined : (subject ?? vscode.window.activeTextEditor?.document.uri);
  const address = bucketAddress(uri);
  const document = uri && address && findDocument(uri.toString());
  if (document && address) {
    const { values } = readDocument(document.getText());
    if (!values) {
      const failed = vscode.l10n.t('Failed to read the text of {0}', address.bucket);
      await reportFailure(
        log,
        failed,
        new KvError('invalidConfig', vscode.l10n.t('it is not JSON')),
      );
      return undefined;
    }
    return { session: documents.session(address), bucket: address.bucket, values };
  }
  const target = await pickBucket(connections, isRow ? subject : selected());
  if (!target) {
    return undefined;
  }
  const { session, bucket } = target;
  try {
    const { streamConfig } = await (await session.connect()).bucketStatus(bucket);
    return { session, bucket, values: valuesOf(bucket, streamConfig) };
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to read {0}', bucket), error);
    return undefined;
  }
}
