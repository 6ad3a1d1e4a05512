import * as vscode from 'vscode';
import { settingIds } from '../contributions';

/** What is set now of the types of values, unchecked. */
export function protobufSetting(): object {
  return vscode.workspace.getConfiguration().get<object>(settingIds.protobuf) ?? {};
}
