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

  constructor(private readonly results: Pick<FindResults, 'children'>) {}

  handleDrag(source: readonly FindNode[], transfer: vscode.DataTransfer): void {
    const names = new Map(source.flatMap((node) => this.keysOf(node)));
    if (names.size > 0) {
      transfer.set(uriListType, new vscode.DataTransferItem([...names.keys()].join('\r\n')));
      transfer.set(textType, new vscode.DataTransferItem([...names.values()].join('\n')));
    }
  }

  /** The address and the name of each key. */
  private keysOf(node: FindNode): (readonly [string, string])[] {
    switch (node.kind) {
      case 'findBucket':
        return this.results.children(node).flatMap((child) => this.keysOf(child));
      case 'findKey': {
        const { session, bucket, key } = node.found;
        return [[keyUri({ connectionId: session.id, bucket, key }).toString(), key]];
      }
      case 'findMatch':
        return this.keysOf(node.parent);
    }
  }
}
