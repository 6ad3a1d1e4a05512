import * as vscode from 'vscode';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { mappedKey, type KeyMapping } from '../../../kv/transfer/keyMapping';
import type { KeyTable } from '../../../kv/transfer/keyTable';
import { parseKeyUri } from '../../documents/address/keyUri';

/** Where keys were moved from and to. */
export interface MovedBetween {
  readonly from: Omit<KeyAddress, 'key'>;
  readonly to: Omit<KeyAddress, 'key'>;
  readonly mapping: KeyMapping;
  /** The keys that came, by their names there. */
  readonly keys: KeyTable;
}

/** Takes the tabs of keys that were moved, with their unsaved texts, to where the keys are now. */
export async function followMoved(
  { from, to, mapping, keys }: MovedBetween,
  moved: (from: KeyAddress, to: KeyAddress) => Promise<void>,
): Promise<void> {
  const open = new Map<string, KeyAddress>();
  for (const { input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
    const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
    const address = isFile ? parseKeyUri(input.uri) : undefined;
    if (address?.connectionId === from.connectionId && address.bucket === from.bucket) {
      open.set(address.key, address);
    }
  }
  for (const address of open.values()) {
    const key = mappedKey(address.key, mapping);
    if (key !== undefined && keys.has(key)) {
      await moved(address, { ...to, key });
    }
  }
}
