import * as vscode from 'vscode';
import type { Connections } from '../../../kv/session/connections';
import {
  bucketConfigScheme,
  keyScheme,
  manyKeysScheme,
  planScheme,
  revisionScheme,
} from '../../contributions';
import { inform } from '../../report';
import type { Journal } from '../../support/journal';
import { diagnosticsText, type DeclaredSetting, type WindowFacts } from './diagnostics';

export interface SupportParts {
  readonly extension: vscode.Extension<unknown>;
  readonly connections: Connections;
  readonly journal: Journal;
  readonly liveWatches: () => number;
}

const schemes = [keyScheme, revisionScheme, manyKeysScheme, bucketConfigScheme, planScheme];

/** Puts the diagnostics on the clipboard. */
export async function copyDiagnostics(parts: SupportParts): Promise<void> {
  await vscode.env.clipboard.writeText(textOf(parts));
  inform(
    vscode.l10n.t(
      'Diagnostics were copied: versions, settings, states and counts. No name, host, key or value is in them.',
    ),
  );
}

/** Opens VS Code's own form for an issue, with the diagnostics; they are copied where there is none. */
export async function reportIssue(parts: SupportParts): Promise<void> {
  const data = textOf(parts);
  try {
    await vscode.commands.executeCommand('workbench.action.openIssueReporter', {
      extensionId: parts.extension.id,
      data,
    });
  } catch {
    // Not every workbench has the form.
    await copyDiagnostics(parts);
  }
}

function textOf({ extension, connections, journal, liveWatches }: SupportParts): string {
  const manifest = extension.packageJSON as {
    version?: string;
    contributes?: { configuration?: { properties?: Record<string, DeclaredSetting> } };
  };
  const settings = vscode.workspace.getConfiguration();
  return diagnosticsText({
    window: windowFacts(extension, manifest.version ?? '', liveWatches()),
    settings: manifest.contributes?.configuration?.properties ?? {},
    valueOf: (id) => settings.get<unknown>(id),
    sessions: connections.all,
    happenings: journal.all,
  });
}

function windowFacts(
  { extensionKind }: vscode.Extension<unknown>,
  version: string,
  liveWatches: number,
): WindowFacts {
  const { env, workspace } = vscode;
  const editors = new Map(
    schemes.flatMap((scheme) => {
      const open = workspace.textDocuments.filter(({ uri }) => uri.scheme === scheme);
      const unsaved = open.filter(({ isDirty }) => isDirty).length;
      return open.length > 0 ? [[scheme, { open: open.length, unsaved }] as const] : [];
    }),
  );
  return {
    vscode: vscode.version,
    host: env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop',
    remote: remoteKind(env.remoteName),
    extension: version,
    runsIn: extensionKind === vscode.ExtensionKind.UI ? 'ui' : 'workspace',
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    isTrusted: workspace.isTrusted,
    editors,
    liveWatches,
  };
}

const remotes = [
  'ssh-remote',
  'dev-container',
  'attached-container',
  'wsl',
  'tunnel',
  'codespaces',
];

/** The name of a remote is its kind with VS Code's own; with another's it may be anything. */
function remoteKind(name: string | undefined): string | undefined {
  return name === undefined || remotes.includes(name) ? name : 'another';
}
