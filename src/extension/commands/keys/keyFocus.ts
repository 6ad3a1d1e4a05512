import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import type { BucketsView } from '../../../views/buckets/bucketsView';
import { keyNode, type KeyNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { contextKeys } from '../../contributions';
import { parseKeyUri } from '../../documents/address/keyUri';
import { activeUri } from '../../../views/status/activeUri';
import { setContext } from '../../report';

/**
 * Owns what the user turned to last, the rows of the tree or an editor, so that a command of the
 * palette is never about a selection that was left behind. Changes only through their events.
 */
export class KeyFocus implements Disposable {
  private readonly store = new DisposableStore();
  private last: 'rows' | 'editor' = 'editor';
  private told = false;

  constructor(
    private readonly connections: Connections,
    private readonly buckets: BucketsView,
  ) {
    this.store.add(
      buckets.view.onDidChangeSelection(() => {
        if (this.rows.length > 0) {
          this.last = 'rows';
        }
        this.updateContext();
      }),
    );
    this.store.add(
      vscode.window.onDidChangeActiveTextEditor(() => {
        if (this.edited.length > 0) {
          this.last = 'editor';
        }
      }),
    );
    // The tab of an image or of a hex dump is no text editor.
    this.store.add(vscode.window.tabGroups.onDidChangeTabs(() => this.updateContext()));
    this.store.add(vscode.window.tabGroups.onDidChangeTabGroups(() => this.updateContext()));
    this.store.add(connections.onDidChange(() => this.updateContext()));
    this.updateContext();
  }

  /** The keys that a command without a row is about; none when no key was turned to. */
  get keys(): readonly KeyNode[] {
    const [first, second] =
      this.last === 'rows' ? [this.rows, this.edited] : [this.edited, this.rows];
    return first.length > 0 ? first : second;
  }

  dispose(): void {
    this.store.dispose();
  }

  private get rows(): readonly KeyNode[] {
    return this.buckets.view.selection.filter((row) => row.kind === 'key');
  }

  private get edited(): readonly KeyNode[] {
    const uri = activeUri();
    const address = uri && parseKeyUri(uri);
    const session = address && this.connections.get(address.connectionId);
    return session ? [keyNode(session, address.bucket, address.key)] : [];
  }

  /** Commands that need a key are in the palette while there is one. */
  private updateContext(): void {
    const hasKey = this.keys.length > 0;
    if (hasKey !== this.told) {
      this.told = hasKey;
      setContext(contextKeys.hasKey, hasKey);
    }
  }
}
