import { join } from 'node:path';
import * as vscode from 'vscode';
import { isKvError, messageOf } from '../../kv/model/errors';
import { commandIds, settingIds } from '../contributions';
import { downloadedPath, downloadRelease } from './downloadRelease';
import { findServer, type FoundServer, type ServerSearchOptions } from './findServer';
import {
  archiveFor,
  archiveMegabytes,
  officialRelease,
  type ReleaseArchive,
} from './officialRelease';
import { oldestVersion } from './serverVersion';
import { formatDecimal } from '../../views/format/format';
import { plainWindow } from '../../views/shown/plainWindow';

/** What differs between machines; this machine's when omitted. */
export interface ProvideOptions extends Omit<ServerSearchOptions, 'configured' | 'downloaded'> {
  readonly arch?: string;
  readonly fetch?: typeof fetch;
}

/**
 * A nats-server to run: one that is there, or the official release after the user agreed to download
 * it into `folder`. Undefined when there is none; the user knows why by then.
 */
export async function provideServer(
  configured: string | undefined,
  folder: string,
  options: ProvideOptions = {},
): Promise<FoundServer | undefined> {
  const { platform = process.platform, arch = process.arch } = options;
  const archive = archiveFor(officialRelease, platform, arch);
  const downloaded = archive && downloadedPath(folder, archive);
  const search = () => findServer({ ...options, configured, downloaded });
  const found = await search();
  switch (found.kind) {
    case 'found':
      return found.server;
    case 'unusable':
      await tellUnusable(found.path, found.reason);
      return undefined;
    case 'missing':
      if (!archive) {
        await tellHowToInstall(`${platform} ${arch}`, found.passedOver);
        return undefined;
      }
      return (await offer(archive, folder, found.passedOver, options))
        ? afterDownload(await search())
        : undefined;
  }
}

async function afterDownload(
  found: Awaited<ReturnType<typeof findServer>>,
): Promise<FoundServer | undefined> {
  if (found.kind === 'found') {
    return found.server;
  }
  const reason = found.kind === 'missing' ? found.passedOver.at(-1) : found.reason;
  await showFailure(
    vscode.l10n.t('The downloaded nats-server does not run here: {0}.', reason ?? ''),
  );
  return undefined;
}

/** Asks, and downloads until it worked or the user gives up. Nothing is fetched before they agree. */
async function offer(
  archive: ReleaseArchive,
  folder: string,
  passedOver: readonly string[],
  options: ProvideOptions,
): Promise<boolean> {
  const download = vscode.l10n.t('Download');
  const message = vscode.l10n.t('No nats-server was found. Download the official release?');
  const modal = { modal: true, detail: detailOf(archive, folder, passedOver) };
  const setPath = vscode.l10n.t('Set Path…');
  const choice = await plainWindow.showInformationMessage(message, modal, download, setPath);
  if (choice === setPath) {
    await choosePath();
  }
  let isWanted = choice === download;
  while (isWanted) {
    const outcome = await downloadWithProgress(archive, folder, options);
    if (outcome === 'done') {
      return true;
    }
    isWanted = outcome !== 'cancelled' && (await tellDownloadFailed(archive, outcome.reason));
  }
  return false;
}

function detailOf(archive: ReleaseArchive, folder: string, passedOver: readonly string[]): string {
  const facts = [
    vscode.l10n.t('Version: {0}, about {1} MB', archive.version, archiveMegabytes),
    vscode.l10n.t('From: {0}', archive.url),
    vscode.l10n.t('Checked against SHA-256: {0}', archive.sha256),
    vscode.l10n.t('Kept in: {0}', join(folder, archive.version)),
  ];
  const seen = passedOver.map((each) => vscode.l10n.t('Not used: {0}', each));
  return [...facts, ...seen].join('\n');
}

type Outcome = 'done' | 'cancelled' | { readonly reason: string };

function downloadWithProgress(
  archive: ReleaseArchive,
  folder: string,
  options: ProvideOptions,
): Thenable<Outcome> {
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t('Downloading nats-server {0}', archive.version);
  return plainWindow.withProgress(
    { location, title, cancellable: true },
    async (progress, cancellation): Promise<Outcome> => {
      const controller = new AbortController();
      cancellation.onCancellationRequested(() => controller.abort());
      const { signal } = controller;
      let before = 0;
      const onProgress = (received: number, total = archiveMegabytes * 1_000_000): void => {
        const message = vscode.l10n.t('{0} MB', formatDecimal(received / 1_000_000));
        progress.report({ message, increment: ((received - before) / total) * 100 });
        before = received;
      };
      try {
        await downloadRelease(archive, folder, { fetch: options.fetch, signal, onProgress });
        return 'done';
      } catch (error) {
        return isKvError(error, 'cancelled') ? 'cancelled' : { reason: messageOf(error) };
      }
    },
  );
}

/** Resolves with whether to try again. */
async function tellDownloadFailed(archive: ReleaseArchive, reason: string): Promise<boolean> {
  const again = vscode.l10n.t('Try Again');
  const message = vscode.l10n.t(
    'Failed to download nats-server {0}: {1}. Without access to the download, install nats-server {2} or newer and set its path.',
    archive.version,
    reason,
    oldestVersion,
  );
  return (await showFailure(message, again)) === again;
}

async function tellUnusable(path: string, reason: string): Promise<void> {
  await showFailure(
    vscode.l10n.t(
      'Failed to start the local NATS server: {0}, set as {1}, cannot be used: {2}.',
      path,
      settingIds.localServerPath,
      reason,
    ),
  );
}

async function tellHowToInstall(target: string, passedOver: readonly string[]): Promise<void> {
  await showFailure(
    vscode.l10n.t(
      'No nats-server was found, and there is no checked download for {0}. Install nats-server {1} or newer (https://nats.io) and set its path.{2}',
      target,
      oldestVersion,
      passedOver.map((each) => ` (${each}.)`).join(''),
    ),
  );
}

/** An error with a way to choose the program, and one action more. */
async function showFailure(message: string, action?: string): Promise<string | undefined> {
  const setPath = vscode.l10n.t('Set Path…');
  const actions = action === undefined ? [setPath] : [action, setPath];
  const choice = await plainWindow.showErrorMessage(message, ...actions);
  if (choice === setPath) {
    await choosePath();
  }
  return choice;
}

/**
 * Asks for the program and starts it. It is set where the setting in force stands: a settings page would
 * be that of another machine in a remote window, where it has no such setting.
 */
async function choosePath(): Promise<void> {
  const [chosen] =
    (await plainWindow.showOpenDialog({
      title: vscode.l10n.t('nats-server {0} or newer', oldestVersion),
      openLabel: vscode.l10n.t('Use This Program'),
    })) ?? [];
  if (chosen) {
    const settings = vscode.workspace.getConfiguration();
    const ofWorkspace = settings.inspect(settingIds.localServerPath)?.workspaceValue !== undefined;
    const { Global, Workspace } = vscode.ConfigurationTarget;
    const target = ofWorkspace && vscode.workspace.isTrusted ? Workspace : Global;
    await settings.update(settingIds.localServerPath, chosen.fsPath, target);
    await vscode.commands.executeCommand(commandIds.localServerStart);
  }
}
