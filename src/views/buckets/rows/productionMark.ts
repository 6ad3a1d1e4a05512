import * as vscode from 'vscode';
import { severityOf, type HealthFact } from '../../../kv/health/bucketHealth';
import { isProduction, type ConnectionConfig } from '../../../kv/model/connectionConfig';

/** The icon of a row, in the theme's colour of warnings where a wrong choice would hit production. */
export function placeIcon(id: string, config: ConnectionConfig): vscode.ThemeIcon {
  return isProduction(config)
    ? new vscode.ThemeIcon(id, new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon(id);
}

/** The icon of a row that something is wrong with: another shape for what does not work than for what is at risk. */
export function healthIcon(fact: HealthFact): vscode.ThemeIcon {
  return severityOf(fact) === 'error'
    ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
    : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
}

/** A connection as it is told above a text and of a save: with its environment. */
export function placeOf(config: ConnectionConfig): string {
  return [config.name, environmentLabel(config)].filter((part) => part).join(' · ');
}

/** The label of a connection's environment as it is shown everywhere; none without one. */
export function environmentLabel({ environment }: ConnectionConfig): string | undefined {
  return environment?.toUpperCase();
}
