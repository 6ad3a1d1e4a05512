import * as vscode from 'vscode';
import type { Connections } from '../../kv/session/connections';
import { plainWindow } from '../../views/shown/plainWindow';
import { inform } from '../report';
import type { Permission, Permissions } from './permissions';

/** Lists what other extensions may do, and takes back what is no longer picked. */
export async function changeAccess(
  permissions: Permissions,
  connections: Pick<Connections, 'get'>,
): Promise<void> {
  const { t } = vscode.l10n;
  const { all } = permissions;
  if (all.length === 0) {
    inform(t('No other extension was allowed to decode values or to read keys.'));
    return;
  }
  const rows = all.map((permission) => ({
    label: nameOf(permission),
    description: whatOf(permission, connections),
    picked: true,
    permission,
  }));
  const picked = await plainWindow.showQuickPick(rows, {
    canPickMany: true,
    title: t('Access of Extensions'),
    placeHolder: t('What is not picked any more is taken back'),
  });
  const gone = rows.filter((row) => picked && !picked.includes(row));
  if (gone.length > 0) {
    await permissions.withdraw(gone.map(({ permission }) => permission));
  }
}

function nameOf({ extensionId }: Permission): string {
  const extension = vscode.extensions.getExtension(extensionId);
  const { displayName } = Object(extension?.packageJSON) as { readonly displayName?: string };
  return displayName ?? extensionId;
}

function whatOf({ connection }: Permission, connections: Pick<Connections, 'get'>): string {
  const { t } = vscode.l10n;
  if (!connection) {
    return t('decodes values');
  }
  const [id, url] = connection;
  return t('reads keys of {0} ({1})', connections.get(id)?.name ?? id, url);
}
