import * as vscode from 'vscode';
import { inform } from '../../report';
import { displayText } from '../../../kv/values/displayText';
import type { KeyNode } from '../../../views/buckets/rows/nodes';
import { contextKeys } from '../../contributions';
import { keyUri } from '../../documents/address/keyUri';

/** Owns the key that others are compared with; changes only through `select`. */
export class KeyComparison {
  private selected: KeyNode | undefined;

  async select(key: KeyNode): Promise<void> {
    this.selected = key;
    await vscode.commands.executeCommand('setContext', contextKeys.keyToCompare, true);
  }

  /** Two keys that are selected together, or one and the key that was selected before. */
  async compare([first, second]: readonly KeyNode[]): Promise<void> {
    const [left, right] = second ? [first, second] : [this.selected, first];
    if (!left || !right) {
      inform(vscode.l10n.t('Select a key for compare first, or two keys in the NATS KV view.'));
      return;
    }
    const title = `${nameOf(left, right)} ↔ ${nameOf(right, left)}`;
    await vscode.commands.executeCommand('vscode.diff', uriOf(left), uriOf(right), title);
  }
}

/** Names the bucket and the connection as far as these differ. */
function nameOf({ session, bucket, key }: KeyNode, other: KeyNode): string {
  const name = displayText(key);
  if (session !== other.session) {
    return `${name} (${bucket}, ${session.name})`;
  }
  return bucket === other.bucket ? name : `${name} (${bucket})`;
}

function uriOf({ session, bucket, key }: KeyNode): vscode.Uri {
  return keyUri({ connectionId: session.id, bucket, key });
}
