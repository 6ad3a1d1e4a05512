import * as vscode from 'vscode';
import type { Notice } from '../../views/buckets/rows/notices';
import { commandIds } from '../contributions';
import type { ConnectionProblem } from './connectionSettings';

/**
 * A row for each entry of the settings and each part of the CLI's contexts that cannot be used, and
 * one for the entries of a workspace that is not trusted.
 */
export function connectionNotices(
  settings: readonly ConnectionProblem[],
  contexts: readonly string[],
  untrusted = 0,
): Notice[] {
  return [
    ...settings.map(entryNotice),
    ...untrustedNotices(untrusted),
    ...contexts.map((reason) => ({
      id: `contexts/${reason}`,
      label: vscode.l10n.t('nats CLI contexts'),
      reason,
    })),
  ];
}

function entryNotice({ place, name, reason }: ConnectionProblem): Notice {
  const { scope, index } = place;
  const number = index === undefined ? '' : String(index + 1);
  return {
    id: `settings/${scope}/${number}`,
    label: name ?? vscode.l10n.t('natsKv.connections {0}', number).trim(),
    reason: vscode.l10n.t('not used: {0}', reason),
    fix: { command: commandIds.connectionSettings, arguments: [place] },
  };
}

function untrustedNotices(count: number): Notice[] {
  return count === 0
    ? []
    : [
        {
          id: 'untrusted',
          label:
            count === 1
              ? vscode.l10n.t('1 connection of this workspace')
              : vscode.l10n.t('{0} connections of this workspace', count),
          reason: vscode.l10n.t('not used: the workspace is not trusted'),
          fix: { command: 'workbench.trust.manage', arguments: [] },
        },
      ];
}
