import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { bucketConfigScheme } from '../contributions';
import type { BucketDocuments } from './bucketDocuments';
import type { BucketFileSystem } from './bucketFileSystem';
import { bucketAddress, isServerUri, type BucketAddress } from './bucketUri';
import { changedFieldNames } from './changedFieldNames';
import type { OpenBucket } from './openBucket';
import type { BucketStatus } from '../../kv/model/bucket';
import { findDocument } from '../documents/editors/workspaceEditors';

/**
 * Keeps the documents of buckets true while they are open: one without unsaved text shows what the
 * server has, one with unsaved text is told that it has changed.
 */
export function followBuckets(
  connections: Connections,
  documents: BucketDocuments,
  files: BucketFileSystem,
  inBackground: Background,
): Disposable {
  const store = new DisposableStore();
  const look = async (document: vscode.TextDocument, address: BucketAddress): Promise<void> => {
    await documents.look(address);
    documents.editorHas(address, document.getText(), document.isDirty);
    if (!document.isDirty) {
      files.refresh(address);
    }
  };
  const lookSoon = ({ document, address }: OpenOne): void =>
    inBackground(`look at ${address.bucket}`, look(document, address));
  /** Restored with the window, or open since before the extension was started. */
  const takeUp = (each: OpenOne): void => {
    const isThere = connections.get(each.address.connectionId) !== undefined;
    const open = documents.find(each.address);
    // VS Code may have read it before its text came back.
    const isRestored = each.document.isDirty && open !== undefined && !open.base && !open.draft;
    if (isThere && (!open || isRestored)) {
      lookSoon(each);
    }
  };
  const lookAt = (session: ConnectionSession, isMeant: (address: BucketAddress) => boolean): void =>
    openOnes()
      .filter(({ address }) => address.connectionId === session.id && isMeant(address))
      .forEach(lookSoon);
  const follow = (session: ConnectionSession): Disposable => {
    const each = new DisposableStore();
    let link: Disposable | undefined;
    const listen = (): void => {
      link?.dispose();
      link = session.linkIfUp?.onDidChangeBuckets(({ bucket }) =>
        lookAt(session, (address) => address.bucket === bucket),
      );
    };
    each.add(session.onDidReplaceLink(listen));
    // Where nobody tells of changes, the list is read from time to time.
    each.add(
      session.buckets.onDidChange((state) => {
        if (state.kind === 'loaded') {
          lookAt(session, (address) => needsLook(documents.find(address), state.buckets));
        }
      }),
    );
    each.add({ dispose: () => link?.dispose() });
    listen();
    return each;
  };
  let followed = new DisposableStore();
  const followAll = (): void => {
    followed.dispose();
    followed = new DisposableStore();
    connections.all.forEach((session) => followed.add(follow(session)));
    openOnes().forEach(takeUp);
  };
  store.add(connections.onDidChange(followAll));
  store.add({ dispose: () => followed.dispose() });
  followAll();
  store.add(
    vscode.workspace.onDidOpenTextDocument((document) => openOnes([document]).forEach(takeUp)),
  );
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) =>
      openOnes([document]).forEach(({ address }) =>
        documents.editorHas(address, document.getText(), document.isDirty),
      ),
    ),
  );
  store.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const address = isServerUri(uri) ? undefined : bucketAddress(uri);
      // A text that gets another language is closed and opened in one turn.
      queueMicrotask(() => {
        if (address && !findDocument(uri.toString())) {
          documents.close(address);
        }
      });
    }),
  );
  return store;
}

/**
 * Whether the list has another bucket or configuration than was last seen, or what was seen never came to
 * the editor: VS Code does not read again what it could not read.
 */
function needsLook(open: OpenBucket | undefined, buckets: readonly BucketStatus[]): boolean {
  const seen = open?.latest;
  const now = buckets.find(({ name }) => name === open?.bucket);
  const isKnown = seen?.created === now?.created;
  const isSame =
    !seen || !now || changedFieldNames(seen.streamConfig, now.streamConfig).length === 0;
  return open !== undefined && !(isKnown && isSame && open.side.kind === 'same');
}

interface OpenOne {
  readonly document: vscode.TextDocument;
  readonly address: BucketAddress;
}

function openOnes(documents = vscode.workspace.textDocuments): OpenOne[] {
  return documents.flatMap((document) => {
    const { uri } = document;
    const isOurs = uri.scheme === bucketConfigScheme && !isServerUri(uri);
    const address = isOurs ? bucketAddress(uri) : undefined;
    return address ? [{ document, address }] : [];
  });
}
