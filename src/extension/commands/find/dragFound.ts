import * as vscode from 'vscode';
import type { FindNode } from '../../../views/find/findNodes';
import type { FindResults } from '../../../views/find/findResults';
import { keyUri } from '../../documents/address/keyUri';

const uriListType = 'text/uri-list';
const textType = 'text/plain';

/**
 * Drags what was found: into the editors it is opened, into the tree copied there, into a text it is the names of
 * the keys. A view that can be dragged from also keeps the focus while it is empty: VS Code hides the rows of
 * others then, and nothing has the focus when they come.
 */
export class DragFound implements vscode.TreeDragAndDropController<FindNode> {
  readonly dropMimeTypes = [];
  readonly dragMimeTypes = [uriListType, textType];

  constructor(private readonly results: Pick<FindResults, 'valuesOf'>) {}

  handleDrag(source: readonly FindNode[], transfer: vscode.DataTransfer): void {
    const names = new Map(
      this.results.valuesOf(source).map(({ session, bucket, key }) => {
        return [keyUri({ connectionId: session.id, bucket, key }).toString(), key] as const;
      }),
    );
    if (names.size > 0) {
      transfer.set(uriListType, new vscode.DataTransferItem([...names.keys()].join('\r\n')));
      transfer.set(textType, new vscode.DataTransferItem([...names.values()].join('\n')));
    }
  }
}
