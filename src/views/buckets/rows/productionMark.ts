import * as vscode from 'vscode';
import { isProduction, type ConnectionConfig } from '../../../kv/model/connectionConfig';

/** The icon of a row, in the theme's colour of warnings where a wrong choice would hit production. */
export function placeIcon(id: string, config: ConnectionConfig): vscode.ThemeIcon {
  return isProduction(config)
    ? new vscode.ThemeIcon(id, new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon(id);
}

/** A connection as it is told above a text and of a save: with its environment. */
export function placeOf(config: ConnectionConfig): string {
  return [config.name, environmentLabel(config)].filter((part) => part).join(' · ');
}

/** The label of a connection's environment as it is shown everywhere; none without one. */
export function environmentLabel({ environment }: ConnectionConfig): string | undefined {
  return environment?.toUpperCase();
}
